import type { StreamError } from "../script.ts";
import { fromFailure } from "./refusals.ts";

/** How a stream is written: server-sent events, or one JSON array that grows. */
export type StreamForm = "sse" | "array";

/** The frames of a stream, one per event, with the error that ends it early, if a script wants one. */
export function streamFrames(events: readonly unknown[], form: StreamForm, error?: StreamError): readonly string[] {
  const sent = error === undefined ? events : events.slice(0, error.after_events);
  const failed = error === undefined ? [] : [errorBody(error)];
  const bodies = [...sent, ...failed].map((event) => JSON.stringify(event));
  if (form === "array")
    return bodies.map((body, at) => `${at === 0 ? "[" : ",\r\n"}${body}${at === bodies.length - 1 ? "]" : ""}`);
  return bodies.map((body, at) => (error?.bare === true && at === sent.length ? body : `data: ${body}\r\n\r\n`));
}

function errorBody({ status = 503, message, reason, list, no_code }: StreamError): unknown {
  const { body } = fromFailure({
    status,
    ...(message !== undefined && { message }),
    ...(reason !== undefined && { reason }),
  });
  const { code: _code, ...wordAlone } = body.error ?? {};
  const said = no_code === true ? { error: wordAlone } : body;
  return list === true ? [said] : said;
}
