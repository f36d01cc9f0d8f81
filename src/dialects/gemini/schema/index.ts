import { asObject, assemble, mustTakeObject, once } from "../../schema/document.ts";
import { isObject, type JsonObject, own, put, without } from "../../schema/json.ts";
import type { Rewritten } from "../../schema/rewrite.ts";
import type { SchemaForm } from "../models.ts";
import type { Schema } from "../types.ts";
import { loosenCycles } from "./cycles.ts";
import { toOlderForm } from "./older.ts";
import { isPlain } from "./plain.ts";
import { rewriteDocument } from "./rewrite.ts";

/** A schema in one of the two forms; neither where there is nothing to say. */
export type Said = { readonly json?: unknown; readonly older?: Schema };

/** A schema that could not be said whole. */
interface Source {
  readonly schema: JsonObject;
  /** The client's path to it: `tools[0].function.parameters`. */
  readonly path: string;
  /** Told of every place that was not honoured as it was written, each once. */
  readonly lost: (path: string) => void;
}

/**
 * The parameters of a function in the form its model reads; none for a function that takes none: Gemini wants no
 * schema rather than an object without members.
 *
 * Fails: `invalid_value` where the schema is for something other than an object, as with OpenAI.
 *
 * @see reference: openai-chat-to-gemini §§6.1–6.3
 */
export function toParameters(source: Source, form: SchemaForm): Said {
  const { schema, path } = source;
  mustTakeObject(schema, path);
  const lost = once(source.lost);
  const rewritten = rewrite({ schema, path, lost }, form);
  const root = asObject(rewritten.root);
  if (form === "json-schema") return hasMembers(root) ? { json: assemble(schema, root, rewritten.definitions) } : {};
  const flat = mergeBranches({ ...rewritten, root }, path, lost);
  const older = toOlderForm(flat, { path, developer: form === "openapi-developer", ordered: false, lost });
  return older.properties === undefined ? {} : { older };
}

/** The schema of a structured answer in the form its model reads; members are written in the order of the schema. */
export function toAnswerSchema(source: Source, form: SchemaForm): Said {
  const { schema, path } = source;
  const lost = once(source.lost);
  const rewritten = rewrite({ schema, path, lost }, form);
  if (form === "json-schema") return { json: assemble(schema, rewritten.root, rewritten.definitions) };
  return { older: toOlderForm(rewritten, { path, developer: form === "openapi-developer", ordered: true, lost }) };
}

function rewrite({ schema, path, lost }: Source, form: SchemaForm): Rewritten {
  const older = form !== "json-schema";
  if (!older) {
    const document = schema["$schema"] === undefined ? schema : without(schema, draft);
    if (isPlain(document, 0)) return { root: document, definitions: new Map(), pathOf: () => undefined };
  }
  const rewritten = rewriteDocument(schema, { path, older, lost });
  if (older) return rewritten;
  return { ...rewritten, definitions: loosenCycles(rewritten.definitions, rewritten.pathOf, lost) };
}

/** The draft that a document says it is written in: what is plain means the same in all of them. */
const draft: ReadonlySet<string> = new Set(["$schema"]);

/** Whether a schema of parameters says anything. */
function hasMembers(root: JsonObject): boolean {
  const { properties, additionalProperties: rest } = root;
  if (isObject(properties) && Object.keys(properties).length > 0) return true;
  return rest === true || isObject(rest) || root["anyOf"] !== undefined || root["enum"] !== undefined;
}

/** In the older form parameters are one object: the members of all branches, those of every branch required. */
function mergeBranches(rewritten: Rewritten, path: string, lost: (path: string) => void): Rewritten {
  const { anyOf, ...root } = rewritten.root;
  if (!Array.isArray(anyOf)) return rewritten;
  lost(path);
  const branches = anyOf.filter(isObject).map((branch) => resolve(branch, rewritten));
  const properties: Record<string, unknown> = {};
  for (const holder of [root, ...branches]) {
    const given = holder["properties"];
    if (!isObject(given)) continue;
    for (const name of Object.keys(given)) put(properties, name, either(own(properties, name), given[name]));
  }
  const always = namesIn(root["required"]);
  const shared = namesIn(branches[0]?.["required"]).filter((name) =>
    branches.every((branch) => namesIn(branch["required"]).includes(name)),
  );
  const required = [...new Set([...always, ...shared])];
  const merged = { ...root, properties, ...(required.length > 0 && { required }) };
  return { ...rewritten, root: merged };
}

function resolve(branch: JsonObject, { definitions }: Rewritten): JsonObject {
  const reference = own(branch, "$ref");
  const found = typeof reference === "string" ? definitions.get(reference.slice("#/$defs/".length)) : undefined;
  return found?.schema ?? branch;
}

/** What one branch says of a member, or another: the same said twice is said once. */
function either(one: unknown, other: unknown): unknown {
  if (one === undefined || (isObject(one) && Object.keys(one).length === 0)) return other;
  if (isObject(other) && Object.keys(other).length === 0) return one;
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  const known: readonly unknown[] = isObject(one) && Array.isArray(one["anyOf"]) ? one["anyOf"] : [one];
  return { anyOf: [...known, other] };
}

function namesIn(required: unknown): readonly unknown[] {
  return Array.isArray(required) ? required : [];
}
