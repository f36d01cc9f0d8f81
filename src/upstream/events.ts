import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { GatewayError } from "../errors.ts";

/** Server-sent events out of bytes, as they come. */
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
        parser.feed(release() + text.slice(0, lineEnd));
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

function lastLineEnd(text: string): number {
  return Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
}

function tooLong(): GatewayError {
  return new GatewayError("upstream_invalid_response", "An event in the upstream's stream is too large.");
}
