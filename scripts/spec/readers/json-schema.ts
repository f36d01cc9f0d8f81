import type { Outline } from "./description.ts";
import type { Document } from "./dialects.ts";
import { atPointer, type Raw, rawOf } from "./json.ts";

/** Reads a JSON Schema that holds one type, as ts-json-schema-generator writes it, or a bag of named ones. */
export function readJsonSchema(name: string, raw: Raw): Outline {
  const section = ["definitions", "$defs", "components/schemas"].find((one) => atPointer(raw, one) !== undefined);
  const document: Document = { raw, section: section ?? "definitions" };
  return { name, format: "json-schema", document, operations: [], rootNames: rootNamesOf(document) };
}

/** The component at the root and, where that is but another name, the component behind it. */
function rootNamesOf(document: Document): readonly string[] {
  const names: string[] = [];
  for (let ref = document.raw["$ref"]; typeof ref === "string" && names.length < 10; ) {
    names.push(decodeURIComponent(ref.slice(ref.lastIndexOf("/") + 1)));
    ref = rawOf(atPointer(document.raw, ref))["$ref"];
  }
  return names;
}
