import { isJson, type Json } from "../json.ts";

/** The calls of one choice over all of a stream. */
export interface CallReader {
  /**
   * Brings the calls of a delta into the one form that clients can put together: numbered from 0, id, type and name
   * in the first delta of each and only there. True when anything was changed; the delta is changed in place.
   */
  readonly mend: (delta: Json) => boolean;
  /** How many there were by now. */
  readonly count: () => number;
}

/** What is known of one call. */
interface Known {
  readonly id: string;
  /** What the server numbers it. */
  readonly said: number | undefined;
}

/**
 * Follows the calls of a stream. Servers leave the index out, number every call 0, repeat id and name in every delta,
 * or send an empty id after the first.
 *
 * @param idOf an id for the call at a place that has none
 * @param onlyFirst calls after the first are dropped
 * @see reference: upstream-auth §9
 */
export function createCallReader(idOf: (index: number) => string, onlyFirst: boolean): CallReader {
  const known: Known[] = [];

  function placeOf(call: Json): number {
    const { id, index } = call;
    const said = typeof index === "number" ? index : undefined;
    if (typeof id === "string" && id !== "") {
      const same = known.findIndex((one) => one.id === id && (said === undefined || one.said === said));
      if (same >= 0) return same;
      // An id nobody has seen with a name is a new call, whatever number it bears; without one it is a stray repeat.
      if (nameOf(call) !== undefined || said === undefined) return known.length;
    }
    if (said === undefined) return nameOf(call) === undefined ? Math.max(0, known.length - 1) : known.length;
    const at = known.findLastIndex((one) => one.said === said);
    return at >= 0 ? at : known.length;
  }

  function mendCall(call: Json): boolean {
    const index = placeOf(call);
    let changed = put(call, "index", index);
    if (index === known.length) {
      const said = typeof call["id"] === "string" && call["id"] !== "" ? call["id"] : idOf(index);
      known.push({ id: said, said: changed ? undefined : index });
      changed = put(call, "id", said) || changed;
      changed = put(call, "type", typeof call["type"] === "string" ? call["type"] : "function") || changed;
      const made = call["function"];
      return (isJson(made) && put(made, "arguments", toText(made["arguments"]))) || changed;
    }
    for (const name of ["id", "type"]) if (name in call) changed = Reflect.deleteProperty(call, name);
    const made = isJson(call["function"]) ? call["function"] : call["custom"];
    if (!isJson(made)) return changed;
    if ("name" in made) changed = Reflect.deleteProperty(made, "name");
    return "arguments" in made && put(made, "arguments", toText(made["arguments"])) ? true : changed;
  }

  return {
    mend(delta) {
      if (!("tool_calls" in delta)) return false;
      const calls = Array.isArray(delta["tool_calls"]) ? delta["tool_calls"].filter(isJson) : [];
      if (calls.length === 0) return Reflect.deleteProperty(delta, "tool_calls");
      let changed = false;
      for (const call of calls) changed = mendCall(call) || changed;
      if (!onlyFirst || calls.every((call) => call["index"] === 0)) return changed;
      const first = calls.filter((call) => call["index"] === 0);
      if (first.length > 0) delta["tool_calls"] = first;
      else delete delta["tool_calls"];
      return true;
    },
    count: () => known.length,
  };
}

function nameOf(call: Json): string | undefined {
  const made = isJson(call["function"]) ? call["function"] : call["custom"];
  return isJson(made) && typeof made["name"] === "string" && made["name"] !== "" ? made["name"] : undefined;
}

/** Arguments as the text they should be; some servers send the object, or nothing. */
function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/** Sets a member; true when it was something else before. */
function put(object: Json, name: string, value: unknown): boolean {
  if (object[name] === value) return false;
  object[name] = value;
  return true;
}
