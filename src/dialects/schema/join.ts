import { isObject, type JsonObject, own, put, without } from "./json.ts";
import { isAnnotation } from "./keywords.ts";
import { mergePieces, type Piece } from "./merge.ts";
import type { Resolve } from "./references.ts";

/** Brings together what several keywords say of one value. */
export interface Join {
  /** Whether a schema has something to bring together. */
  readonly isNeeded: (schema: JsonObject) => boolean;
  /**
   * A schema without `allOf`, and with `$ref` only where it says nothing else; true where any value fits, false where
   * none does. At the root a reference is replaced by what it leads to: an object is wanted there.
   */
  readonly join: (schema: JsonObject, path: string, isRoot: boolean) => JsonObject | boolean;
  /** Schemas that all hold, as one. */
  readonly merge: (pieces: readonly Piece[]) => JsonObject;
  /** A schema without some keywords, which still knows where the others were written. */
  readonly without: (schema: JsonObject, keywords: ReadonlySet<string>) => Record<string, unknown>;
  /** Remembers where the client wrote a sub-schema that goes to another place; the first time counts. */
  readonly move: (schema: object, path: string) => void;
  /** Where the client wrote a sub-schema that merging has moved. */
  readonly movedFrom: (schema: JsonObject) => string | undefined;
  /** Where the client wrote a keyword of a merged schema. */
  readonly pathOf: (schema: JsonObject, keyword: string) => string | undefined;
}

/** Keywords that lead elsewhere. */
const leading = ["$ref", "$dynamicRef", "$recursiveRef"] as const;
const joined: ReadonlySet<string> = new Set([...leading, "allOf"]);

/**
 * How many schemas may be copied from elsewhere for one document: definitions that take each other in twice would grow
 * without bounds. Beyond it a reference stays a reference.
 */
const maxCopies = 200;
/** How many schemas are merged in one: each is held against all before it. */
const maxPieces = 200;
const maxNesting = 32;

/** @param settle what has to be done to schemas before they are merged */
export function createJoin(
  resolve: Resolve,
  rootPath: string,
  lost: (path: string) => void,
  settle: (pieces: readonly Piece[]) => readonly Piece[] = (pieces) => pieces,
): Join {
  const origins = new WeakMap<object, string>();
  const keywordPaths = new WeakMap<object, ReadonlyMap<string, string>>();
  let copies = 0;
  const merging = {
    moved: (schema: object, path: string) => void origins.set(schema, origins.get(schema) ?? path),
    lost,
  };

  /** All that holds for a value: plain pieces, and what is referred to. */
  interface Held {
    readonly plain: Piece[];
    readonly references: Map<string, { readonly reference: unknown; readonly path: string }>;
    isNever: boolean;
  }

  function gather(schema: JsonObject, path: string, held: Held, levels: number): void {
    const rest = without(schema, joined);
    if (held.plain.length >= maxPieces) lost(path);
    else if (Object.keys(rest).length > 0) held.plain.push({ schema: rest, path });
    for (const keyword of leading) {
      const reference = own(schema, keyword);
      if (reference === undefined) continue;
      const target = resolve(reference);
      if (target === undefined) lost(`${path}.${keyword}`);
      else if (target.schema === false) held.isNever = true;
      else if (target.schema !== true) held.references.set(JSON.stringify(target.steps), { reference, path });
    }
    const branches = own(schema, "allOf");
    if (branches === undefined) return;
    if (!Array.isArray(branches) || levels > maxNesting) lost(`${path}.allOf`);
    else for (const [i, branch] of branches.entries()) gatherBranch(branch, `${path}.allOf[${i}]`, held, levels);
  }

  function gatherBranch(branch: unknown, path: string, held: Held, levels: number): void {
    if (branch === false) held.isNever = true;
    else if (isObject(branch)) gather(branch, origins.get(branch) ?? path, held, levels + 1);
    else if (branch !== true) lost(path);
  }

  /** Puts what references lead to in their place, each once; a reference to where we are says nothing new. */
  function copyReferences(held: Held): void {
    const copied = new Set<string>();
    for (const [key, { reference }] of held.references) {
      const target = resolve(reference);
      if (copied.has(key) || copies >= maxCopies || !isObject(target?.schema)) continue;
      copies++;
      copied.add(key);
      gather(target.schema, rootPath + target.path, held, 0);
    }
    for (const key of copied) held.references.delete(key);
  }

  /**
   * What is left over is told in each schema apart: an inner one does not see what its neighbours name, and what it looks
   * at is not left over outside. One schema cannot say that: the inner one lets in more, and the outer one had no effect.
   */
  function withoutInnerLeftOvers(pieces: readonly Piece[], outer: string): readonly Piece[] {
    let left = pieces;
    for (const [keyword, neighbours] of leftOvers) {
      const inner = pieces.filter(({ schema, path }) => path !== outer && schema[keyword] !== undefined);
      const speaking = pieces.filter(({ schema }) => neighbours.some((one) => schema[one] !== undefined));
      if (inner.length === 0 || speaking.length < 2) continue;
      for (const { schema, path } of inner) if (schema[keyword] !== true) lost(`${path}.${keyword}`);
      left = left.map((piece) => ({ ...piece, schema: without(piece.schema, new Set([keyword])) }));
    }
    return left;
  }

  function merge(pieces: readonly Piece[]): JsonObject {
    const { schema, keywordPaths: paths } = mergePieces(settle(pieces), merging);
    keywordPaths.set(schema, paths);
    return schema;
  }

  return {
    isNeeded: (schema) => leading.some((keyword) => schema[keyword] !== undefined) || schema["allOf"] !== undefined,
    join(schema, path, isRoot) {
      const held: Held = { plain: [], references: new Map(), isNever: false };
      gather(schema, path, held, 0);
      const saying = held.plain.filter((piece) => Object.keys(piece.schema).some((keyword) => !isWeak(keyword)));
      const isAlone = held.references.size === 1 && saying.length === 0;
      if (held.references.size > 0 && (isRoot || !isAlone)) copyReferences(held);
      // Nothing fits: no form has a word for that, and a model would not heed it.
      if (held.isNever) lost(`${path}.allOf`);
      const merged = merge(withoutInnerLeftOvers(held.plain, path));
      const [first, ...others] = held.references.values();
      for (const other of others) lost(`${other.path}.$ref`);
      if (first === undefined) return merged;
      const said: Record<string, unknown> = { $ref: first.reference };
      for (const keyword of Object.keys(merged)) put(said, keyword, merged[keyword]);
      const paths = keywordPaths.get(merged);
      if (paths !== undefined) keywordPaths.set(said, paths);
      return said;
    },
    merge(given) {
      const pieces = settle(given);
      const { schema, keywordPaths: paths } = mergePieces(pieces, merging);
      const written = new Map(paths);
      for (const keyword of paths.keys()) {
        const first = pieces.find((piece) => Object.hasOwn(piece.schema, keyword));
        const known = first && keywordPaths.get(first.schema)?.get(keyword);
        if (known !== undefined) written.set(keyword, known);
      }
      keywordPaths.set(schema, written);
      return schema;
    },
    without(schema, keywords) {
      const rest = without(schema, keywords);
      const paths = keywordPaths.get(schema);
      if (paths !== undefined) keywordPaths.set(rest, paths);
      return rest;
    },
    move: merging.moved,
    movedFrom: (schema) => origins.get(schema),
    pathOf: (schema, keyword) => keywordPaths.get(schema)?.get(keyword),
  };
}

/** Keywords that speak of what no other has looked at, and all that look at the same members or items. */
const leftOvers: readonly (readonly [keyword: string, neighbours: readonly string[]])[] = [
  [
    "unevaluatedProperties",
    ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"],
  ],
  ["unevaluatedItems", ["items", "prefixItems", "additionalItems", "unevaluatedItems"]],
];

/** Keywords that leave a reference as it is: annotations, and null as a further value. */
const isWeak = (keyword: string): boolean => isAnnotation(keyword) || keyword === "nullable";
