import { relax } from "./relax.ts";
import type { Schema, Spec } from "./schema.ts";

/** A JSON Schema of routes.yaml for editors: descriptions kept, unknown members refused. */
export function emitEditorSchema(spec: Spec, root: string): string {
  const schemas = relax(spec.components.schemas, "closed");
  const definitions: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) definitions[name] = localRefs(schema);
  const document = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: spec.info.title,
    $ref: `#/definitions/${root}`,
    definitions,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function localRefs(schema: Schema): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/definitions/"));
}
