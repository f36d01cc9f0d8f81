import { GatewayError } from "../../../errors.ts";
import type { ChatRequest } from "../../../operations/types.ts";

/** A tool's name and where it was declared. */
interface Named {
  readonly name: string;
  readonly param: string;
}

/**
 * The client's name → the one that is sent; names of earlier calls that no tool has any more are among them. Names that
 * Claude takes stay as they are; the others give way, so that no tool's sound name changes.
 *
 * Fails: two tools of one name, a tool without one.
 *
 * @param taken names of Anthropic's own tools in this request
 * @param maxLength most characters the host takes
 */
export function nameAll(
  declared: readonly Named[],
  messages: ChatRequest["messages"],
  taken: ReadonlySet<string>,
  maxLength: number,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name, param } of declared) {
    if (name === "") {
      throw new GatewayError("empty_string", `Invalid '${param}.name': empty string.`, { param: `${param}.name` });
    }
    if (names.has(name)) {
      throw new GatewayError("invalid_value", `Duplicate function name: '${name}'.`, { param: `${param}.name` });
    }
    names.set(name, name);
  }
  for (const message of messages) for (const name of calledIn(message)) names.set(name, name);
  const unsound = [...names.keys()].filter((name) => !isSound(name, maxLength) || taken.has(name));
  if (unsound.length === 0) return names;
  const used = new Set(names.keys()).difference(new Set(unsound)).union(taken);
  const tried = new Map<string, number>();
  for (const name of unsound) {
    const sound = toSoundName(name, used, tried, maxLength);
    used.add(sound);
    names.set(name, sound);
  }
  return names;
}

/** The names that a message calls. */
export function calledIn(message: ChatRequest["messages"][number]): readonly string[] {
  if (message.role !== "assistant") return [];
  const calls = (message.tool_calls ?? []).map((call) => (call.type === "function" ? call.function : call.custom).name);
  return message.function_call == null ? calls : [...calls, message.function_call.name];
}

function isSound(name: string, maxLength: number): boolean {
  return name.length <= maxLength && /^[A-Za-z0-9_-]+$/.test(name);
}

/** What every name keeps of its beginning, whatever number goes behind it. */
const keptLength = 56;

/**
 * Claude's names are made of letters, digits, dashes and underscores.
 *
 * @param tried by beginning, the number that was reached: thousands of names that become one are not counted out anew
 */
function toSoundName(name: string, taken: ReadonlySet<string>, tried: Map<string, number>, maxLength: number): string {
  const letters = name.replace(/[^A-Za-z0-9_-]/g, "_") || "_";
  const beginning = letters.slice(0, keptLength);
  let sound = letters.slice(0, maxLength);
  let i = tried.get(beginning) ?? 2;
  for (; taken.has(sound); i++) sound = `${letters.slice(0, maxLength - 1 - String(i).length)}_${i}`;
  tried.set(beginning, i);
  return sound;
}
