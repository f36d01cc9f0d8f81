import type { Description } from "../readers/description.ts";
import { isSameOperation, type Operation, type PartName } from "../readers/operation.ts";
import { nameOfRef, type Schema } from "../schema.ts";
import type { Difference } from "./compare.ts";

/** A schema of ours and its likes upstream, one per description. */
export interface Place {
  readonly label: string;
  readonly schema: Schema;
  readonly likes: Map<Description, Schema>;
}

/** The schemas of ours that can be compared, by component or, where there is none, by operation and part. */
export class Places {
  readonly #places = new Map<string, Place>();

  at(label: string, schema: Schema): Place {
    const place = this.#places.get(label) ?? { label, schema, likes: new Map<Description, Schema>() };
    this.#places.set(label, place);
    return place;
  }

  /** The place of an operation's part. Operations that share a component share the place. */
  of(operation: Operation, part: PartName): Place | undefined {
    const schema = operation.parts.get(part);
    if (schema === undefined) return undefined;
    return this.at(schema.$ref === undefined ? `${operation.id}/${part}` : nameOfRef(schema.$ref), schema);
  }

  labels(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** Those that some description knows. */
  known(): readonly Place[] {
    return [...this.#places.values()].filter(({ likes }) => likes.size > 0);
  }
}

/** What matching operations brought to light. */
export interface Matching {
  readonly differences: readonly Difference[];
  /** The operations upstream was asked about. */
  readonly asked: ReadonlyMap<string, readonly Description[]>;
}

/** Finds our operations upstream and notes the schemas of their parts. */
export function matchOperations(ours: Description, upstreams: readonly Description[], places: Places): Matching {
  const knowing = upstreams.filter(({ operations, others }) => operations.length + others > 0);
  const differences = ours.operations.flatMap((operation): readonly Difference[] => {
    for (const part of operation.parts.keys()) places.of(operation, part);
    if (knowing.length === 0) return [];
    const matches = knowing.flatMap((description) => matchesIn(description, operation));
    if (matches.length === 0) return [{ path: operation.id, kind: "removed", detail: "operation" }];
    return matchParts(operation, matches, places);
  });
  const asked = ours.operations.map(({ id }) => [id, knowing] as const);
  return { differences, asked: new Map(knowing.length > 0 ? asked : []) };
}

interface Match {
  readonly description: Description;
  readonly theirs: Operation;
}

function matchesIn(description: Description, operation: Operation): readonly Match[] {
  const same = description.operations.filter((theirs) => isSameOperation(operation, theirs));
  return same.map((theirs) => ({ description, theirs }));
}

function matchParts(ours: Operation, matches: readonly Match[], places: Places): readonly Difference[] {
  const parts = new Set([ours, ...matches.map(({ theirs }) => theirs)].flatMap((one) => [...one.parts.keys()]));
  return [...parts].flatMap((part): readonly Difference[] => {
    const path = `${ours.id}/${part}`;
    const place = places.of(ours, part);
    if (place === undefined) return [{ path, kind: "added", detail: "part" }];
    const likes = matches.filter(({ theirs }) => theirs.parts.has(part));
    for (const { description, theirs } of likes) {
      const schema = theirs.parts.get(part);
      if (schema !== undefined && !place.likes.has(description)) place.likes.set(description, schema);
    }
    // Derived descriptions often have no headers or errors at all; such a one is not asked for them.
    const telling = matches.filter(({ description }) => description.speaksOf.has(part));
    return likes.length === 0 && telling.length > 0 ? [{ path, kind: "removed", detail: "part" }] : [];
  });
}
