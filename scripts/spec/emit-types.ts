import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { type Mode, relax } from "./relax.ts";
import type { Spec } from "./schema.ts";

/** openapi-typescript's types of a spec, read in a mode. */
export async function emitTypes(spec: Spec, mode: Mode): Promise<string> {
  const schemas = relax(spec.components.schemas, mode);
  const document = structuredClone({ ...spec, components: { ...spec.components, schemas } });
  const ast = await openapiTS(toOpenApi(document), { defaultNonNullable: false, alphabetize: false, silent: true });
  return astToString(ast);
}

/** The document as openapi-typescript's own type: it parses and checks what it is given. */
function toOpenApi(spec: Spec): OpenAPI3 {
  return JSON.parse(JSON.stringify(spec));
}
