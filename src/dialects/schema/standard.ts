import { createBudget } from "./budget.ts";
import { withoutRings } from "./cycles.ts";
import { createDefinitions, type Definition } from "./definitions.ts";
import { createJoin } from "./join.ts";
import { isObject, isShallowlySame, type JsonObject, put, without } from "./json.ts";
import { fits, type Kind, kindOf } from "./kinds.ts";
import type { Piece } from "./merge.ts";
import { modernise, orNull } from "./modernise.ts";
import { createResolver } from "./references.ts";
import { deepest } from "./rewrite.ts";
import { flattenRoot } from "./root.ts";
import { isType } from "./values.ts";

/** A document of the newest draft: its root without definitions, and the definitions it refers to. */
export interface Standard {
  readonly root: JsonObject;
  readonly definitions: ReadonlyMap<string, Definition>;
}

/**
 * Rewrites a JSON Schema of any draft, or of OpenAPI 3, by draft 2020-12, with an object at its root that has no
 * branches. Nothing else is taken away but what the draft cannot read; that is told by its path. Parts that need no
 * change stay the same objects.
 */
export function toStandard(document: JsonObject, rootPath: string, lost: (path: string) => void): Standard {
  const resolve = createResolver(document);
  const definitions = createDefinitions(rootPath);
  const join = createJoin(resolve, rootPath, lost, (pieces) => keepTogether(pieces, lost));

  const { spend } = createBudget(document);

  function rewrite(given: unknown, path: string, depth: number): JsonObject | boolean {
    if (typeof given === "boolean") return given;
    const place = isObject(given) ? (join.movedFrom(given) ?? path) : path;
    if (!isObject(given) || depth >= deepest || !spend(1)) {
      lost(place);
      return {};
    }
    return rewriteKeywords(given, place, depth);
  }

  function rewriteKeywords(given: JsonObject, path: string, depth: number): JsonObject {
    const { schema, sources } = modernise(given);
    const at = (keyword: string): string => {
      const source = sources?.get(keyword) ?? keyword;
      return join.pathOf(given, source) ?? `${path}.${source}`;
    };
    const out: Record<string, unknown> = {};
    for (const keyword of Object.keys(schema)) {
      if (keyword === "nullable") continue;
      const kind = kindOf(keyword);
      const value = schema[keyword];
      const made = kind === undefined ? value : heldBy(kind, value, () => at(keyword), depth + 1);
      if (made !== undefined) put(out, keyword, made);
    }
    if (schema["nullable"] === true) return orNull(out);
    return isShallowlySame(out, given) ? given : out;
  }

  /** What a keyword holds by the draft; undefined where it goes. */
  function heldBy(kind: Kind, value: unknown, at: () => string, depth: number): unknown {
    switch (kind) {
      case "address":
        return undefined;
      case "schema":
        return rewrite(value, at(), depth);
      case "schemas":
        return Array.isArray(value) && value.length > 0 ? rewriteList(value, at(), depth) : lose(at);
      case "schemas by name":
        return isObject(value) ? rewriteMembers(value, at(), depth) : lose(at);
      case "reference":
        return refer(value, at);
      case "type":
        return typesIn(value, at);
      case "names":
        return textsIn(value, at);
      case "names by name":
        return isObject(value) ? namesByName(value, at) : lose(at);
      default:
        if (fits(kind, value)) return value;
        return kind === "note" || kind === "mark" || kind === "notes" ? undefined : lose(at);
    }
  }

  function lose(at: () => string): undefined {
    lost(at());
  }

  function rewriteList(list: readonly unknown[], path: string, depth: number): readonly unknown[] {
    const made = list.map((one, i) => rewrite(one, `${path}[${i}]`, depth));
    return made.every((one, i) => one === list[i]) ? list : made;
  }

  function rewriteMembers(members: JsonObject, path: string, depth: number): JsonObject {
    const made: Record<string, unknown> = {};
    for (const name of Object.keys(members)) put(made, name, rewrite(members[name], `${path}.${name}`, depth));
    return isShallowlySame(made, members) ? members : made;
  }

  function refer(reference: unknown, at: () => string): unknown {
    const target = resolve(reference);
    if (target === undefined || target.schema === false) return lose(at);
    if (target.schema === true) return undefined;
    const pointer = `#/$defs/${definitions.nameOf(target)}`;
    return pointer === reference ? reference : pointer;
  }

  function typesIn(given: unknown, at: () => string): unknown {
    const words = (Array.isArray(given) ? given : [given]).map((word) =>
      typeof word === "string" ? word.toLowerCase() : word,
    );
    const known = [...new Set(words.filter(isType))];
    if (known.length === 0 || words.some((word) => !isType(word))) lose(at);
    if (!Array.isArray(given)) return known[0];
    const isSame = known.length === given.length && known.every((word, i) => word === given[i]);
    return known.length === 0 ? undefined : isSame ? given : known;
  }

  function textsIn(given: unknown, at: () => string): readonly string[] | undefined {
    // In draft 3 a property says so itself.
    if (given === false) return undefined;
    if (!Array.isArray(given)) return lose(at);
    const texts = given.filter((one) => typeof one === "string");
    if (texts.length < given.length) lose(at);
    const unique = new Set(texts);
    return unique.size === given.length ? given : [...unique];
  }

  function namesByName(given: JsonObject, at: () => string): JsonObject {
    const made: Record<string, unknown> = {};
    for (const name of Object.keys(given)) {
      const names = textsIn(given[name], () => `${at()}.${name}`);
      if (names !== undefined) put(made, name, names);
    }
    return isShallowlySame(made, given) ? given : made;
  }

  const root = rewriteKeywords(flattenRoot(document, rootPath, join, lost), rootPath, 0);
  definitions.drain((target, path) => {
    const made = rewrite(target, path, 1);
    return typeof made === "boolean" ? {} : made;
  });
  return { root, definitions: withoutRings(definitions.all(), lost) };
}

/** Keywords that mean something together only, and only within one schema. */
const pairs: readonly (readonly [keyword: string, partners: readonly string[], isNothingAlone: boolean])[] = [
  ["if", ["then", "else"], true],
  ["contains", ["minContains", "maxContains"], false],
];

/** Schemas that can be merged without making a pair of halves that are none. Of two pairs the first stays. */
function keepTogether(pieces: readonly Piece[], lost: (path: string) => void): readonly Piece[] {
  let kept = pieces;
  for (const [keyword, partners, isNothingAlone] of pairs) {
    const says = ({ schema }: Piece): boolean =>
      Object.hasOwn(schema, keyword) && (!isNothingAlone || partners.some((partner) => Object.hasOwn(schema, partner)));
    const [first, ...others] = kept.filter(says);
    for (const { path } of others) lost(`${path}.${keyword}`);
    const pair = new Set([keyword, ...partners]);
    kept = kept.map((piece) => {
      const isTouched = piece !== first && Object.keys(piece.schema).some((one) => pair.has(one));
      return isTouched ? { ...piece, schema: without(piece.schema, pair) } : piece;
    });
  }
  return kept;
}
