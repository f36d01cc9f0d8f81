import type { Quirks } from "./quirks.ts";

/** An event of a stream: its data, and a name where it has one. */
export interface StreamEvent {
  readonly data: string;
  readonly event?: string | undefined;
  /** Data of an event that goes out with it, before it. */
  readonly before?: string | undefined;
}

/** The end of a stream. */
export const done: StreamEvent = { data: "[DONE]" };

/** An event with a JSON body. */
export const jsonEvent = (body: unknown): StreamEvent => ({ data: JSON.stringify(body) });

/** The bytes of each event, as a server with these quirks writes them. A comment goes out with the first event. */
export function framesOf(events: readonly StreamEvent[], quirks: Quirks, comment?: string): readonly string[] {
  return events.map(({ data, event, before: earlier }, at) => {
    const before = [
      ...(at === 0 && comment !== undefined ? [`: ${comment}\n\n`] : []),
      ...(quirks.has("comments") ? [": ping\n\n"] : []),
      ...(earlier === undefined ? [] : [`data: ${earlier}\n\n`]),
      ...(quirks.has("pings") ? [`event: ping\ndata: {"type":"ping"}\n\n`] : []),
    ];
    const named = event === undefined ? "" : `event: ${event}\n`;
    return write(`${before.join("")}${named}data: ${data}\n\n`, quirks);
  });
}

/** Line ends and the space after `data:`. JSON has no raw line ends, so they are all of the frame. */
function write(frame: string, quirks: Quirks): string {
  const spaced = quirks.has("no_space") ? frame.replaceAll(/^(data|event): /gm, "$1:") : frame;
  return quirks.has("crlf") ? spaced.replaceAll("\n", "\r\n") : spaced;
}
