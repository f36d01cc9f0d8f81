import { rewriteArrays } from "./arrays.ts";
import { rewriteNumbers, rewriteStrings } from "./bounds.ts";
import { createBudget } from "./budget.ts";
import { createDefinitions, type Definition } from "./definitions.ts";
import type { Form } from "./form.ts";
import { createJoin } from "./join.ts";
import { isObject, isShallowlySame, type JsonObject, own, put, without } from "./json.ts";
import { isAnnotation } from "./keywords.ts";
import { rewriteObjects } from "./objects.ts";
import { createResolver } from "./references.ts";
import { flattenRoot } from "./root.ts";
import { loseUnsaid, type Rewriting, type Site } from "./site.ts";
import { rewriteUnions } from "./unions.ts";
import { describe, isType, rewriteTexts, rewriteType, rewriteValues, tellAnnotations } from "./values.ts";

/** A document in few words: its root without definitions, and the definitions it refers to. */
export interface Rewritten {
  readonly root: JsonObject;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The client's path to a rewritten schema, where it is known. */
  readonly pathOf: (schema: JsonObject) => string | undefined;
}

/** How a document is to be rewritten. */
export interface Wish {
  /** The client's path to the document. */
  readonly path: string;
  readonly form: Form;
  /** Whether the paths of all schemas are kept for what comes after; else those within definitions are. */
  readonly keepsPaths: boolean;
  /** Whether the root is for arguments: one object, without branches. */
  readonly isFlat?: boolean;
  readonly lost: (path: string) => void;
}

/** Levels of schemas; what is deeper is left open. No schema that people write comes near, and recursion needs an end. */
export const deepest = 32;

/**
 * Rewrites a JSON Schema of any draft, or of OpenAPI 3, in the few words that forms of schemas share, and those a form
 * has beyond them.
 *
 * Lossless where that is possible; whatever is lost is told by its path, and only ever lets in more than before. Parts
 * that need no change stay the same objects. Work and answer are linear in the size of the document, but for what is
 * merged and copied, which is bounded: what is beyond is left open, and told.
 */
export function rewriteDocument(
  document: JsonObject,
  { path: rootPath, form, keepsPaths, isFlat, lost }: Wish,
): Rewritten {
  const resolve = createResolver(document);
  const definitions = createDefinitions(rootPath);
  const paths = new WeakMap<object, string>();
  const join = createJoin(resolve, rootPath, lost);
  const { spend } = createBudget(document);
  const rewriting: Rewriting = { form, resolve, rewrite, spend, lost };

  function rewrite(schema: unknown, path: string, depth: number): JsonObject | false {
    if (typeof schema === "boolean") return schema && note({}, path);
    const place = isObject(schema) ? (join.movedFrom(schema) ?? path) : path;
    if (!isObject(schema) || depth >= deepest || !spend(1)) {
      lost(place);
      return note({}, place);
    }
    const made = rewriteObject(schema, place, depth);
    return made && note(made, place);
  }

  function note(made: JsonObject, path: string): JsonObject {
    if (keepsPaths || definitions.isInside()) paths.set(made, path);
    return made;
  }

  function rewriteObject(schema: JsonObject, path: string, depth: number): JsonObject | false {
    if (isPlainLeaf(schema)) return schema;
    if (join.isNeeded(schema)) {
      if (depth > 0 && isBareReference(schema)) return refer(schema, path, depth);
      const joined = join.join(schema, path, depth === 0);
      if (joined === false || joined === true) return joined && {};
      return joined["$ref"] === undefined ? rewritePlain(joined, path, depth) : refer(joined, path, depth);
    }
    return rewritePlain(schema, path, depth);
  }

  /** A reference stands alone: what is said beside it goes around it. */
  function refer(schema: JsonObject, path: string, depth: number): JsonObject | false {
    const target = resolve(schema["$ref"]);
    if (target === undefined || target.schema === false) lost(`${path}.$ref`);
    const rest = withoutReference(schema);
    if (target === undefined || typeof target.schema === "boolean") return rewritePlain(rest, path, depth);
    const pointer = `#/$defs/${definitions.nameOf(target)}`;
    const isNullable = schema["nullable"] === true;
    const around = rewritePlain(without(rest, nullable), path, depth);
    const isSame = Object.keys(schema).length === 1 && schema["$ref"] === pointer;
    const reference = isSame ? schema : { $ref: pointer };
    const branches = isNullable ? [reference, nothing] : [reference];
    if (around === false) return false;
    if (around["anyOf"] !== undefined) {
      lost(`${path}.$ref`);
      return around;
    }
    return Object.keys(around).length === 0 && !isNullable ? reference : { ...around, anyOf: branches };
  }

  function rewritePlain(schema: JsonObject, path: string, depth: number): JsonObject | false {
    return schema["nullable"] === undefined ? rewriteKeywords(schema, path, depth) : orNull(schema, path, depth);
  }

  function orNull(schema: JsonObject, path: string, depth: number): JsonObject | false {
    const rest = without(schema, nullable);
    const type = own(schema, "type");
    const types = typeof type === "string" ? [type] : type;
    const isOpen = type === undefined && !Object.keys(rest).some((keyword) => closing.has(keyword));
    if (schema["nullable"] !== true || isOpen) return rewriteKeywords(rest, path, depth);
    if (Array.isArray(types) && !Object.keys(rest).some((keyword) => closing.has(keyword))) {
      return rewriteKeywords({ ...rest, type: [...types.filter((one) => one !== "null"), "null"] }, path, depth);
    }
    const around: Record<string, unknown> = {};
    const inner: Record<string, unknown> = {};
    for (const keyword of Object.keys(rest)) put(isAnnotation(keyword) ? around : inner, keyword, rest[keyword]);
    const made = rewriteKeywords(inner, path, depth + 1);
    const { anyOf, ...others } = made === false ? {} : made;
    const isUnion = Array.isArray(anyOf) && Object.keys(others).length === 0;
    const branches =
      made === false ? [] : isUnion ? anyOf.filter((branch) => branch !== nothing && !isNull(branch)) : [made];
    const outer = rewriteKeywords(around, path, depth);
    return { ...(outer === false ? {} : outer), anyOf: [...branches, nothing] };
  }

  function rewriteKeywords(schema: JsonObject, path: string, depth: number): JsonObject | false {
    const out: Record<string, unknown> = {};
    const hints: string[] = [];
    const at = (keyword: string): string => join.pathOf(schema, keyword) ?? `${path}.${keyword}`;
    const site: Site = { schema, path, depth, types: undefined, out, hints, at };
    rewriteType(site, rewriting);
    rewriteValues(site, rewriting);
    rewriteTexts(site, rewriting);
    rewriteNumbers(site, rewriting);
    rewriteStrings(site, rewriting);
    rewriteArrays(site, rewriting);
    rewriteObjects(site, rewriting);
    rewriteUnions(site, rewriting);
    if (schema["not"] !== undefined && schema["not"] !== false) loseUnsaid(site, "not", rewriting);
    if (schema["if"] !== undefined && ("then" in schema || "else" in schema)) loseUnsaid(site, "if", rewriting);
    tellAnnotations(site);
    if (hints.length > 0) out["description"] = describe(out["description"], hints);
    return isShallowlySame(out, schema) ? schema : out;
  }

  const root =
    isFlat === true
      ? rewriteKeywords(flattenRoot(document, rootPath, join, lost), rootPath, 0)
      : rewrite(document, rootPath, 0);
  definitions.drain((target, path) => rewrite(target, path, 1));
  return {
    root: root === false ? {} : root,
    definitions: definitions.all(),
    pathOf: (schema) => paths.get(schema),
  };
}

const nullable: ReadonlySet<string> = new Set(["nullable"]);
const nothing: JsonObject = { type: "null" };

/** Keywords that keep null out though the type lets it in. */
const closing: ReadonlySet<string> = new Set(["enum", "const", "anyOf", "oneOf", "$ref", "not", "if"]);

function isNull(schema: unknown): boolean {
  return isObject(schema) && schema["type"] === "null";
}

const references: ReadonlySet<string> = new Set(["$ref", "$dynamicRef", "$recursiveRef"]);

/** Most schemas are no more than a type and a description: there is nothing to rewrite, and no need to look closer. */
function isPlainLeaf(schema: JsonObject): boolean {
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword];
    if (typeof value !== "string") return false;
    if (keyword === "type" ? !isType(value) : keyword !== "description" && keyword !== "title") return false;
  }
  return true;
}

const isBareReference = (schema: JsonObject): boolean =>
  schema["$ref"] !== undefined && Object.keys(schema).length === 1;

const withoutReference = (schema: JsonObject): JsonObject => without(schema, references);
