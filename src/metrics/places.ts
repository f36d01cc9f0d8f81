import * as answered from "../../generated/fields/openai.ts";
import type { Shape } from "../../generated/fields/shape.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { loadedDialects } from "../dialects/index.ts";
import { other } from "./labels.ts";

/** A place that some spec knows, and those below it. Variants are merged: paths do not tell them apart. */
interface Place {
  /** As `messages[].content[].text`. */
  readonly path: string;
  // As `/messages/*/content/*/text`.
  readonly pointer: string;
  /** By name; items of a list as `[]`. */
  readonly below: Map<string, Place>;
  /** It may hold members that no spec names. */
  isOpen: boolean;
}

/** All that our own spec and the upstreams' have a word for; a client's own words are none of it. */
const root: Place = { path: "", pointer: "", below: new Map(), isOpen: false };
const merged = new Set<Dialect>();

/** The root, with what the languages know that are loaded by now. */
function wholeRoot(): Place {
  const loaded = loadedDialects();
  if (merged.size === loaded.size && root.below.size > 0) return root;
  if (root.below.size === 0) for (const shape of Object.values(answered)) merge(root, shape);
  for (const dialect of loaded.values()) {
    if (merged.has(dialect)) continue;
    merged.add(dialect);
    for (const { fates } of Object.values(dialect.operations)) {
      merge(root, fates.requestShape);
      merge(root, fates.responseShape);
    }
  }
  return root;
}

function merge(place: Place, shape: Shape): void {
  if (shape.open === true) place.isOpen = true;
  if (shape.tag !== undefined) below(place, shape.tag);
  if (shape.items !== undefined) merge(below(place, "[]"), shape.items);
  for (const [name, property] of Object.entries(shape.properties ?? {})) merge(below(place, name), property);
  for (const variant of Object.values(shape.variants ?? {})) merge(place, variant);
}

function below(place: Place, name: string): Place {
  const known = place.below.get(name);
  if (known !== undefined) return known;
  const isItem = name === "[]";
  const made: Place = {
    path: isItem || place.path === "" ? `${place.path}${name}` : `${place.path}.${name}`,
    pointer: `${place.pointer}/${isItem ? "*" : name}`,
    below: new Map(),
    isOpen: false,
  };
  place.below.set(name, made);
  return made;
}

/**
 * The field that a change speaks of, without its indexes and kinds: `messages[2].content[0].text` →
 * `messages[].content[].text`, `content[]<server_tool_use>` → `content[]`.
 * Inside an object that may hold anything it is that object: `metadata.team` → `metadata`. What no spec knows is
 * `other`.
 */
export function toField(path: string): string {
  const place = find(path.matchAll(/\[\d*\]|[^.[\]]+/g), (step) =>
    step.startsWith("[") ? "[]" : step.replace(/<\w+>$/, ""),
  );
  return place?.path || other;
}

/** The same for a place of an answer, by its JSON pointer; indexes become `*`, and the root is `/`. */
export function toPointer(pointer: string): string {
  if (pointer === "") return "/";
  const place = find(pointer.matchAll(/[^/]+/g), (step) => (/^(\*|\d+)$/.test(step) ? "[]" : step));
  return place?.pointer || other;
}

/** Reads no further than some spec goes: a path from outside may be of any length. */
function find(steps: Iterable<RegExpExecArray>, nameOf: (step: string) => string): Place | undefined {
  let place = wholeRoot();
  for (const [step] of steps) {
    const name = nameOf(step);
    if (name === "") continue;
    const next = place.below.get(name);
    if (next === undefined) return place.isOpen ? place : undefined;
    place = next;
  }
  return place;
}
