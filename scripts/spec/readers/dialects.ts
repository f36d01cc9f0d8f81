import { refTo, type Schema, typesOf } from "../schema.ts";
import { meet } from "./all-of.ts";
import { atPointer, isRaw, listOf, type Raw, rawOf, textsOf } from "./json.ts";

/** A parsed description and the folder of it that holds named schemas, such as `components/schemas`. */
export interface Document {
  readonly raw: Raw;
  readonly section: string;
}

/**
 * Rewrites a schema of any dialect in ours: OpenAPI 3.0 and 3.1, JSON Schema from draft 4 on, Google Discovery.
 *
 * `nullable` and null members become null among the types, `const` an enum of one, `allOf` one object. Names of
 * components stay, as references; `owner` is the component that `$recursiveRef: "#"` stands for.
 */
export function toSchema(value: unknown, document: Document, owner: string): Schema {
  const raw = rawOf(value); // true allows anything
  const schema = meet(partsOf(raw, document, owner), (name) => componentOf(name, document));
  const made = raw["default"] === undefined ? schema : { ...schema, default: raw["default"] };
  return raw["nullable"] === true ? withNull(made) : made;
}

/** A component by its name, rewritten. */
export function componentOf(name: string, document: Document): Schema {
  const pointer = name.includes("/") ? name : `${document.section}/${encodeURIComponent(name)}`;
  return toSchema(atPointer(document.raw, pointer), document, name);
}

/** What a schema demands, one part per keyword that can stand alone. All of them hold. */
function partsOf(raw: Raw, document: Document, owner: string): readonly Schema[] {
  const ref = raw["$ref"];
  if (typeof ref === "string") return [refTo(nameOf(ref, document))];
  if (raw["$recursiveRef"] !== undefined || raw["$dynamicRef"] !== undefined) return [refTo(owner)];
  const parts = listOf(raw["allOf"]).map((part) => toSchema(part, document, owner));
  for (const keyword of ["oneOf", "anyOf"]) {
    const members = listOf(raw[keyword]).filter(saysWhat);
    if (members.length > 0) parts.push(toUnion(members.map((member) => toSchema(member, document, owner))));
  }
  const own = toPlain(raw, document, owner);
  return Object.keys(own).length === 0 && parts.length > 0 ? parts : [own, ...parts];
}

/** A member like `{required: [a]}` only says which of the properties go together. */
function saysWhat(member: unknown): boolean {
  const keys = Object.keys(rawOf(member));
  return keys.length === 0 || keys.some((key) => key !== "required");
}

/** A reference by the short name of its component, or by its whole pointer where it leads elsewhere. */
function nameOf(ref: string, document: Document): string {
  if (!ref.includes("#")) return ref; // Discovery names the component itself
  const pointer = ref.replace(/^#\//, "");
  const rest = pointer.startsWith(`${document.section}/`) ? pointer.slice(document.section.length + 1) : pointer;
  return rest.includes("/") ? rest : decodeURIComponent(rest);
}

function toUnion(members: readonly Schema[]): Schema {
  const flat = members.flatMap((member) => (member.oneOf && member.default === undefined ? member.oneOf : [member]));
  const others = flat.filter((member) => member.type !== "null");
  const [only] = others;
  const union = only !== undefined && others.length === 1 ? only : { oneOf: others };
  if (others.length === flat.length) return union;
  return others.length === 0 ? { type: "null" } : withNull(union);
}

/** The same schema, null allowed too. */
function withNull(schema: Schema): Schema {
  const types = typesOf(schema);
  if (schema.oneOf) return { ...schema, oneOf: [...schema.oneOf, { type: "null" }] };
  if (schema.$ref !== undefined) return { oneOf: [schema, { type: "null" }] };
  if (types.length === 0 || types.includes("null")) return schema;
  return { ...schema, type: [...types, "null"], ...(schema.enum && { enum: [...schema.enum, null] }) };
}

/** What a schema says beside references and unions. */
function toPlain(raw: Raw, document: Document, owner: string): Schema {
  const schema: Schema = { ...boundsOf(raw) };
  const words = raw["const"] === undefined ? listOf(raw["enum"]) : [raw["const"]];
  const scalars = words.filter((word) => word === null || ["string", "number", "boolean"].includes(typeof word));
  if (scalars.length > 0) schema.enum = scalars.filter(isScalar);
  if (isRaw(raw["properties"])) {
    const entries = Object.entries(raw["properties"]);
    schema.properties = Object.fromEntries(entries.map(([key, one]) => [key, toSchema(one, document, owner)]));
  }
  // In Discovery `required: true` stands on the property and means parameters only.
  if (Array.isArray(raw["required"])) schema.required = [...textsOf(raw["required"])];
  const items = Array.isArray(raw["items"]) ? raw["items"][0] : raw["items"];
  if (items !== undefined) schema.items = toSchema(items, document, owner);
  const additional = raw["additionalProperties"];
  if (typeof additional === "boolean") schema.additionalProperties = additional;
  if (isRaw(additional)) schema.additionalProperties = toSchema(additional, document, owner);
  const types = statedTypes(raw, schema);
  const [only] = types;
  if (only !== undefined) schema.type = types.length === 1 ? only : [...types];
  return schema;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** The types a schema names or, where it names none, those its other keywords speak of. */
function statedTypes(raw: Raw, schema: Schema): readonly string[] {
  const stated = typeof raw["type"] === "string" ? [raw["type"]] : textsOf(raw["type"]);
  const named = stated.filter((type) => type !== "any");
  const words = schema.enum ?? [];
  const types = new Set(named.length > 0 ? named : words.filter((word) => word !== null).map((word) => typeof word));
  if (named.length === 0 && stated.length === 0 && words.length === 0) {
    if (schema.properties ?? schema.additionalProperties) types.add("object");
    if (schema.items) types.add("array");
  }
  if (words.includes(null)) types.add("null");
  return [...types];
}

/** Bounds by keyword; Discovery writes numbers as text. */
function boundsOf(raw: Raw): Schema {
  const bounds: Schema = {};
  for (const keyword of ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] as const) {
    const bound = raw[keyword];
    if (typeof bound === "number" || (typeof bound === "string" && bound !== "")) bounds[keyword] = Number(bound);
  }
  for (const keyword of ["minProperties", "maxProperties"] as const) {
    const bound = raw[keyword];
    if (typeof bound === "number") bounds[keyword] = bound;
  }
  return bounds;
}
