import { isObject, type JsonObject, own } from "./json.ts";

/** What a reference leads to. */
export interface Target {
  readonly schema: JsonObject | boolean;
  /** Steps from the root, the same for every way to write the reference. */
  readonly steps: readonly string[];
  /** The client's path below the root: `.$defs.Node`. */
  readonly path: string;
}

/** Finds what references lead to; undefined where they lead nowhere in this document. */
export type Resolve = (reference: unknown) => Target | undefined;

/**
 * A resolver for one document. Pointers, anchors and ids are found; other documents are not fetched.
 * Each reference is looked up once, and the document is searched for names once, when the first name is asked for.
 */
export function createResolver(root: JsonObject): Resolve {
  const found = new Map<string, Target | undefined>();
  let named: ReadonlyMap<string, readonly string[]> | undefined;
  const stepsTo = (name: string): readonly string[] | undefined => {
    named ??= namesIn(root);
    return named.get(name);
  };
  return (reference) => {
    if (typeof reference !== "string") return undefined;
    if (!found.has(reference)) found.set(reference, find(root, reference, stepsTo));
    return found.get(reference);
  };
}

function find(
  root: JsonObject,
  reference: string,
  stepsTo: (name: string) => readonly string[] | undefined,
): Target | undefined {
  const hash = reference.indexOf("#");
  const document = hash < 0 ? reference : reference.slice(0, hash);
  const fragment = decode(hash < 0 ? "" : reference.slice(hash + 1));
  if (fragment === undefined) return undefined;
  const base = document === "" ? [] : stepsTo(document);
  if (base === undefined) return undefined;
  if (fragment !== "" && !fragment.startsWith("/")) {
    const steps = stepsTo(`#${fragment}`);
    return steps && targetAt(root, steps);
  }
  const steps = fragment.split("/").slice(1);
  return targetAt(root, [...base, ...steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))]);
}

function decode(fragment: string): string | undefined {
  if (!fragment.includes("%")) return fragment;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function targetAt(root: JsonObject, steps: readonly string[]): Target | undefined {
  let at: unknown = root;
  let path = "";
  for (const step of steps) {
    if (Array.isArray(at)) {
      at = /^\d+$/.test(step) ? at[Number(step)] : undefined;
      path += `[${step}]`;
    } else {
      at = isObject(at) ? own(at, step) : undefined;
      path += `.${step}`;
    }
  }
  return isObject(at) || typeof at === "boolean" ? { schema: at, steps, path } : undefined;
}

/** Anchors as `#name` and ids as they are, with where they stand. A document may be too deep to walk by recursion. */
function namesIn(root: JsonObject): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  const waiting: { readonly value: unknown; readonly steps: readonly string[] }[] = [{ value: root, steps: [] }];
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const { value, steps } = entry;
    if (steps.length > 100) continue;
    if (isObject(value)) {
      for (const keyword of ["$anchor", "$dynamicAnchor"]) addName(names, own(value, keyword), "#", steps);
      for (const keyword of ["$id", "id"]) addName(names, own(value, keyword), "", steps);
      for (const [name, member] of Object.entries(value)) waiting.push({ value: member, steps: [...steps, name] });
    } else if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) waiting.push({ value: item, steps: [...steps, String(i)] });
    }
  }
  return names;
}

function addName(names: Map<string, readonly string[]>, name: unknown, before: string, steps: readonly string[]): void {
  if (typeof name !== "string" || name === "") return;
  const key = before + (before === "" ? name.replace(/#$/, "") : name);
  // The outermost wins: the walk is depth first, so the shorter way is the better one.
  if (key !== "" && (names.get(key)?.length ?? Infinity) > steps.length) names.set(key, steps);
}
