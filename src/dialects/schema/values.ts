import { isObject, isSame, type JsonObject, own, put, shortJson } from "./json.ts";
import { isAnnotation } from "./keywords.ts";
import { allows, type JsonType, type Rewriting, type Site } from "./site.ts";

const types: ReadonlySet<unknown> = new Set<JsonType>([
  ...(["string", "number", "integer", "boolean", "array", "object", "null"] as const),
]);

export const isType = (value: unknown): value is JsonType => types.has(value);

/** `type`: a word or a list of words. OpenAPI's upper-case words, as Google writes them, are read too. */
export function rewriteType(site: Site, rewriting: Rewriting): void {
  const given = site.schema["type"];
  if (given === undefined) return;
  const words = (Array.isArray(given) ? given : [given]).map(lowered);
  const known = [...new Set(words.filter(isType))];
  if (known.length === 0 || words.some((word) => !isType(word))) rewriting.lost(site.at("type"));
  if (known.length === 0) return;
  site.types = known;
  const isUnchanged = Array.isArray(given) ? isSame(given, known) : given === known[0];
  site.out["type"] = isUnchanged ? given : known.length === 1 ? known[0] : known;
}

const lowered = (word: unknown): unknown => (typeof word === "string" ? word.toLowerCase() : word);

/**
 * `enum` and `const`: texts and numbers as a list, other values as schemas that only they fit. Values that the type
 * forbids are left out, types that no value has too.
 */
export function rewriteValues(site: Site, rewriting: Rewriting): void {
  const keyword = Object.hasOwn(site.schema, "const") ? "const" : "enum";
  const given = valuesOf(site.schema);
  if (given === undefined) {
    if (Object.hasOwn(site.schema, "enum")) rewriting.lost(site.at("enum"));
    return;
  }
  const values = distinct(given.filter((value) => site.types?.some((type) => hasType(value, type)) ?? true));
  if (values.length === 0) {
    rewriting.lost(site.at(keyword));
    return;
  }
  if (!values.every(isWord)) {
    asBranches(site, values, keyword, rewriting);
    return;
  }
  const original = site.schema["enum"];
  site.out["enum"] = keyword === "enum" && isSame(original, values, 2) ? original : values;
  narrowTypes(site, values);
}

/** The values a schema allows by name; undefined where it names none, or in no readable way. */
export function valuesOf(schema: JsonObject): readonly unknown[] | undefined {
  const words = own(schema, "enum");
  const listed = Array.isArray(words) && words.length > 0 ? words : undefined;
  if (!Object.hasOwn(schema, "const")) return listed;
  const only = schema["const"];
  return listed === undefined || listed.some((word) => isSame(word, only)) ? [only] : undefined;
}

const isWord = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

function distinct(values: readonly unknown[]): readonly unknown[] {
  const unique = new Set(values);
  return unique.size === values.length ? values : [...unique];
}

function hasType(value: unknown, type: JsonType): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** The type of the values beside them: forms want one, and no type without a value. */
function narrowTypes(site: Site, values: readonly unknown[]): void {
  const fitting = site.types?.filter((type) => values.some((value) => hasType(value, type)));
  if (fitting !== undefined && fitting.length === site.types?.length) return;
  site.types = fitting ?? typesOf(values);
  site.out["type"] = site.types.length === 1 ? site.types[0] : site.types;
}

function typesOf(values: readonly unknown[]): readonly JsonType[] {
  const found: JsonType[] = values.some((value) => typeof value === "string") ? ["string"] : [];
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length > 0) found.push(numbers.every(Number.isInteger) ? "integer" : "number");
  return found;
}

function asBranches(site: Site, values: readonly unknown[], keyword: string, rewriting: Rewriting): void {
  const words = values.filter(isWord);
  const branches: JsonObject[] = [];
  const texts = words.filter((word) => typeof word === "string");
  const numbers = words.filter((word) => typeof word === "number");
  if (texts.length > 0) branches.push({ type: "string", enum: texts });
  if (numbers.length > 0) branches.push({ type: typesOf(numbers)[0], enum: numbers });
  const flags = values.filter((value) => typeof value === "boolean");
  const [flag] = flags;
  const isListed = flags.length === 1 && rewriting.form.listsFlags;
  if (flags.length > 0) branches.push({ type: "boolean", ...(isListed && { enum: [flag] }) });
  if (flags.length === 1 && !isListed) {
    rewriting.lost(site.at(keyword));
    site.hints.push(values.length === 1 ? `always ${flag}` : `of true and false only ${flag}`);
  }
  if (values.includes(null)) branches.push({ type: "null" });
  const tell = (): void => rewriting.lost(site.at(keyword));
  const { listsFlags } = rewriting.form;
  const structured = values.filter((value) => typeof value === "object" && value !== null);
  for (const value of structured) branches.push(exactly(value, site.depth + 1, listsFlags, tell));
  const [only] = branches;
  // What else the schema says of arrays and objects must not come between the members of a branch.
  const isAlone =
    structured.length === 0 || Object.keys(site.schema).every((name) => isAnnotation(name) || naming.has(name));
  if (branches.length === 1 && only !== undefined && isAlone) {
    for (const name of Object.keys(only)) put(site.out, name, only[name]);
    site.types = isType(only["type"]) ? [only["type"]] : undefined;
    return;
  }
  delete site.out["type"];
  site.out["anyOf"] = branches;
}

const naming: ReadonlySet<string> = new Set(["const", "enum", "type"]);

const deepest = 16;

/** A schema that only one value fits. Which of true and false it is cannot be said by every form. */
function exactly(value: unknown, depth: number, listsFlags: boolean, lost: () => void): JsonObject {
  if (isWord(value)) return { type: typesOf([value])[0], enum: [value] };
  if (value === null) return { type: "null" };
  if (typeof value === "boolean" && listsFlags) return { type: "boolean", enum: [value] };
  if (typeof value === "boolean" || depth > deepest) {
    lost();
    return typeof value === "boolean" ? { type: "boolean" } : {};
  }
  if (Array.isArray(value)) {
    const size = { minItems: value.length, maxItems: value.length };
    if (value.length === 0) return { type: "array", ...size };
    return { type: "array", prefixItems: value.map((item) => exactly(item, depth + 1, listsFlags, lost)), ...size };
  }
  const properties: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value ?? {}))
    put(properties, name, exactly(member, depth + 1, listsFlags, lost));
  const required = Object.keys(properties);
  return { type: "object", properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** Annotations that no keyword may hold, as words for the description. */
export function tellAnnotations(site: Site): void {
  const { schema, hints } = site;
  const given = own(schema, "default");
  const text = given == null ? undefined : shortJson(given);
  if (text !== undefined) hints.push(`default: ${text}`);
  const examples = own(schema, "examples") ?? (Object.hasOwn(schema, "example") ? [schema["example"]] : undefined);
  const shown = Array.isArray(examples) ? examples.slice(0, 3).map(shortJson) : [];
  if (shown.length > 0 && !shown.includes(undefined)) hints.push(`for example ${shown.join(", ")}`);
  if (schema["deprecated"] === true) hints.push("deprecated");
  const { contentEncoding: encoding, contentMediaType: mediaType } = schema;
  if (typeof mediaType === "string") hints.push(`media type: ${mediaType}`);
  if (typeof encoding === "string") hints.push(`encoding: ${encoding}`);
}

/** `title`, `description` and `format`: texts, or nothing. */
export function rewriteTexts(site: Site, rewriting: Rewriting): void {
  for (const keyword of ["title", "description", "format"] as const) {
    const text = site.schema[keyword];
    if (typeof text === "string" && keyword === "format") rewriteFormat(site, text, rewriting);
    else if (typeof text === "string") site.out[keyword] = text;
    else if (text !== undefined && keyword === "format") rewriting.lost(site.at(keyword));
  }
}

function rewriteFormat(site: Site, format: string, { form, lost }: Rewriting): void {
  const { formats } = form;
  if (formats === undefined || (formats.has(format) && allows(site, "string"))) site.out["format"] = format;
  else {
    lost(site.at("format"));
    site.hints.push(`format: ${format}`);
  }
}

/** A description with what else has to be said. */
export function describe(description: unknown, hints: readonly string[]): string {
  const said = hints.join("; ");
  if (typeof description !== "string" || description === "") return said.charAt(0).toUpperCase() + said.slice(1);
  return `${description} (${said})`;
}
