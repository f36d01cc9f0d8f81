import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { isObject } from "./_schema-values.ts";

const options = { strict: false, validateFormats: false, ownProperties: true, logger: false } as const;
/** Made once: they compile the schemas of schemas, which takes longer than all else. */
const drafts = {
  "draft-07": new Ajv({ ...options, validateSchema: false }),
  "2020-12": new Ajv2020({ ...options, validateSchema: false }),
};

/** A validator of a schema in its own draft. Formats are annotations to it, as they are to the standard. */
export function judgeOf(schema: object, draft: "draft-07" | "2020-12"): ValidateFunction {
  const { $schema: _, $id: _id, ...rest } = { $schema: undefined, $id: undefined, ...schema };
  return drafts[draft].compile(rest);
}

/** A schema in the older form as the JSON Schema that says the same. */
export function fromOlderForm(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const { nullable, type, format, enum: words, properties, items, anyOf, ...rest } = schema;
  const said: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(rest)) {
    said[keyword] = /^(?:min|max)(?:Items|Length|Properties)$/.test(keyword) ? Number(value) : value;
  }
  if (typeof type === "string") said["type"] = type.toLowerCase();
  if (Array.isArray(words)) said["enum"] = format === "enum" ? words.map(Number) : words;
  if (isObject(properties)) {
    const entries = Object.entries(properties).map(([name, one]) => [name, fromOlderForm(one)] as const);
    said["properties"] = Object.fromEntries(entries);
  }
  if (items !== undefined) said["items"] = fromOlderForm(items);
  if (Array.isArray(anyOf)) said["anyOf"] = anyOf.map(fromOlderForm);
  return nullable === true ? { anyOf: [said, { type: "null" }] } : said;
}
