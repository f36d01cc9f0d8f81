import type { Change } from "../../../operations/types.ts";
import { asObject, assemble, mustTakeObject, once } from "../../schema/document.ts";
import { isObject, type JsonObject, without } from "../../schema/json.ts";
import { isStandard } from "../../schema/kinds.ts";
import { rewriteDocument } from "../../schema/rewrite.ts";
import { toStandard } from "../../schema/standard.ts";
import type { ToolInputSchema } from "../types.ts";
import { renameMembers } from "./members.ts";
import { strictForm, toStrict } from "./strict.ts";

/** What is wanted of a tool's schema. */
export interface InputWish {
  /** Calls are to be held to it. */
  readonly strict: boolean;
}

/** A tool's parameters as Claude takes them. */
export interface InputSchema {
  readonly schema: ToolInputSchema;
  /** Arguments that had to be renamed: the name that is sent → the client's. */
  readonly members: ReadonlyMap<string, string>;
  /** Whether calls can be held to the schema: it was wanted, and nothing in it prevents it. */
  readonly strict: boolean;
  /** Members of a strict schema that may be left out: all schemas of a request share `maxOptional`. */
  readonly optional: number;
  readonly changes: readonly Change[];
}

/**
 * The parameters of a function as the schema of a tool's input: an object in any case, by draft 2020-12, no branches at
 * its top, names at its top that Claude takes.
 *
 * Fails: `invalid_value` where the schema is for something other than an object, as with OpenAI.
 *
 * @param path the client's path to the parameters
 * @see reference: openai-chat-to-anthropic §§5, 6
 */
export function toInputSchema(parameters: unknown, path: string, wish: InputWish): InputSchema {
  const given = isObject(parameters) ? parameters : {};
  mustTakeObject(given, path);
  return (wish.strict ? strictly(given, path) : undefined) ?? loosely(given, path);
}

function loosely(given: JsonObject, path: string): InputSchema {
  const document = given["$schema"] === undefined ? given : without(given, draft);
  const changes: Change[] = [];
  if (isTopPlain(document) && isStandard(document, 0)) return finish(document, path, changes);
  const lost = once((place) => changes.push({ verb: "downgraded", path: place }));
  const { root, definitions } = toStandard(given, path, lost);
  return finish(assemble(given, root, definitions), path, changes);
}

/** Undefined where calls cannot be held to the schema. */
function strictly(given: JsonObject, path: string): InputSchema | undefined {
  const changes: Change[] = [];
  const lost = once((place) => changes.push({ verb: "downgraded", path: place }));
  const rewritten = rewriteDocument(given, { path, form: strictForm, keepsPaths: false, isFlat: true, lost });
  const { root, definitions, fits, optional } = toStrict({ ...rewritten, root: named(rewritten.root) });
  if (!fits) return undefined;
  return { ...finish(assemble(given, root, definitions), path, changes), strict: true, optional };
}

function finish(whole: JsonObject, path: string, changes: Change[]): InputSchema {
  const { schema, members } = renameMembers(asArguments(whole), path, changes);
  return {
    schema: isInputSchema(schema) ? schema : { ...schema, ...noMembers },
    members,
    strict: false,
    optional: 0,
    changes,
  };
}

/** The draft that a document says it is written in: what is by the newest means the same in all of them. */
const draft: ReadonlySet<string> = new Set(["$schema"]);
const noMembers = { type: "object", properties: {} } as const;

function asArguments(root: JsonObject): JsonObject {
  const object = asObject(root);
  return isObject(object["properties"]) ? object : { ...object, properties: {} };
}

/** Who names no arguments wants none. */
function named(root: JsonObject): JsonObject {
  const object = asArguments(root);
  const { properties, additionalProperties: rest } = object;
  const isSilent = rest === undefined && isObject(properties) && Object.keys(properties).length === 0;
  return isSilent ? { ...object, additionalProperties: false } : object;
}

/** Whether nothing stands at the top that may stand elsewhere only. */
function isTopPlain(document: JsonObject): boolean {
  return !["anyOf", "oneOf", "allOf"].some((keyword) => Object.hasOwn(document, keyword));
}

function isInputSchema(schema: JsonObject): schema is ToolInputSchema {
  const { type, required } = schema;
  return type === "object" && (required === undefined || Array.isArray(required));
}
