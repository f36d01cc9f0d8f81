import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { toDefinitions } from "./compile.ts";
import { type Mode, relax } from "./relax.ts";
import type { Spec } from "./schema.ts";
import { addTagged } from "./tagged.ts";

/** The two halves of a validator module. */
export interface ValidatorModule {
  readonly code: string;
  readonly types: string;
}

/**
 * Standalone validators of some components, as an ES module without imports.
 *
 * `unicode: false` counts UTF-16 units, which needs no helper at run time; ajv's only other way is a `require`.
 */
export function emitValidators(
  spec: Spec,
  name: string,
  mode: Mode,
  roots: readonly string[],
  all: boolean,
): ValidatorModule {
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    allErrors: all,
    messages: false,
    // Clients are told what would have fitted: the failed check brings its schema along.
    verbose: mode === "received",
    inlineRefs: false,
    unicode: false,
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  addTagged(ajv);
  ajv.addSchema({ $id: name, $defs: toDefinitions(relax(spec.components.schemas, mode), mode === "tolerant") });
  for (const root of roots) {
    if (spec.components.schemas[root] === undefined) throw new Error(`specs/${name}.yaml has no component ${root}`);
  }
  const exported = Object.fromEntries(roots.map((root) => [`validate${root}`, `${name}#/$defs/${root}`]));
  // `verbose` adds the value too, and a validator that holds on to its last error would hold on to a client's text.
  const code = standalone.default(ajv, exported).replace(/,data(?::data\d+)?\}\]/g, "}]");
  if (code.includes("require(")) throw new Error(`the validators of ${name} would need a module at run time`);
  return { code, types: declarations(name, mode, roots) };
}

function declarations(name: string, mode: Mode, roots: readonly string[]): string {
  const lines = roots.map((root) => `export const validate${root}: Validator<components["schemas"]["${root}"]>;`);
  return `import type { components } from "../types/${name}.${mode}.ts";
import type { Validator } from "./validator.ts";

${lines.join("\n")}
`;
}

/** The type all validators share. */
export const validatorTypes = `/** One failed check, as ajv reports it. */
export interface ValidationError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema whose keyword failed; of received bodies only. */
  readonly parentSchema?: Readonly<Record<string, unknown>>;
}

/** A type guard compiled from a spec. \`errors\` speaks of the last call only. */
export interface Validator<T> {
  (data: unknown): data is T;
  errors?: readonly ValidationError[] | null;
}
`;
