import { type Field, fieldsOf } from "../fields.ts";
import { type Description, describe, type Format, hasComponent, type Outline } from "../readers/description.ts";
import { isSameOperation } from "../readers/operation.ts";
import { nameOfRef, refTo, type Schema } from "../schema.ts";
import { compareFields, countPlaces, type Difference, type Known, type Seen } from "./compare.ts";
import { matchOperations, type Place, Places } from "./match.ts";

/** What comparing a spec with descriptions of its API brought to light. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** The number of places of ours that upstream was asked about. */
  readonly places: number;
  /** Those of them that upstream has too, by path. */
  readonly seen: ReadonlyMap<string, Seen>;
  /** Beginnings of paths that upstream was asked about, with those who were asked. */
  readonly asked: ReadonlyMap<string, readonly Description[]>;
  /** Upstream's operations that our spec does not declare. */
  readonly undeclared: number;
  /** Names of descriptions in which nothing was found to compare with. */
  readonly idle: readonly string[];
}

/** Their component → ours. */
export type Roots = ReadonlyMap<string, string>;

/**
 * Compares a spec with one or more descriptions of the same API.
 *
 * Operations are found by method and path. A description without operations is found by `roots` or, where it holds one
 * schema, by the end of that schema's name.
 */
export function compareSpec(spec: Outline, upstreams: readonly Outline[], roots: Roots): Comparison {
  const own = [...roots.values()].filter((name) => hasComponent(spec.document, name));
  const ours = describe(spec, { operations: spec.operations, components: own });
  const theirs = upstreams.map((upstream) => describeMatching(upstream, spec, roots));
  const places = new Places();
  const operations = matchOperations(ours, theirs, places);
  for (const upstream of theirs) addRoots(ours, upstream, roots, places);
  const compared = places.known();
  const seen = new Map<string, Seen>();
  const results = compared.map((place) => comparePlace(place, ours, seen));
  return {
    differences: [...operations.differences, ...results.flatMap(({ differences }) => differences)],
    places: results.reduce((sum, result) => sum + result.places, 0),
    seen,
    asked: new Map([...operations.asked, ...compared.map(({ label, likes }) => [label, [...likes.keys()]] as const)]),
    undeclared: theirs.reduce((sum, { others }) => sum + others, 0),
    idle: idleOf(theirs, compared),
  };
}

/** A file of protos has several descriptions; it is idle when all of them are. */
function idleOf(theirs: readonly Description[], compared: readonly Place[]): readonly string[] {
  const busy = new Set(compared.flatMap(({ likes }) => [...likes.keys()].map(({ name }) => name)));
  return [...new Set(theirs.map(({ name }) => name))].filter((name) => !busy.has(name));
}

/** The same with the descriptions of each kind alone. */
export function compareApart(
  spec: Outline,
  upstreams: readonly Outline[],
  roots: Roots,
): ReadonlyMap<Format, Comparison> {
  const kinds = [...Map.groupBy(upstreams, ({ format }) => format)];
  return new Map(kinds.map(([format, some]) => [format, compareSpec(spec, some, roots)]));
}

/** Only what our operations and roots need: an API may have a thousand components more. */
function describeMatching(upstream: Outline, spec: Outline, roots: Roots): Description {
  const operations = upstream.operations.filter((theirs) => spec.operations.some((o) => isSameOperation(o, theirs)));
  const components = [...roots.keys()].filter((name) => hasComponent(upstream.document, name));
  const key = JSON.stringify([operations.map(({ method, path }) => [method, path]), components]);
  const known = descriptions.get(upstream) ?? new Map<string, Description>();
  descriptions.set(upstream, known);
  const found = known.get(key) ?? describe(upstream, { operations, components });
  known.set(key, found);
  return found;
}

/** A proof compares the same descriptions a thousand times over: what was made of them is kept. */
const descriptions = new WeakMap<Outline, Map<string, Description>>();
const fieldsByName = new WeakMap<Description, Map<string, Field>>();

function addRoots(ours: Description, upstream: Description, roots: Roots, places: Places): void {
  for (const [theirs, own] of rootsOf(upstream, places.labels(), roots)) {
    if (ours.schemas[own] === undefined) continue;
    places.at(own, refTo(own)).likes.set(upstream, refTo(theirs));
  }
}

/** Components of upstream and what they are here: as told, or the one schema of a file by the end of its name. */
function rootsOf(
  upstream: Description,
  labels: readonly string[],
  roots: Roots,
): readonly (readonly [string, string])[] {
  const told = [...roots].filter(([theirs]) => upstream.schemas[theirs] !== undefined);
  const [outermost] = upstream.rootNames;
  if (told.length > 0 || outermost === undefined) return told;
  const fits = labels.filter((label) => upstream.rootNames.some((name) => name.endsWith(label)));
  const [longest] = fits.sort((a, b) => b.length - a.length);
  return longest === undefined ? [] : [[outermost, longest]];
}

function comparePlace(
  place: Place,
  ours: Description,
  seen: Map<string, Seen>,
): { differences: readonly Difference[]; places: number } {
  const field = fieldsOfSchema(place.schema, ours);
  const known: readonly Known[] = [...place.likes].map(([description, schema]) => ({
    field: fieldsOfTheirs(schema, description),
    tells: description.tells,
  }));
  return { differences: compareFields(place.label, field, known, seen), places: countPlaces(field) };
}

function fieldsOfTheirs(schema: Schema, description: Description): Field {
  if (schema.$ref === undefined) return fieldsOfSchema(schema, description);
  const known = fieldsByName.get(description) ?? new Map<string, Field>();
  fieldsByName.set(description, known);
  const field = known.get(schema.$ref) ?? fieldsOfSchema(schema, description);
  known.set(schema.$ref, field);
  return field;
}

/** A component's fields, or those of a schema that has no name. */
function fieldsOfSchema(schema: Schema, { schemas }: Description): Field {
  if (schema.$ref !== undefined) return fieldsOf(nameOfRef(schema.$ref), schemas);
  return fieldsOf(unnamed, { ...schemas, [unnamed]: schema });
}

const unnamed = "(unnamed)";
