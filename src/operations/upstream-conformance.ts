import type { ValidationError, Validator } from "../../generated/validators/validator.ts";
import type { AnswerChecks } from "../dialects/dialect.ts";
import type { Conformance } from "./conformance.ts";

/** Where an upstream's answer is not as its own spec says. */
export interface Oddity {
  /** The place, its indexes read `*`. */
  readonly pointer: string;
  /** The keyword of the spec that it breaks. */
  readonly keyword: string;
  /** A word that is not on the spec's list; of other breaches nothing is shown. */
  readonly word?: string | undefined;
}

/** Who hears of what upstreams say that their specs do not. */
export interface OddityListener<About> {
  readonly onOddity: (pointer: string, about: About) => void;
  /** Of each kind once, a word that was not known yet counting as a kind. */
  readonly onNewKind: (oddity: Oddity, about: About) => void;
}

/** Looks at one answer. */
export interface AnswerWatch {
  readonly whole: (body: unknown) => void;
  /** `text` as it stood in the stream: JSON, or a mark of its end. */
  readonly event: (text: string) => void;
}

/** Begins to look at an answer; undefined where this one is not looked at. */
export type WatchAnswer<About> = (
  checks: AnswerChecks | undefined,
  conformance: Conformance,
  about: About,
) => AnswerWatch | undefined;

/** So many answers of an upstream are looked at from the start, and then each of so many: a spec moves slowly. */
const first = 200;
const each = 64;
/** Of a stream so many events: those behind them are of the same kinds, and its end is seen in shorter ones. */
const mostEvents = 64;
/** Kinds and upstreams that are remembered; more than that and the log has heard enough. */
const most = 1000;

/**
 * Holds what upstreams answer beside their own specs, and tells of it: a spec that has moved on is seen before somebody
 * misses something. It never fails an answer, and says nothing of members that no spec knows.
 *
 * @param keyOf whose answers are counted together
 */
export function createAnswerWatch<About>(
  { onOddity, onNewKind }: OddityListener<About>,
  keyOf: (about: About) => string,
): WatchAnswer<About> {
  const seen = new Map<string, number>();
  const known = new Set<string>();

  function look(validate: Validator<unknown>, value: unknown, about: About): void {
    const oddity = oddityIn(validate, value);
    if (oddity === undefined) return;
    onOddity(oddity.pointer, about);
    const kind = `${keyOf(about)} ${oddity.pointer} ${oddity.keyword} ${oddity.word ?? ""}`;
    if (known.has(kind) || known.size >= most) return;
    known.add(kind);
    onNewKind(oddity, about);
  }

  return (checks, conformance, about) => {
    if (checks === undefined || conformance === "off") return undefined;
    const key = keyOf(about);
    const count = seen.get(key) ?? 0;
    if (count === 0 && seen.size >= most) return undefined;
    seen.set(key, count + 1);
    if (count >= first && count % each !== 0) return undefined;
    let events = 0;
    return {
      whole: (body) => look(checks.whole, body, about),
      event(text) {
        if (events++ >= mostEvents) return;
        const event = parse(text);
        if (event !== undefined) look(checks.event, event, about);
      },
    };
  };
}

function oddityIn(validate: Validator<unknown>, value: unknown): Oddity | undefined {
  try {
    if (validate(value)) return undefined;
  } catch {
    // What is nested too deep to be looked at is not looked at: nothing depends on it.
    return undefined;
  }
  const error = validate.errors?.[0];
  return error && toOddity(error, value);
}

/** Longer ones are no words. */
const longestWord = 64;

function toOddity({ instancePath, keyword }: ValidationError, value: unknown): Oddity {
  const pointer = instancePath.replace(/\/\d+(?=\/|$)/g, "/*");
  if (keyword !== "enum" && keyword !== "const") return { pointer, keyword };
  const word = valueAt(value, instancePath);
  const isWord = typeof word === "string" && word.length <= longestWord && /^[\w.:-]*$/.test(word);
  return { pointer, keyword, word: isWord ? word : undefined };
}

function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const step of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Reflect.get(at, step.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return at;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is told by whoever reads the stream.
    return undefined;
  }
}
