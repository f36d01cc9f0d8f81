import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
  (text) => Buffer.from(text, "utf8"),
);

/** A frame with these headers, all of them text. */
export function frame(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: "string" as const, value }] as const);
  return Buffer.from(codec.encode({ headers: Object.fromEntries(typed), body: Buffer.from(payload, "utf8") }));
}

/** An event as a service has it. */
export const event = (type: string, payload: object): Buffer =>
  frame(
    { ":message-type": "event", ":event-type": type, ":content-type": "application/json" },
    JSON.stringify(payload),
  );

/** An event of a model's own, wrapped. */
export const chunk = (inner: object): Buffer =>
  event("chunk", { bytes: Buffer.from(JSON.stringify(inner)).toString("base64"), p: "abcdefgh" });

/** What breaks a stream off. */
export const exception = (type: string, payload: object): Buffer =>
  frame(
    { ":message-type": "exception", ":exception-type": type, ":content-type": "application/json" },
    JSON.stringify(payload),
  );
