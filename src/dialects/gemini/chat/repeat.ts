import type { GenerateContentResponse } from "../types.ts";

/** An event as the bytes it is made of, but for its text and its counts. */
export interface Repeat {
  /** Which choice it speaks of. */
  readonly index: number;
  /** Whether its text is a thought. */
  readonly isThought: boolean;
  /** Up to the opening quote of the text, that included. */
  readonly before: string;
  /** From the closing quote of the text on, up to the first count or the end. */
  readonly after: string;
  /** What follows each count. */
  readonly between: readonly string[];
}

/**
 * What the next events probably repeat of this one: most events of a stream say one more piece of text, and reading one
 * as JSON takes ten times as long as seeing that it is the same but for that.
 *
 * Shape: an event and its own bytes → the bytes around its text and its counts; undefined where it says anything else
 * than text, or where its bytes may be read in two ways. Pure.
 *
 * A text in JSON can be put in another's place, and a number in another's, without a change to the rest. So an event
 * with the same bytes around them says the same, with that text and those counts.
 */
export function repeatOf(answer: GenerateContentResponse, data: string): Repeat | undefined {
  const said = plainText(answer);
  if (said === undefined) return undefined;
  const [opening, second] = data.matchAll(/"text"\s*:\s*"/g);
  if (opening === undefined || second !== undefined) return undefined;
  const start = opening.index + opening[0].length;
  const end = endOfText(data, start);
  if (end === undefined) return undefined;
  // Without a backslash every name is written as it is read: there is one text, and it is this one.
  if (data.slice(0, start).includes("\\") || data.includes("\\", end)) return undefined;
  const parts: string[] = [];
  let at = end;
  counts.lastIndex = end;
  for (let count = counts.exec(data); count !== null; count = counts.exec(data)) {
    const [pair, digits = ""] = count;
    const from = count.index + pair.length - digits.length;
    parts.push(data.slice(at, from));
    at = from + digits.length;
  }
  const [after = "", ...between] = [...parts, data.slice(at)];
  return { index: said.index, isThought: said.isThought, before: data.slice(0, start), after, between };
}

/** What an event says that repeats another. */
export interface Repeated {
  readonly text: string;
  /** The text as JSON, in the upstream's own words. */
  readonly json: string;
}

/** The text of an event that repeats another; undefined for any other event, and where the text is empty. */
export function repeatedText({ before, after, between }: Repeat, data: string): Repeated | undefined {
  const start = before.length;
  if (data.slice(0, start) !== before) return undefined;
  const end = endOfText(data, start);
  if (end === undefined || end === start) return undefined;
  let at = end + after.length;
  if (data.slice(end, at) !== after) return undefined;
  for (const part of between) {
    const from = endOfCount(data, at);
    if (from === undefined) return undefined;
    at = from + part.length;
    if (data.slice(from, at) !== part) return undefined;
  }
  if (at !== data.length) return undefined;
  const json = data.slice(start - 1, end + 1);
  const text = isBrief(data, start, end) ? data.slice(start, end) : readText(json);
  return text === undefined ? undefined : { text, json };
}

/** Counts of tokens, whatever they count; as many digits as any shape allows. */
const counts = /"(?:\w*T|t)okenCount"\s*:\s*(0|[1-9]\d{0,8})(?=\s*[,}])/g;

interface PlainText {
  readonly index: number;
  readonly isThought: boolean;
}

/** Members of an event, its candidate, content and part, of events that say nothing else than text. */
const ofEvent: ReadonlySet<string> = new Set([
  ...["candidates", "usageMetadata"],
  ...["modelVersion", "createTime", "responseId"],
]);
const ofCandidate: ReadonlySet<string> = new Set(["content", "index"]);
const ofContent: ReadonlySet<string> = new Set(["role", "parts"]);
const ofPart: ReadonlySet<string> = new Set(["text", "thought"]);

function plainText(answer: GenerateContentResponse): PlainText | undefined {
  const candidate = answer.candidates?.[0];
  const content = candidate?.content;
  const part = content?.parts?.[0];
  if (candidate == null || content == null || part == null || !part.text) return undefined;
  if (answer.candidates?.length !== 1 || content.parts?.length !== 1) return undefined;
  const isPlain =
    hasOnly(answer, ofEvent) && hasOnly(candidate, ofCandidate) && hasOnly(content, ofContent) && hasOnly(part, ofPart);
  return isPlain ? { index: candidate.index ?? 0, isThought: part.thought === true } : undefined;
}

function hasOnly(value: object, names: ReadonlySet<string>): boolean {
  for (const name in value) if (!names.has(name)) return false;
  return true;
}

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const zero = 0x30;
const nine = 0x39;

/** Where the closing quote of a text stands; undefined where there is none. */
function endOfText(data: string, start: number): number | undefined {
  for (let at = start; at < data.length; at++) {
    const code = data.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at++;
  }
  return undefined;
}

/** A slice as short as this is a copy; a longer one keeps all that was read with it, for as long as the answer lasts. */
const briefLength = 12;

/** Whether a text is short, and stands as it is read: nothing in it is escaped, or would have to be. */
function isBrief(data: string, start: number, end: number): boolean {
  if (end - start > briefLength) return false;
  for (let at = start; at < end; at++) {
    const code = data.charCodeAt(at);
    if (code < space || code === backslash) return false;
  }
  return true;
}

/** A text in its quotes; undefined where it is not written as JSON has it. */
function readText(json: string): string | undefined {
  try {
    const text: unknown = JSON.parse(json);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Where a count ends that begins here; undefined where it is none. */
function endOfCount(data: string, start: number): number | undefined {
  let at = start;
  for (let code = data.charCodeAt(at); code >= zero && code <= nine; code = data.charCodeAt(at)) at++;
  const isCount = at > start && at - start <= 9 && (at - start === 1 || data.charCodeAt(start) !== zero);
  return isCount ? at : undefined;
}
