import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { GatewayError } from "../errors.ts";

/** What ends a stream in place of its own end: a refusal of the upstream's, or the reason why no more can be read. */
export type StreamFailure =
  | GatewayError
  | { readonly headers: Readonly<Record<string, string>>; readonly text: string };

/** Events out of bytes, as they come: server-sent ones, or what another framing brings in their place. */
export interface EventReader {
  /**
   * Takes one read and returns the `data` of each event it completed.
   * Fails: throws `upstream_invalid_response` when one unfinished event outgrows the limit.
   */
  readonly push: (bytes: Uint8Array) => readonly string[];
  /**
   * The stream is over. `events`: the last event, where the closing blank line is missing; it may be cut short.
   * `rest`: the lines that are no SSE at all, as a bare JSON error; empty on a clean stream.
   */
  readonly end: () => { readonly events: readonly string[]; readonly rest: string };
  /** Behind the events of the last `push` or `end`. Absent where no framing of its own can tell. */
  readonly failure?: () => StreamFailure | undefined;
}

/** How an {@link EventReader} is bounded. */
export interface EventReaderOptions {
  /** The most characters of one unfinished event, or of lines that are no SSE; 64 M unless told. */
  readonly maxLength?: number;
}

/**
 * Reads `text/event-stream`, cut anywhere, also inside a character or between `\r` and `\n`.
 *
 * The parser is fed whole lines only: of a line in pieces it forgets the pieces that cannot be a field, and those are
 * the error bodies that some upstreams send bare in the middle of a stream.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function createEventReader({ maxLength = 64 * 1024 * 1024 }: EventReaderOptions = {}): EventReader {
  const decoder = new StringDecoder("utf8");
  let events: string[] = [];
  let foreign: string[] = [];
  let foreignLength = 0;
  /** The unfinished last line, in the pieces it came in. */
  let pieces: string[] = [];
  let piecesLength = 0;
  let isFirst = true;
  /** Whether the parser has nothing under way, so that what follows can be read without it. */
  let isBetween = true;

  const parser = createParser({
    maxBufferSize: maxLength,
    onEvent: (event) => events.push(event.data),
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") throw tooLong();
      if (error.type !== "unknown-field" || error.line === undefined) return;
      foreign.push(error.line);
      foreignLength += error.line.length;
      if (foreignLength > maxLength) throw tooLong();
    },
  });

  const feed = (text: string): void => {
    // The parser looks for a byte order mark in what it gets first, and that need not be the beginning.
    if (isFirst && !text.startsWith(byteOrderMark)) parser.feed("\n");
    isFirst = false;
    const at = isBetween ? readPlain(text, events) : 0;
    if (at === text.length) return;
    parser.feed(at === 0 ? text : text.slice(at));
    isBetween = text.endsWith("\n\n") || text.endsWith("\n\r\n");
  };

  const hold = (text: string): void => {
    if (text === "") return;
    pieces.push(text);
    piecesLength += text.length;
    if (piecesLength > maxLength) throw tooLong();
  };

  const release = (): string => {
    const line = pieces.join("");
    pieces = [];
    piecesLength = 0;
    return line;
  };

  const taken = (): readonly string[] => {
    const done = events;
    events = [];
    return done;
  };

  return {
    push: (bytes) => {
      const text = decoder.write(bytes);
      const lineEnd = text.endsWith("\n") ? text.length : lastLineEnd(text);
      if (lineEnd > 0) {
        feed(release() + text.slice(0, lineEnd));
        hold(text.slice(lineEnd));
      } else {
        hold(text);
      }
      return taken();
    },
    end: () => {
      // The first line feed ends a cut line, or belongs to a `\r` before it; the second ends the event.
      parser.feed(`${release()}${decoder.end()}\n\n`);
      const rest = foreign.join("\n");
      foreign = [];
      return { events: taken(), rest };
    },
  };
}

const byteOrderMark = "\ufeff";
const start = "data: ";
const typed = "event: ";

/**
 * Takes the events at the beginning of a text that are one line of data and a blank line, as nearly all are, perhaps
 * behind a line with their type, and returns where they end. All else is the parser's.
 */
function readPlain(text: string, events: string[]): number {
  let at = 0;
  for (;;) {
    const from = text.startsWith(typed, at) ? behindLine(text, at) : at;
    if (!text.startsWith(start, from)) return at;
    const lineFeed = text.indexOf("\n", from);
    const isCrlf = text.charCodeAt(lineFeed - 1) === carriageReturn;
    if (lineFeed < 0 || !text.startsWith(isCrlf ? "\r\n" : "\n", lineFeed + 1)) return at;
    const data = text.slice(from + start.length, isCrlf ? lineFeed - 1 : lineFeed);
    if (data.includes("\r")) return at;
    events.push(data);
    at = lineFeed + (isCrlf ? 3 : 2);
  }
}

/** Where the next line begins; the end of the text where none does. */
function behindLine(text: string, at: number): number {
  const lineFeed = text.indexOf("\n", at);
  const carriage = text.slice(at, lineFeed).indexOf("\r");
  // A line may end with a carriage return alone, and then what follows it is a line of its own.
  const isPlain = carriage < 0 || at + carriage === lineFeed - 1;
  return lineFeed < 0 || !isPlain ? text.length : lineFeed + 1;
}

const carriageReturn = 0x0d;

function lastLineEnd(text: string): number {
  return Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
}

function tooLong(): GatewayError {
  return new GatewayError("upstream_invalid_response", "An event in the upstream's stream is too large.");
}
