import { Ajv2020 } from "ajv/dist/2020.js";
import { judgeOf } from "../_schema-judge.ts";
import { isObject } from "../_schema-values.ts";

type Schema = Readonly<Record<string, unknown>>;

const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false, ownProperties: true });

/** What any model says against the schema of a tool; undefined where it takes it. References must lead somewhere. */
export function complaintAbout(schema: Schema): string | undefined {
  if (schema["type"] !== "object") return "no object at the top";
  const branch = ["anyOf", "oneOf", "allOf", "$ref"].find((keyword) => keyword in schema);
  if (branch !== undefined) return `${branch} at the top`;
  if (!isObject(schema["properties"])) return "no properties at the top";
  if (ajv.validateSchema(schema) !== true) return `no JSON Schema: ${ajv.errorsText(ajv.errors)}`;
  return complaintOfJudge(schema);
}

/** References must lead somewhere. Below keywords that nobody knows ids are none, and ajv takes them for such. */
function complaintOfJudge(schema: Schema): string | undefined {
  try {
    judgeOf(schema, "2020-12");
    return undefined;
  } catch (thrown) {
    const said = String(thrown);
    return /resolves to more than one schema/.test(said) ? undefined : said;
  }
}

/** The same of a model that reads three keywords at the top, and no references. */
export function complaintAboutPlain(schema: Schema): string | undefined {
  const strange = Object.keys(schema).find((keyword) => !["type", "properties", "required"].includes(keyword));
  if (strange !== undefined) return `${strange} at the top`;
  return refersIn(schema) ? "a reference" : complaintAbout(schema);
}

/** Keywords that hold values, and those that hold schemas by name: a member may be called as it likes. */
const ofValues: readonly string[] = ["enum", "const", "default", "examples"];
const byName: readonly string[] = ["properties", "patternProperties", "dependentSchemas", "$defs"];

function refersIn(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(refersIn);
  if (!isObject(schema)) return false;
  return Object.entries(schema).some(([keyword, value]) => {
    if (keyword === "$ref") return true;
    if (ofValues.includes(keyword)) return false;
    return byName.includes(keyword) && isObject(value) ? Object.values(value).some(refersIn) : refersIn(value);
  });
}
