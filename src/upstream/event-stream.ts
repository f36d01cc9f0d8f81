import { crc32 } from "node:zlib";
import type { EventStreamCodec, Message } from "@smithy/eventstream-codec";
import { GatewayError } from "../errors.ts";
import type { EventReader, StreamFailure } from "./events.ts";

/** How an event stream is bounded. */
export interface EventStreamOptions {
  /** The most bytes of one frame; 25 MB unless told, which is above what the format allows. */
  readonly maxBytes?: number;
}

type Codec = Pick<EventStreamCodec, "decode">;

let loading: Promise<Codec> | undefined;

/** Amazon's codec, loaded with the first stream that needs it. */
function loadCodec(): Promise<Codec> {
  loading ??= import("@smithy/eventstream-codec").then(
    ({ EventStreamCodec }) => new EventStreamCodec(toText, (text) => Buffer.from(text, "utf8")),
  );
  return loading;
}

/** Two lengths and their checksum. */
const preludeBytes = 12;
/** A frame without headers and payload. */
const leastBytes = 16;
const mostBytes = 25 * 1024 * 1024;

/**
 * Reads `application/vnd.amazon.eventstream`, cut anywhere, as texts of the kind that SSE brings.
 *
 * - An event becomes `{"<event type>": <its payload>}`, the form of the service's union of events; payloads may have a
 *   member `p` of mere padding.
 * - Of an event `chunk`, which wraps a model's own events, the text is what it wraps.
 * - An exception ends the stream: it is handed on as the refusal that it is, its kind in the header `x-amzn-errortype`
 *   and its payload as the text.
 *
 * A wrong checksum, of the lengths or of the whole frame, ends the stream as well, and so does a frame above the bound:
 * the lengths are checked before anything is waited for. What came before is told all the same.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 * @see specs/bedrock.yaml
 */
export async function createEventStreamReader({ maxBytes = mostBytes }: EventStreamOptions = {}): Promise<EventReader> {
  const codec = await loadCodec();
  let pieces: Uint8Array[] = [];
  let length = 0;
  /** How much must have come before there is something to do: a prelude, or the whole frame that it tells of. */
  let needed = preludeBytes;
  let failure: StreamFailure | undefined;

  /** All that came since the last frame, in one piece. */
  const join = (): Buffer => {
    const [only] = pieces;
    const whole = pieces.length === 1 && only !== undefined ? toBuffer(only) : Buffer.concat(pieces, length);
    pieces = [whole];
    return whole;
  };

  const keep = (rest: Uint8Array): void => {
    pieces = [rest];
    length = rest.length;
    needed = preludeBytes;
  };

  const readFrames = (texts: string[]): void => {
    let bytes = join();
    while (failure === undefined && bytes.length >= preludeBytes) {
      const size = frameSize(bytes, maxBytes);
      if (typeof size !== "number") failure = size;
      else if (bytes.length < size) {
        keep(bytes);
        needed = size;
        return;
      } else {
        const read = readFrame(codec, bytes.subarray(0, size));
        if (typeof read === "string") texts.push(read);
        else failure = read;
        bytes = bytes.subarray(size);
      }
    }
    keep(bytes);
  };

  return {
    push: (bytes) => {
      const texts: string[] = [];
      if (failure !== undefined) return texts;
      pieces.push(bytes);
      length += bytes.length;
      if (length >= needed) readFrames(texts);
      return texts;
    },
    end: () => {
      if (length > 0) {
        failure ??= new GatewayError("upstream_stream_cut", "The upstream's stream ended in the middle of an event.");
      }
      return { events: [], rest: "" };
    },
    failure: () => failure,
  };
}

/** How long the frame is that begins here, as its prelude has it. */
function frameSize(bytes: Buffer, maxBytes: number): number | GatewayError {
  const size = bytes.readUInt32BE(0);
  const ofHeaders = bytes.readUInt32BE(4);
  const isRight = crc32(bytes.subarray(0, 8)) === bytes.readUInt32BE(8);
  if (!isRight || size < leastBytes || ofHeaders > size - leastBytes) return broken("has a wrong beginning");
  return size > maxBytes ? broken("is too large") : size;
}

function readFrame(codec: Codec, frame: Buffer): string | StreamFailure {
  let message: Message;
  try {
    message = codec.decode(frame);
  } catch (thrown) {
    return broken("is damaged", thrown);
  }
  const header = (name: string): string => String(message.headers[name]?.value ?? "");
  const payload = toText(message.body);
  switch (header(":message-type")) {
    case "event":
      return toEvent(header(":event-type"), payload);
    case "exception":
      return { headers: { "x-amzn-errortype": header(":exception-type") }, text: payload };
    case "error":
      return {
        headers: { "x-amzn-errortype": header(":error-code") },
        text: JSON.stringify({ message: header(":error-message") }),
      };
    default:
      return broken("is of an unknown kind");
  }
}

/** A model's own events come wrapped, for their form is the model's and not the service's. */
const wrapping = "chunk";

function toEvent(type: string, payload: string): string | GatewayError {
  if (type !== wrapping) return `{${JSON.stringify(type)}:${payload === "" ? "{}" : payload}}`;
  const bytes = bytesIn(payload);
  return bytes === undefined ? broken("wraps nothing") : Buffer.from(bytes, "base64").toString("utf8");
}

function bytesIn(payload: string): string | undefined {
  try {
    const chunk: unknown = JSON.parse(payload);
    const bytes: unknown = typeof chunk === "object" && chunk !== null ? Reflect.get(chunk, "bytes") : undefined;
    return typeof bytes === "string" ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function broken(what: string, cause?: unknown): GatewayError {
  return new GatewayError("upstream_invalid_response", `An event in the upstream's stream ${what}.`, { cause });
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toText(bytes: Uint8Array | string): string {
  return typeof bytes === "string" ? bytes : toBuffer(bytes).toString("utf8");
}
