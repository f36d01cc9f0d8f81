import { maxContentBytes } from "./content-text.ts";

/** Puts a streamed answer together while it streams. */
export interface StreamJoiner {
  readonly add: (chunk: object) => void;
  /** The answer as if it had come whole; undefined where no chunk came. */
  readonly value: () => object | undefined;
}

type Members = Record<string, unknown>;

/** Members that chunks say piece by piece. All others are as they were said last. */
const inPieces = new Set([
  ...["content", "reasoning_content", "reasoning", "refusal", "text", "arguments", "thinking", "summary", "input"],
  ...["data", "transcript"],
]);

/** Beyond this the answer is cut when it is kept, so no more of it is held. In characters, roughly counted. */
const mostHeld = 2 * maxContentBytes;

/** Joins chunks of chat or of legacy completions: pieces of text one behind the other, lists by the index of their items. */
export function createStreamJoiner(): StreamJoiner {
  const answer: Members = {};
  let held = 0;

  function merge(into: Members, from: object): void {
    for (const [name, value] of Object.entries(from)) {
      if (name === "__proto__") continue;
      const known = into[name];
      if (isMembers(value)) merge(membersAt(into, name), value);
      else if (Array.isArray(value)) mergeList(listAt(into, name), value);
      else if (typeof value === "string" && typeof known === "string" && inPieces.has(name)) {
        into[name] = known + value;
        held += value.length;
      } else if (value !== null || known === undefined) {
        into[name] = value;
        held += name.length + (typeof value === "string" ? value.length : 4);
      }
    }
  }

  function mergeList(into: unknown[], from: readonly unknown[]): void {
    for (const item of from) {
      if (!isMembers(item)) {
        into.push(item);
        held += typeof item === "string" ? item.length : 4;
        continue;
      }
      const { index } = item;
      const known =
        typeof index === "number" ? into.find((one) => isMembers(one) && one["index"] === index) : undefined;
      const own = isMembers(known) ? known : {};
      if (own !== known) into.push(own);
      merge(own, item);
    }
  }

  return {
    add(chunk) {
      if (held <= mostHeld) merge(answer, chunk);
    },
    value: () => (Object.keys(answer).length === 0 ? undefined : asWhole(answer)),
  };
}

/** Chat says `delta` in chunks and `message` in whole answers. */
function asWhole(answer: Members): object {
  const { object, choices, ...rest } = answer;
  if (object !== "chat.completion.chunk" || !Array.isArray(choices)) return answer;
  const whole = choices.map((choice: unknown) => {
    if (!isMembers(choice)) return choice;
    const { index, delta, ...others } = choice;
    return { index, message: delta, ...others };
  });
  return { ...rest, object: "chat.completion", choices: whole };
}

function membersAt(into: Members, name: string): Members {
  const known = into[name];
  if (isMembers(known)) return known;
  const made: Members = {};
  into[name] = made;
  return made;
}

function listAt(into: Members, name: string): unknown[] {
  const known: unknown = into[name];
  if (Array.isArray(known)) return known;
  const made: unknown[] = [];
  into[name] = made;
  return made;
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
