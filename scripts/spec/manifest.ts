import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./load.ts";
import { targets } from "./targets.ts";

/** The name of the manifest in a folder of generated code. */
export const manifestName = "manifest.json";

/**
 * Hashes of all that generated code depends on: the specs, the scripts and the versions of the tools.
 *
 * The scripts are those directly in `scripts/spec`. What only check:specs uses lies in folders below it.
 */
export function currentManifest(): string {
  const specs = [...targets.map((target) => `${target.spec}.yaml`), "extensions.yaml"].map((f) => join("specs", f));
  const scripts = readdirSync(join(root, "scripts/spec"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("scripts/spec", file));
  const files = [...specs, ...scripts, join("scripts", "generate.ts")].sort();
  const hashes = files.map((file) => [file, hashOf(join(root, file))]);
  const tools = ["openapi-typescript", "@hey-api/openapi-ts", "ajv", "typescript"];
  const versions = tools.map((tool) => [tool, versionOf(tool)]);
  return JSON.stringify(Object.fromEntries([...hashes, ...versions]), null, 2);
}

/** Whether the code in a folder was generated from what there is now. */
export function isFresh(folder: string): boolean {
  const file = join(folder, manifestName);
  return existsSync(file) && readFileSync(file, "utf8") === currentManifest();
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function versionOf(tool: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", tool, "package.json"), "utf8"));
  return String(version);
}
