import { randomInt } from "node:crypto";
import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

const json = { type: "string", value: "application/json" } as const;
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Letters of a random number, as every event carries them: they hide how long it is. */
export const padding = (): string => letters.slice(0, randomInt(1, letters.length));

/** An event, or an exception that ends the stream, as a frame. The payload goes out as JSON, a text as it is. */
export function frameOf(name: string, payload: unknown): Uint8Array {
  const isException = name.endsWith("Exception");
  const kind = isException ? "exception" : "event";
  return codec.encode({
    headers: {
      [`:${kind}-type`]: { type: "string", value: name },
      ":content-type": json,
      ":message-type": { type: "string", value: kind },
    },
    body: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
  });
}

/** An error that no service has a name for. */
export function errorFrame(code: string, message: string): Uint8Array {
  return codec.encode({
    headers: {
      ":error-code": { type: "string", value: code },
      ":error-message": { type: "string", value: message },
      ":message-type": { type: "string", value: "error" },
    },
    body: new Uint8Array(),
  });
}

/** The event of a model in a frame of its own: its JSON in base64. */
export const chunkOf = (event: unknown): Uint8Array => {
  const text = typeof event === "string" ? event : JSON.stringify(event);
  return frameOf("chunk", { bytes: Buffer.from(text).toString("base64"), p: padding() });
};
