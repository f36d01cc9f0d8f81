import { isJson, type Json, put } from "../json.ts";
import { kindOf, madeIn, toText, wordOf } from "./call.ts";

/** The calls of one choice over all of a stream. */
export interface CallReader {
  /**
   * Brings the calls of a delta into the one form that clients can put together: numbered from 0, id, type and name
   * in the first delta of each and only there. True when anything was changed; the delta is changed in place.
   */
  readonly mend: (delta: Json) => boolean;
  /** How many there were by now. */
  readonly count: () => number;
  /** The same, with those that have no name yet. */
  readonly known: () => number;
  /** The calls whose arguments have not begun, by their number. */
  readonly bare: () => readonly number[];
}

/** What is known of one call. */
interface Known {
  /** What the server calls it. */
  readonly id: string | undefined;
  /** What the server numbers it. */
  readonly said: number | undefined;
  /** Undefined as long as the server has not said it. Then the call is held back. */
  name: string | undefined;
  /** Its place among the calls that went out. */
  index: number;
  /** What came before the name. */
  held: string;
  bare: boolean;
}

/**
 * Follows the calls of a stream. Servers leave the index out, number every call 0, count from 1, repeat id and name in
 * every delta, send an empty id or a new one after the first, or give two calls the same id.
 *
 * @param idOf an id for the call at a place that has none
 * @param onlyFirst calls after the first are dropped
 * @see reference: upstream-auth §9
 */
export function createCallReader(idOf: (index: number) => string, onlyFirst: boolean): CallReader {
  const known: Known[] = [];
  const ids = new Set<string>();
  let count = 0;

  /** The call that a delta goes on with; undefined where it begins one. */
  function find(id: string | undefined, said: number | undefined, name: string | undefined): Known | undefined {
    const mayBe = (one: Known): boolean => name === undefined || one.name === undefined || one.name === name;
    const sameId = id === undefined ? undefined : known.findLast((one) => one.id === id && mayBe(one));
    if (sameId !== undefined && (said ?? sameId.said) === (sameId.said ?? said)) return sameId;
    // An id nobody has seen with a name is a new call, whatever number it bears; without one it is a stray.
    if (id !== undefined && name !== undefined) return undefined;
    if (said === undefined) return name === undefined ? known.at(-1) : undefined;
    const sameNumber = known.findLast((one) => one.said === said && mayBe(one));
    return sameNumber ?? (name === undefined ? known.findLast((one) => one.said === undefined) : undefined);
  }

  function callOf(call: Json): Known {
    const id = wordOf(call["id"]);
    const said = typeof call["index"] === "number" ? call["index"] : undefined;
    const name = wordOf(madeIn(call)?.["name"]);
    const found = find(id, said, name);
    if (found !== undefined) return found;
    const fresh: Known = { id, said, name: undefined, index: -1, held: "", bare: true };
    known.push(fresh);
    return fresh;
  }

  /** The first delta of a call that has a name. */
  function open(call: Json, one: Known, name: string): boolean {
    one.name = name;
    one.index = count++;
    const said = one.id ?? wordOf(call["id"]);
    const id = said === undefined || ids.has(said) ? idOf(one.index) : said;
    ids.add(id);
    const kind = kindOf(call);
    let changed = put(call, "index", one.index);
    changed = put(call, "id", id) || changed;
    changed = put(call, "type", kind) || changed;
    return mendInput(call, kind, one) || changed;
  }

  /** A later one, of which nothing but more arguments is left. */
  function goOn(call: Json, one: Known): boolean {
    let changed = put(call, "index", one.index);
    for (const name of ["id", "type"]) if (name in call) changed = Reflect.deleteProperty(call, name);
    const made = madeIn(call);
    if (made === undefined) return changed;
    if ("name" in made) changed = Reflect.deleteProperty(made, "name");
    const kind = kindOf(call);
    return inputName(kind) in made ? mendInput(call, kind, one) || changed : changed;
  }

  /** True where nothing of a delta goes out: its call has no name yet, or is one too many. */
  function isLeftOut(call: Json, one: Known, name: string | undefined): boolean {
    if (one.name !== undefined || name !== undefined) return onlyFirst && one.index > 0;
    one.held += toText(madeIn(call)?.[inputName(kindOf(call))]);
    return true;
  }

  return {
    mend(delta) {
      if (!("tool_calls" in delta)) return false;
      const said: readonly unknown[] = Array.isArray(delta["tool_calls"]) ? delta["tool_calls"] : [];
      let changed = false;
      const calls = said.filter((call): call is Json => {
        if (!isJson(call)) return false;
        const one = callOf(call);
        const name = wordOf(madeIn(call)?.["name"]);
        if (one.name === undefined && name !== undefined) changed = open(call, one, name) || changed;
        else if (one.name !== undefined) changed = goOn(call, one) || changed;
        return !isLeftOut(call, one, name);
      });
      if (calls.length === 0) return Reflect.deleteProperty(delta, "tool_calls");
      return (calls.length < said.length && put(delta, "tool_calls", calls)) || changed;
    },
    count: () => count,
    known: () => known.length,
    bare: () =>
      known.filter(({ index, bare }) => bare && index >= 0 && !(onlyFirst && index > 0)).map(({ index }) => index),
  };
}

type Kind = ReturnType<typeof kindOf>;

const inputName = (kind: Kind): string => (kind === "custom" ? "input" : "arguments");

/** Arguments as text, with what was held back before them. */
function mendInput(call: Json, kind: Kind, one: Known): boolean {
  const made = call[kind];
  if (!isJson(made)) return false;
  const text = one.held + toText(made[inputName(kind)]);
  one.held = "";
  // A custom tool may well be called with nothing.
  if (text !== "" || kind === "custom") one.bare = false;
  return put(made, inputName(kind), text);
}
