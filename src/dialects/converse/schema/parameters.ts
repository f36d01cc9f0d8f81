import type { Change } from "../../../operations/types.ts";
import { strictForm, toStrict } from "../../anthropic/schema/strict.ts";
import { asObject, assemble, mustTakeObject, once } from "../../schema/document.ts";
import { isObject, type JsonObject, without } from "../../schema/json.ts";
import { isStandard } from "../../schema/kinds.ts";
import { rewriteDocument } from "../../schema/rewrite.ts";
import { toStandard } from "../../schema/standard.ts";
import { inlined } from "./inline.ts";

/** What is wanted of a tool's schema. */
export interface InputWish {
  /** Calls are to be held to it. */
  readonly strict: boolean;
  /** Nothing but type, properties and required may stand at the top, and no reference anywhere. */
  readonly plain: boolean;
}

/** A tool's parameters as a model takes them through Converse. */
export interface InputSchema {
  readonly schema: JsonObject;
  /** Whether calls can be held to the schema: it was wanted, and nothing in it prevents it. */
  readonly strict: boolean;
  readonly changes: readonly Change[];
}

/**
 * The parameters of a function as the schema of a tool's input: an object in any case, by draft 2020-12, no branches at
 * its top.
 *
 * Fails: `invalid_value` where the schema is for something other than an object, as with OpenAI.
 *
 * @param path the client's path to the parameters
 * @see specs/bedrock.yaml#/components/schemas/ToolInputSchema
 */
export function toInputSchema(parameters: unknown, path: string, { strict, plain }: InputWish): InputSchema {
  const given = isObject(parameters) ? parameters : {};
  mustTakeObject(given, path);
  return (strict ? strictly(given, path) : undefined) ?? loosely(given, path, plain);
}

const draft: ReadonlySet<string> = new Set(["$schema"]);

function loosely(given: JsonObject, path: string, plain: boolean): InputSchema {
  const document = given["$schema"] === undefined ? given : without(given, draft);
  const changes: Change[] = [];
  const lost = once((place) => changes.push({ verb: "downgraded", path: place }));
  if (isTopFlat(document) && isStandard(document, 0)) {
    return { schema: plain ? bare(document, path, lost) : asArguments(document), strict: false, changes };
  }
  const { root, definitions } = toStandard(given, path, lost);
  const schema = plain
    ? bare(inlined(root, definitions, lost), path, lost)
    : asArguments(assemble(given, root, definitions));
  return { schema, strict: false, changes };
}

/** Undefined where calls cannot be held to the schema. */
function strictly(given: JsonObject, path: string): InputSchema | undefined {
  const changes: Change[] = [];
  const lost = once((place) => changes.push({ verb: "downgraded", path: place }));
  const rewritten = rewriteDocument(given, { path, form: strictForm, keepsPaths: false, isFlat: true, lost });
  const { root, definitions, fits } = toStrict({ ...rewritten, root: closed(rewritten.root) });
  return fits ? { schema: asArguments(assemble(given, root, definitions)), strict: true, changes } : undefined;
}

/** Who names no arguments wants none. */
function closed(root: JsonObject): JsonObject {
  const object = asArguments(root);
  const { properties, additionalProperties: rest } = object;
  const isSilent = rest === undefined && isObject(properties) && Object.keys(properties).length === 0;
  return isSilent ? { ...object, additionalProperties: false } : object;
}

/** Keywords at the top that restrict nothing. */
const mute: ReadonlySet<string> = new Set(["title", "description", "$comment", "$id", "default", "examples", "$defs"]);

/** The three keywords that Nova reads at the top: with others there it overlooks the tool. */
function bare(root: JsonObject, path: string, lost: (path: string) => void): JsonObject {
  const { properties, required } = asArguments(root);
  for (const keyword of Object.keys(root)) {
    const isKept = keyword === "type" || keyword === "properties" || keyword === "required";
    if (!isKept && !mute.has(keyword) && !isOpen(keyword, root[keyword])) lost(`${path}.${keyword}`);
  }
  return { type: "object", properties, ...(required !== undefined && { required }) };
}

/** Whether a keyword says what holds without it: any other members may be there. */
function isOpen(keyword: string, value: unknown): boolean {
  return keyword === "additionalProperties" && (value === true || (isObject(value) && Object.keys(value).length === 0));
}

function asArguments(root: JsonObject): JsonObject {
  const object = asObject(root);
  return isObject(object["properties"]) ? object : { ...object, properties: {} };
}

/** Whether nothing stands at the top that may stand elsewhere only. */
function isTopFlat(document: JsonObject): boolean {
  return !["anyOf", "oneOf", "allOf"].some((keyword) => Object.hasOwn(document, keyword));
}
