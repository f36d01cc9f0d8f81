/**
 * Compiles `specs/*.yaml` into `generated/`: types, validators, field unions, operations, the admin API's client and
 * the JSON Schema of routes.yaml. Skipped when the manifest says that nothing it depends on has changed.
 *
 *   npm run generate            # when something changed
 *   npm run generate -- --force
 *   npm run generate -- --out DIR   # into a folder that is new, empty or written by this script before
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { emitEditorSchema } from "./spec/emit-editor-schema.ts";
import { emitFields, shapeTypes } from "./spec/emit-fields.ts";
import { emitOperations } from "./spec/emit-operations.ts";
import { emitTypes } from "./spec/emit-types.ts";
import { emitValidators, validatorTypes } from "./spec/emit-validators.ts";
import { fieldsOf } from "./spec/fields.ts";
import { loadSpec, root } from "./spec/load.ts";
import { currentManifest, isFresh, manifestName } from "./spec/manifest.ts";
import type { Spec } from "./spec/schema.ts";
import { clientSpec, editorSchema, type Target, targets } from "./spec/targets.ts";

const { values: options } = parseArgs({ options: { force: { type: "boolean" }, out: { type: "string" } } });
const out = options.out === undefined ? join(root, "generated") : resolve(options.out);
const manifestFile = join(out, manifestName);

if (options.force === true || !isFresh(out)) {
  const started = performance.now();
  if (options.out !== undefined) refuseForeign(out);
  // Read before anything is made from them: a file that is edited meanwhile makes the next run generate again.
  const manifest = currentManifest();
  await generate();
  writeFileSync(manifestFile, manifest);
  console.log(`${options.out ?? "generated/"} is new (${Math.round(performance.now() - started)} ms)`);
}

/** The folder is emptied first, so one with other things in it is not taken. */
function refuseForeign(folder: string): void {
  if (!existsSync(folder) || existsSync(manifestFile) || readdirSync(folder).length === 0) return;
  console.error(`${folder} holds files that this script did not write`);
  process.exit(2);
}

async function generate(): Promise<void> {
  // Whole or not at all: with the manifest gone, a run that fails half-way is not taken for a good one.
  mkdirSync(out, { recursive: true });
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
    if (validators.length === 0) continue;
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
  // Its types are good; the insides of its runtime do not hold to our strictest flags, and are not ours to mend.
  for (const file of readdirSync(join(out, "admin-sdk"), { recursive: true, encoding: "utf8" })) {
    const path = join(out, "admin-sdk", file);
    if (file.endsWith(".ts")) writeFileSync(path, `// @ts-nocheck\n${readFileSync(path, "utf8")}`);
  }
}

function write(path: string, text: string): void {
  writeRaw(path, `// Written by scripts/generate.ts. Edit specs/ instead.\n${text}`);
}

function writeRaw(path: string, text: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}
