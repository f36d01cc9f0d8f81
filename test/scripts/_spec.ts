import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import { emitValidators } from "../../scripts/spec/emit-validators.ts";
import type { Mode } from "../../scripts/spec/relax.ts";
import type { Schema, Schemas, Spec } from "../../scripts/spec/schema.ts";

/** A spec of nothing but components. */
export function specOf(schemas: Schemas, paths: Spec["paths"] = {}): Spec {
  return { openapi: "3.1.0", info: { title: "Test", version: "1" }, paths, components: { schemas } };
}

/** A reference to a component. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** What a validator says of a value; `errors` is null where it is valid. */
interface Validate {
  (value: unknown): boolean;
  errors?: readonly { keyword: string; instancePath: string; params: Record<string, unknown> }[] | null;
}

/** The validator of one component as generation writes it, read back from a file. */
export async function validatorOf(schemas: Schemas, root: string, mode: Mode): Promise<Validate> {
  const { code } = emitValidators(specOf(schemas), "test", mode, [root], false);
  const file = join(temporaryFolder(), "validator.mjs");
  writeFileSync(file, code);
  const module: Record<string, Validate> = await import(/* @vite-ignore */ pathToFileURL(file).href);
  const validate = module[`validate${root}`];
  if (validate === undefined) throw new Error(`no validator of ${root}`);
  return validate;
}

/** A new folder, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "specgate-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
