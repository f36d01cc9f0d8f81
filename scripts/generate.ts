/**
 * Compiles `specs/*.yaml` into `generated/`: types, validators, field unions, operations, the admin API's client and
 * the JSON Schema of routes.yaml. Skipped when the manifest says that nothing it depends on has changed; where only some
 * specs have, what is made of the others stays.
 *
 *   npm run generate            # when something changed
 *   npm run generate -- --force
 *   npm run generate -- --out DIR   # into a folder that is new, empty or written by this script before
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { emitEditorSchema } from "./spec/emit-editor-schema.ts";
import { emitFields, shapeTypes } from "./spec/emit-fields.ts";
import { emitOperations } from "./spec/emit-operations.ts";
import { emitValidators, validatorTypes } from "./spec/emit-validators.ts";
import { fieldsOf } from "./spec/fields.ts";
import { loadSpec, root } from "./spec/load.ts";
import { currentManifest, isFresh, manifestName, staleTargets } from "./spec/manifest.ts";
import type { Spec } from "./spec/schema.ts";
import { clientSpec, editorSchema, type Target, targets } from "./spec/targets.ts";
import { startTypeScript, type TypeScriptThread } from "./spec/typescript.ts";

const { values: options } = parseArgs({ options: { force: { type: "boolean" }, out: { type: "string" } } });
const out = options.out === undefined ? join(root, "generated") : resolve(options.out);
const manifestFile = join(out, manifestName);
const clientFolder = "admin-sdk";

if (options.force === true || !isFresh(out) || !targets.every(isThere)) {
  const started = performance.now();
  if (options.out !== undefined) refuseForeign(out);
  // Read before anything is made from them: a file that is edited meanwhile makes the next run generate again.
  const manifest = currentManifest();
  const stale = options.force === true ? targets : staleTargets(out, manifest);
  const wanted = targets.filter((target) => stale.includes(target) || !isThere(target));
  const typescript = startTypeScript();
  await generate(wanted, typescript).finally(typescript.end);
  writeFileSync(manifestFile, manifest);
  console.log(`${options.out ?? "generated/"} is new (${Math.round(performance.now() - started)} ms)`);
}

/** The folder is emptied first, so one with other things in it is not taken. */
function refuseForeign(folder: string): void {
  if (!existsSync(folder) || existsSync(manifestFile) || readdirSync(folder).length === 0) return;
  console.error(`${folder} holds files that this script did not write`);
  process.exit(2);
}

function isThere(target: Target): boolean {
  return filesOf(target).every((file) => existsSync(join(out, file)));
}

async function generate(wanted: readonly Target[], typescript: TypeScriptThread): Promise<void> {
  // Whole or not at all: with the manifest gone, a run that fails half-way is not taken for a good one.
  mkdirSync(out, { recursive: true });
  rmSync(manifestFile, { force: true });
  removeAllBut(new Set(["README.md", ...targets.filter((target) => !wanted.includes(target)).flatMap(filesOf)]));
  const specs = new Map(targets.map((target) => [target.spec, loadSpec(target.spec)]));
  // Asked for first, for it takes the longest: the rest is made meanwhile.
  const ofTypeScript = wanted.map((target) => writeTypes(target, specOf(specs, target.spec), typescript));
  if (wanted.some(({ spec }) => spec === clientSpec)) ofTypeScript.push(typescript.client(join(out, clientFolder)));
  write("validators/validator.ts", validatorTypes);
  write("fields/shape.ts", shapeTypes);
  for (const target of wanted) generateTarget(target, specOf(specs, target.spec));
  const withOperations = targets.filter((target) => target.operations).map((target) => target.spec);
  write("operations.ts", emitOperations(new Map(withOperations.map((name) => [name, specOf(specs, name)]))));
  writeRaw("routes.schema.json", emitEditorSchema(specOf(specs, editorSchema.spec), editorSchema.root));
  await Promise.all(ofTypeScript);
}

function removeAllBut(kept: ReadonlySet<string>): void {
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const path = relative(out, join(entry.parentPath, entry.name));
    const isKept = kept.has(path) || [...kept].some((one) => path.startsWith(`${one}/`));
    if (!entry.isDirectory() && !isKept) rmSync(join(out, path));
  }
}

/** What is made of a target alone: files, and the client's folder. */
function filesOf({ spec, modes, fields }: Target): readonly string[] {
  return [
    ...modes.map(({ mode }) => `types/${spec}.${mode}.ts`),
    ...modes
      .filter(({ validators }) => validators.length > 0)
      .flatMap(({ mode }) => [`validators/${spec}.${mode}.mjs`, `validators/${spec}.${mode}.d.mts`]),
    ...(fields === undefined ? [] : [`fields/${spec}.ts`]),
    ...(spec === clientSpec ? [clientFolder] : []),
  ];
}

async function writeTypes({ spec: name, modes }: Target, spec: Spec, typescript: TypeScriptThread): Promise<void> {
  const texts = modes.map(({ mode }) => [mode, typescript.types(spec, mode)] as const);
  for (const [mode, text] of texts) write(`types/${name}.${mode}.ts`, await text);
}

function specOf(specs: ReadonlyMap<string, Spec>, name: string): Spec {
  const spec = specs.get(name);
  if (spec === undefined) throw new Error(`no spec ${name}`);
  return spec;
}

function generateTarget(target: Target, spec: Spec): void {
  for (const { mode, validators, allErrors } of target.modes) {
    if (validators.length === 0) continue;
    const module = emitValidators(spec, target.spec, mode, validators, allErrors ?? false);
    write(`validators/${target.spec}.${mode}.mjs`, module.code);
    write(`validators/${target.spec}.${mode}.d.mts`, module.types);
  }
  if (target.fields === undefined) return;
  const parts = Object.entries(target.fields).map(([name, component]) =>
    emitFields(name, fieldsOf(component, spec.components.schemas)),
  );
  write(`fields/${target.spec}.ts`, ['import type { Shape } from "./shape.ts";\n', ...parts].join("\n"));
}

function write(path: string, text: string): void {
  writeRaw(path, `// Written by scripts/generate.ts. Edit specs/ instead.\n${text}`);
}

function writeRaw(path: string, text: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}
