import { isObject, type JsonObject } from "../json.ts";
import type { Texts } from "./texts.ts";

/** What the form that takes JSON Schema is used for: parameters ignore what they do not know, answers refuse it. */
export type Use = "parameters" | "answer";

/** openai-chat-to-gemini.md §6.2 */
const honoured = new Set([
  ...["$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items", "prefixItems"],
  ...["minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties", "additionalProperties"],
  ...["required", "propertyOrdering"],
]);
const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);

/** Google names no numbers; these are ours, and lie beyond what people write. */
const maxDepth = 64;
const maxStates = 20_000;

/** A walk through one document. */
interface Walk {
  readonly root: JsonObject;
  readonly use: Use;
  readonly texts: Texts;
  states: number;
}

/** Where in a document a walk is. */
interface Place {
  readonly path: string;
  readonly depth: number;
}

/** Why Google would not take a document as JSON Schema. */
export function wrongJsonSchema(schema: unknown, path: string, use: Use, texts: Texts): string | undefined {
  if (!isObject(schema)) return typeof schema === "boolean" ? undefined : texts.noSchema(path);
  const walk: Walk = { root: schema, use, texts, states: 0 };
  const wrong = wrongAt(schema, { path, depth: 1 }, walk) ?? wrongDefinitions(schema, path, walk);
  if (wrong !== undefined) return wrong;
  if (use === "answer" && walk.states > maxStates) return texts.manyStates();
  const cycle = requiredCycle(schema);
  return cycle === undefined ? undefined : texts.requiredCycle(path, cycle);
}

function wrongDefinitions(root: JsonObject, path: string, walk: Walk): string | undefined {
  const definitions = isObject(root["$defs"]) ? Object.entries(root["$defs"]) : [];
  return first(definitions, ([name, schema]) => wrongAt(schema, { path: `${path}.$defs[${name}]`, depth: 1 }, walk));
}

function wrongAt(schema: unknown, place: Place, walk: Walk): string | undefined {
  const { path, depth } = place;
  walk.states++;
  if (typeof schema === "boolean") return undefined;
  if (!isObject(schema)) return walk.texts.noSchema(path);
  if (depth > maxDepth) return walk.texts.tooDeep(path);
  return wrongKeywords(schema, path, walk) ?? wrongReference(schema, path, walk) ?? wrongChildren(schema, place, walk);
}

function wrongKeywords(schema: JsonObject, path: string, walk: Walk): string | undefined {
  const { type, enum: words } = schema;
  const unknownType = type !== undefined && [type].flat().some((word) => typeof word !== "string" || !types.has(word));
  if (unknownType) return walk.texts.schemaType(path);
  if (Array.isArray(words)) walk.states += words.length;
  if (walk.use !== "answer") return undefined;
  const stranger = Object.keys(schema).find((keyword) => !honoured.has(keyword));
  if (stranger !== undefined) return walk.texts.responseSchema(`${stranger} is no keyword it knows`);
  const sound = words === undefined || (Array.isArray(words) && words.length > 0 && words.every(isWord));
  return sound ? undefined : walk.texts.responseSchema("enum lists something other than texts and numbers");
}

const isWord = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

function wrongReference(schema: JsonObject, path: string, { root, texts }: Walk): string | undefined {
  const reference = schema["$ref"];
  if (reference === undefined) return undefined;
  const beside = Object.keys(schema).find((keyword) => !keyword.startsWith("$"));
  if (beside !== undefined) return texts.besideReference(path, beside);
  return targetOf(root, reference) === undefined ? texts.unresolved(path, String(reference)) : undefined;
}

function targetOf(root: JsonObject, reference: unknown): unknown {
  if (typeof reference !== "string") return undefined;
  if (reference === "#") return root;
  const [hash, defs, name, ...more] = reference.split("/");
  const definitions = root["$defs"];
  if (hash !== "#" || defs !== "$defs" || name === undefined || more.length > 0) return undefined;
  return isObject(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined;
}

/** The schemas directly in a schema, with how to get there and whether they may be left out. */
function childrenOf(schema: JsonObject): readonly { schema: unknown; step: string; isOptional: boolean }[] {
  const required = new Set<unknown>(Array.isArray(schema["required"]) ? schema["required"] : []);
  const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const lists = ["anyOf", "oneOf", "prefixItems"].flatMap((keyword) => {
    const list = schema[keyword];
    return Array.isArray(list) ? list.map((one: unknown, i) => ({ schema: one, step: `.${keyword}[${i}]` })) : [];
  });
  const single = ["items", "additionalProperties"].flatMap((keyword) =>
    schema[keyword] === undefined ? [] : [{ schema: schema[keyword], step: `.${keyword}` }],
  );
  return [
    ...properties.map(([name, one]) => ({
      schema: one,
      step: `.properties[${name}]`,
      isOptional: !required.has(name),
    })),
    ...[...lists, ...single].map((one) => ({ ...one, isOptional: false })),
  ];
}

function wrongChildren(schema: JsonObject, { path, depth }: Place, walk: Walk): string | undefined {
  return first(childrenOf(schema), (child) =>
    wrongAt(child.schema, { path: path + child.step, depth: depth + 1 }, walk),
  );
}

/** A reference that leads back to where it stands, under no property that may be left out. */
function requiredCycle(root: JsonObject): string | undefined {
  const definitions = isObject(root["$defs"]) ? Object.entries(root["$defs"]) : [];
  const bodies = new Map<string, unknown>([["#", root], ...definitions.map(([n, s]) => [`#/$defs/${n}`, s] as const)]);
  const uses = new Map([...bodies].map(([name, body]) => [name, referencesIn(body, false)]));
  for (const [name, references] of uses) {
    const found = references.find(({ to, isOptional }) => !isOptional && leads(to, name, uses));
    if (found !== undefined) return found.to;
  }
  return undefined;
}

interface Reference {
  readonly to: string;
  readonly isOptional: boolean;
}

function referencesIn(schema: unknown, isOptional: boolean): readonly Reference[] {
  if (!isObject(schema)) return [];
  if (typeof schema["$ref"] === "string") return [{ to: schema["$ref"], isOptional }];
  return childrenOf(schema).flatMap((child) => referencesIn(child.schema, isOptional || child.isOptional));
}

function leads(from: string, to: string, uses: ReadonlyMap<string, readonly Reference[]>): boolean {
  const seen = new Set([from]);
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === to) return true;
    for (const use of uses.get(at) ?? []) {
      if (!seen.has(use.to)) waiting.push(use.to);
      seen.add(use.to);
    }
  }
  return false;
}

function first<T>(values: readonly T[], find: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
