/** The most that is kept of a request, and of an answer: bytes of JSON. */
export const maxContentBytes = 1_000_000;

/** Media up to this length is kept as it is, in characters. */
const smallMedia = 1_024;

/** Answers that are longer are not looked through for media, in characters: they would be cut in most cases anyway. */
const longestParsed = 2_000_000;

/** What was answered: a value, and its JSON where that is at hand. */
export interface Said {
  readonly body: object;
  /** Counts in place of the body, which may then have gaps. */
  readonly text?: string | undefined;
}

/**
 * JSON of what was said, at most {@link maxContentBytes} of it. Media is named by its type and its length; of what is
 * longer all the same the beginning is kept, as `{ truncated: true, bytes, start }`.
 */
export function toContentText({ body, text }: Said): string {
  if (text !== undefined && text.length > longestParsed) return bounded(text);
  return bounded(JSON.stringify(withoutMedia(text === undefined ? body : JSON.parse(text))));
}

function bounded(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxContentBytes) return text;
  // In JSON within JSON each quote becomes two characters. The rest is room for the other members.
  const room = new Uint8Array(maxContentBytes / 2 - 100);
  const { read } = new TextEncoder().encodeInto(text, room);
  return JSON.stringify({ truncated: true, bytes, start: text.slice(0, read) });
}

/** A value with long media replaced, wherever it is; the very same one where there is none. */
function withoutMedia(value: unknown, name = ""): unknown {
  if (typeof value === "string") return value.length > smallMedia ? shortened(value, name) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((one) => withoutMedia(one, name));
    return items.some((one, at) => one !== value[at]) ? items : value;
  }
  const entries = Object.entries(value);
  const shorter = entries.map(([own, one]) => [own, withoutMedia(one, own)] as const);
  return shorter.some(([, one], at) => one !== entries[at]?.[1]) ? Object.fromEntries(shorter) : value;
}

const dataUrl = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)?(?:;[a-z0-9.+=" -]+)*;base64,[a-z0-9+/_-]{16}/i;
const base64 = /^[A-Za-z0-9+/_-]{256}/;
/** Members whose text is base64 without a word of what it is. */
const bare = new Set(["data", "file_data", "b64_json"]);

/** The beginning tells: a text of megabytes is not read for this. */
function shortened(text: string, name: string): string {
  const start = text.slice(0, 512);
  const found = dataUrl.exec(start);
  if (found !== null) return `[${found[1] ?? "data"}, ${text.length} characters]`;
  return bare.has(name) && base64.test(start) ? `[base64, ${text.length} characters]` : text;
}
