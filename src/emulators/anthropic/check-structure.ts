import { isObject, type JsonObject } from "../json.ts";
import { isOwn } from "./check-tools.ts";
import { type Checked, first, placedBlocks, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";

/** Most members that may be left out; beyond that nothing is compiled at all. */
const maxOptional = 24;

/** Rules about schemas that answers and strict calls are held to. */
export const structureRules: readonly Rule[] = [
  ({ request, family, model }) =>
    request.output_config?.format != null && !family.structured ? texts.noStructure(model) : undefined,
  ({ request, family, model }) =>
    (request.tools ?? []).some((tool) => "strict" in tool && tool.strict === true) && !family.structured
      ? texts.noStrict(model)
      : undefined,
  (checked) => first(schemasOf(checked), ({ schema, place }) => wrongSchema(schema, place)),
  (checked) => {
    const schemas = schemasOf(checked);
    const cycle = schemas.find(({ schema }) => isRecursive(schema));
    return cycle === undefined ? undefined : texts.recursion(cycle.place);
  },
  (checked) => {
    const count = schemasOf(checked).reduce((sum, { schema }) => sum + optionalIn(schema), 0);
    if (count > maxOptional) return texts.manyOptional(count, maxOptional);
    return count > checked.surface.maxOptional ? texts.largeGrammar() : undefined;
  },
  ({ request }) => {
    const cites = placedBlocks(request).some(
      ({ block }) => (block.type === "document" || block.type === "search_result") && block.citations?.enabled === true,
    );
    return request.output_config?.format != null && cites ? texts.formatWithCitations() : undefined;
  },
  ({ request: { output_config, messages } }) =>
    output_config?.format != null && messages.at(-1)?.role === "assistant" ? texts.formatWithPrefill() : undefined,
];

interface PlacedSchema {
  readonly schema: JsonObject;
  readonly place: string;
}

/** The schemas of a request that something is held to. */
function schemasOf({ request: { output_config, tools = [] } }: Checked): readonly PlacedSchema[] {
  const format = output_config?.format;
  const answers = format == null ? [] : [{ schema: format.schema, place: "output_config.format.schema" }];
  const strict = tools.flatMap((tool, at) =>
    isOwn(tool) && tool.strict === true ? [{ schema: tool.input_schema, place: `tools.${at}.custom` }] : [],
  );
  return [...answers, ...strict];
}

/** Keywords that are refused, by the type they speak of. */
const refused: Readonly<Record<string, readonly string[]>> = {
  number: ["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"],
  string: ["maxLength", "minLength", "pattern"],
  array: ["contains", "maxItems", "prefixItems", "uniqueItems"],
  object: ["maxProperties", "minProperties", "patternProperties", "propertyNames"],
};
const refusedAlways = ["oneOf", "not", "if", "then", "else", "dependentSchemas"];

const formats = new Set([
  ...["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
]);
const beside = new Set(["$ref", "$defs", "definitions"]);

function wrongSchema(schema: unknown, place: string): string | undefined {
  if (!isObject(schema)) return undefined;
  const { type, format, minItems, additionalProperties } = schema;
  if ("$ref" in schema) {
    const other = Object.keys(schema).find((keyword) => !beside.has(keyword));
    if (other !== undefined) return texts.besideReference(place, other);
  }
  const odd = refusedAlways.find((keyword) => keyword in schema);
  if (odd !== undefined) return texts.keyword(place, odd);
  for (const word of [type].flat()) {
    const names = (refused[word === "integer" ? "number" : String(word)] ?? []).filter((name) => name in schema);
    if (names.length > 0) return texts.keywords(place, String(word), names);
  }
  const isMap = [type].flat().includes("object") || "properties" in schema;
  if (isMap && additionalProperties === undefined) return texts.openObject(place);
  if (isMap && additionalProperties !== false) return texts.openMap(place, JSON.stringify(additionalProperties));
  if (minItems !== undefined && minItems !== 0 && minItems !== 1) return texts.minItems(place);
  if (typeof format === "string" && !formats.has(format)) return texts.format(place, format);
  return first(childrenOf(schema), (child) => wrongSchema(child, place));
}

function childrenOf(schema: JsonObject): readonly unknown[] {
  const maps = ["properties", "$defs", "definitions"].map((keyword) => schema[keyword]);
  const lists = ["anyOf", "allOf"].map((keyword) => schema[keyword]);
  return [
    ...maps.flatMap((map) => (isObject(map) ? Object.values(map) : [])),
    ...lists.flatMap((list): unknown[] => (Array.isArray(list) ? list : [])),
    schema["items"],
  ];
}

/** Members that may be left out, wherever they are. */
function optionalIn(schema: unknown): number {
  if (!isObject(schema)) return 0;
  const { properties, required } = schema;
  const demanded = new Set<unknown>(Array.isArray(required) ? required : []);
  const own = Object.keys(isObject(properties) ? properties : {}).filter((name) => !demanded.has(name)).length;
  return childrenOf(schema).reduce<number>((sum, child) => sum + optionalIn(child), own);
}

/** Whether a reference leads back to where it came from. */
function isRecursive(root: JsonObject): boolean {
  const leads = (schema: unknown, open: ReadonlySet<string>): boolean => {
    if (!isObject(schema)) return false;
    const { $ref: reference } = schema;
    if (typeof reference === "string") {
      return open.has(reference) || leads(targetOf(root, reference), new Set([...open, reference]));
    }
    const { $defs: _defs, definitions: _definitions, ...own } = schema;
    return childrenOf(own).some((child) => leads(child, open));
  };
  return leads(root, new Set(["#"]));
}

const targetOf = (root: JsonObject, reference: string): unknown =>
  reference
    .split("/")
    .slice(1)
    .reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
