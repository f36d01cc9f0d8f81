import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./load.ts";
import { type Target, targets } from "./targets.ts";

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

/**
 * The targets that a folder's manifest does not have as they are now. All of them, where there is none to read, or where
 * more has changed than specs: the scripts, the tools, and what is added to specs.
 */
export function staleTargets(folder: string, current: string): readonly Target[] {
  const file = join(folder, manifestName);
  const before = existsSync(file) ? entriesOf(readFileSync(file, "utf8")) : new Map<string, unknown>();
  const now = entriesOf(current);
  const changed = [...new Set([...before.keys(), ...now.keys()])].filter((key) => before.get(key) !== now.get(key));
  const fileOf = ({ spec }: Target): string => join("specs", `${spec}.yaml`);
  const ofTargets = new Set(targets.map(fileOf));
  if (changed.some((key) => !ofTargets.has(key))) return targets;
  return targets.filter((target) =>
    [...specsBelow(target.spec)].some((spec) => changed.includes(`specs/${spec}.yaml`)),
  );
}

function entriesOf(manifest: string): ReadonlyMap<string, unknown> {
  const read: unknown = JSON.parse(manifest);
  return new Map(typeof read === "object" && read !== null ? Object.entries(read) : []);
}

/** A spec and all that it takes components of, or might. */
function specsBelow(name: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  const file = join(root, "specs", `${name}.yaml`);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  for (const [, other = ""] of text.matchAll(/([\w-]+)\.yaml#/g)) specsBelow(other, found);
  return found;
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function versionOf(tool: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", tool, "package.json"), "utf8"));
  return String(version);
}
