/**
 * Compiles `specs/*.yaml` into `generated/`: types, validators, field unions, operations, the admin API's client and
 * the JSON Schema of routes.yaml. Skipped when the manifest says that nothing it depends on has changed.
 *
 *   npm run generate            # when something changed
 *   npm run generate -- --force
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { emitEditorSchema } from "./spec/emit-editor-schema.ts";
import { emitFields, shapeTypes } from "./spec/emit-fields.ts";
import { emitOperations } from "./spec/emit-operations.ts";
import { emitTypes } from "./spec/emit-types.ts";
import { emitValidators, validatorTypes } from "./spec/emit-validators.ts";
import { fieldsOf } from "./spec/fields.ts";
import { loadSpec, root } from "./spec/load.ts";
import type { Spec } from "./spec/schema.ts";
import { clientSpec, editorSchema, type Target, targets } from "./spec/targets.ts";

const out = join(root, "generated");
const manifestFile = join(out, "manifest.json");

const manifest = JSON.stringify(currentManifest(), null, 2);
const fresh = existsSync(manifestFile) && readFileSync(manifestFile, "utf8") === manifest;
if (!fresh || process.argv.includes("--force")) {
  const started = performance.now();
  await generate();
  writeFileSync(manifestFile, manifest);
  console.log(`generated/ is new (${Math.round(performance.now() - started)} ms)`);
}

async function generate(): Promise<void> {
  // Whole or not at all: with the manifest gone, a run that fails half-way is not taken for a good one.
  rmSync(manifestFile, { force: true });
  for (const entry of readdirSync(out)) if (entry !== "README.md") rmSync(join(out, entry), { recursive: true });
  const specs = new Map(targets.map((target) => [target.spec, loadSpec(target.spec)]));
  write("validators/validator.ts", validatorTypes);
  for (const target of targets) await generateTarget(target, specOf(specs, target.spec));
  const withOperations = targets.filter((target) => target.operations).map((target) => target.spec);
  write("operations.ts", emitOperations(new Map(withOperations.map((name) => [name, specOf(specs, name)]))));
  writeRaw("routes.schema.json", emitEditorSchema(specOf(specs, editorSchema.spec), editorSchema.root));
  await generateClient();
}

function specOf(specs: ReadonlyMap<string, Spec>, name: string): Spec {
  const spec = specs.get(name);
  if (spec === undefined) throw new Error(`no spec ${name}`);
  return spec;
}

async function generateTarget(target: Target, spec: Spec): Promise<void> {
  for (const { mode, validators, allErrors } of target.modes) {
    write(`types/${target.spec}.${mode}.ts`, await emitTypes(spec, mode));
    const module = emitValidators(spec, target.spec, mode, validators, allErrors ?? false);
    write(`validators/${target.spec}.${mode}.mjs`, module.code);
    write(`validators/${target.spec}.${mode}.d.mts`, module.types);
  }
  if (target.fields === undefined) return;
  const parts = Object.entries(target.fields).map(([name, component]) =>
    emitFields(name, fieldsOf(component, spec.components.schemas)),
  );
  write(`fields/shape.ts`, shapeTypes);
  write(`fields/${target.spec}.ts`, ['import type { Shape } from "./shape.ts";\n', ...parts].join("\n"));
}

/** The generator of the admin client talks to the terminal and wipes its folder, so it has one of its own. */
async function generateClient(): Promise<void> {
  const { createClient } = await import("@hey-api/openapi-ts");
  await createClient({
    input: join(root, "specs", `${clientSpec}.yaml`),
    logs: { level: "silent", file: false },
    output: { path: join(out, "admin-sdk"), module: { extension: ".ts" } },
    plugins: ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"],
  });
}

function write(path: string, text: string): void {
  writeRaw(path, `// Written by scripts/generate.ts. Edit specs/ instead.\n${text}`);
}

function writeRaw(path: string, text: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

/** Hashes of all that the output depends on: the specs, these scripts and the versions of the tools. */
function currentManifest(): Record<string, string> {
  const sources = ["specs", "scripts/spec"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((f) => join(root, folder, f)),
  );
  const files = [...sources, import.meta.filename].sort();
  const hashes = files.map((file) => [
    relative(root, file),
    createHash("sha256").update(readFileSync(file)).digest("hex"),
  ]);
  const tools = ["openapi-typescript", "@hey-api/openapi-ts", "ajv", "typescript"].map((tool) => [
    tool,
    versionOf(tool),
  ]);
  return Object.fromEntries([...hashes, ...tools]);
}

function versionOf(tool: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", tool, "package.json"), "utf8"));
  return String(version);
}
