import type { Checked } from "./rule.ts";
import type { Schema } from "./types.ts";

/** What a rule about schemas looks at besides the schema. */
type Reader = Pick<Checked, "family" | "surface">;

/** Formats by type; texts may have others on Vertex AI. */
const textFormats: readonly string[] = ["enum", "date-time"];
const numberFormats: Readonly<Record<string, readonly string[]>> = {
  NUMBER: ["enum", "float", "double"],
  INTEGER: ["enum", "int32", "int64"],
};

/** What the older form of schemas, a subset of OpenAPI, does not allow. openai-chat-to-gemini.md §6.3 */
export function wrongSchema(schema: Schema, path: string, reader: Reader): string | undefined {
  const own = wrongMembers(schema, path, reader) ?? wrongWords(schema, path, reader);
  if (own !== undefined) return own;
  for (const [child, childPath] of childrenOf(schema, path)) {
    const text = wrongSchema(child, childPath, reader);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Models of the first generation want parameters to have members, or not to be there. §6.1 */
export function emptyParameters(schema: Schema, path: string, { family, surface }: Reader): string | undefined {
  const isEmpty = Object.keys(schema.properties ?? {}).length === 0;
  return family.generation < 2 && isEmpty ? surface.texts.emptyProperties(path) : undefined;
}

function childrenOf(schema: Schema, path: string): readonly (readonly [Schema, string])[] {
  const properties = Object.entries(schema.properties ?? {});
  return [
    ...properties.map(([key, child]) => [child, `${path}.properties[${key}]`] as const),
    ...(schema.items ? [[schema.items, `${path}.items`] as const] : []),
    ...(schema.anyOf ?? []).map((branch, index) => [branch, `${path}.any_of[${index}]`] as const),
  ];
}

function wrongMembers(schema: Schema, path: string, { family, surface }: Reader): string | undefined {
  const { texts } = surface;
  if (schema.type === "ARRAY" && schema.items === undefined) return texts.missingItems(path);
  const known = new Set(Object.keys(schema.properties ?? {}));
  const stray = (schema.required ?? []).findIndex((name) => !known.has(name));
  if (stray >= 0) return texts.unknownRequired(path, stray);
  const isUnion = schema.anyOf !== undefined;
  if (isUnion && family.generation < 2 && Object.keys(schema).length > 1) return texts.anyOfAlone(path);
  return schema.type === "NULL" && surface.name === "vertex" ? texts.nullType(path) : undefined;
}

function wrongWords(schema: Schema, path: string, { surface: { name, texts } }: Reader): string | undefined {
  const { type, format, enum: words } = schema;
  if (format === "enum" && (words ?? []).length === 0) return texts.emptyEnum(path);
  const formats = numberFormats[type ?? ""];
  if (format !== undefined && formats !== undefined && !formats.includes(format)) {
    return texts.numberFormat(path, formats.slice(1));
  }
  // The Developer API lists words of texts only, and knows two formats of them.
  if (name === "developer" && type === "STRING" && format !== undefined && !textFormats.includes(format)) {
    return texts.textFormat(path);
  }
  if (words === undefined || type === "STRING") return undefined;
  return name === "developer" || format !== "enum" ? texts.enumType(path) : undefined;
}
