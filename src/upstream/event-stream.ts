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
    ({ EventStreamCodec }) => new EventStreamCodec(decode, (text) => Buffer.from(text, "utf8")),
  );
  return loading;
}

/** Two lengths and their checksum. */
const preludeBytes = 12;
/** A frame without headers and payload. */
const leastBytes = 16;
const checksumBytes = 4;
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
  let known: EventKind | undefined;

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
    const bytes = join();
    let at = 0;
    while (failure === undefined && bytes.length - at >= preludeBytes) {
      const size = frameSize(bytes, at, maxBytes);
      if (typeof size !== "number") failure = size;
      else if (bytes.length - at < size) {
        keep(bytes.subarray(at));
        needed = size;
        return;
      } else {
        const read = again(bytes, at, size) ?? first(bytes.subarray(at, at + size));
        if (typeof read === "string") texts.push(read);
        else failure = read;
        at += size;
      }
    }
    keep(bytes.subarray(at));
  };

  /** The text of a frame with the headers of the one before it, which is nearly every frame. */
  const again = (bytes: Buffer, at: number, size: number): string | GatewayError | undefined => {
    if (known === undefined || !hasHeaders(known.headers, bytes, at)) return undefined;
    const end = at + size - checksumBytes;
    if (crc32(bytes.subarray(at, end)) !== bytes.readUInt32BE(end)) return undefined;
    return toEvent(known, bytes.toString("utf8", at + preludeBytes + known.headers.length, end));
  };

  const first = (frame: Buffer): string | StreamFailure => {
    let message: Message;
    try {
      message = codec.decode(frame);
    } catch (thrown) {
      return broken("is damaged", thrown);
    }
    const read = toText(message);
    if (typeof read === "string") known = kindOf(frame, message);
    return read;
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
function frameSize(bytes: Buffer, at: number, maxBytes: number): number | GatewayError {
  const size = bytes.readUInt32BE(at);
  const ofHeaders = bytes.readUInt32BE(at + 4);
  const isRight = crc32(bytes.subarray(at, at + 8)) === bytes.readUInt32BE(at + 8);
  if (!isRight || size < leastBytes || ofHeaders > size - leastBytes) return broken("has a wrong beginning");
  return size > maxBytes ? broken("is too large") : size;
}

/** What the headers of an event say, and the bytes they are. */
interface EventKind {
  readonly headers: Buffer;
  readonly isWrapping: boolean;
  /** What stands before the payload in the text. */
  readonly opening: string;
}

/** A copy: the bytes of a read are not to be held longer than it. */
function kindOf(frame: Buffer, message: Message): EventKind {
  const headers = Buffer.from(frame.subarray(preludeBytes, preludeBytes + frame.readUInt32BE(4)));
  return { headers, ...formOf(headerOf(message, ":event-type")) };
}

function formOf(type: string): Omit<EventKind, "headers"> {
  return { isWrapping: type === wrapping, opening: `{${JSON.stringify(type)}:` };
}

function hasHeaders(headers: Buffer, bytes: Buffer, at: number): boolean {
  const start = at + preludeBytes;
  const length = bytes.readUInt32BE(at + 4);
  return length === headers.length && bytes.compare(headers, 0, length, start, start + length) === 0;
}

const headerOf = ({ headers }: Message, name: string): string => String(headers[name]?.value ?? "");

function toText(message: Message): string | StreamFailure {
  const header = (name: string): string => headerOf(message, name);
  const payload = decode(message.body);
  switch (header(":message-type")) {
    case "event":
      return toEvent(formOf(header(":event-type")), payload);
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

function toEvent({ isWrapping, opening }: Omit<EventKind, "headers">, payload: string): string | GatewayError {
  if (!isWrapping) return `${opening}${payload === "" ? "{}" : payload}}`;
  const plain = unwrapPlain(payload);
  if (plain !== undefined) return plain;
  const bytes = bytesIn(payload);
  return bytes === undefined ? broken("wraps nothing") : Buffer.from(bytes, "base64").toString("utf8");
}

const beforeBytes = '{"bytes":"';
const afterBytes = /^"(?:,"p":"\w*")?\}$/;
/** Larger events are unwrapped in bytes of their own. */
const scratch = Buffer.alloc(16 * 1024);

/**
 * What a payload wraps that is written as the service writes it; undefined for all others. To read it as JSON takes
 * three times as long.
 */
function unwrapPlain(payload: string): string | undefined {
  if (!payload.startsWith(beforeBytes)) return undefined;
  const end = payload.indexOf('"', beforeBytes.length);
  const base64 = payload.slice(beforeBytes.length, end);
  if (base64.length > scratch.length || base64.length % 4 !== 0 || !afterBytes.test(payload.slice(end)))
    return undefined;
  const length = scratch.write(base64, "base64");
  // A letter that is none of base64's, an escape too, makes less of it than its length promises.
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return length === ((base64.length - padding) * 3) >> 2 ? scratch.toString("utf8", 0, length) : undefined;
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

function decode(bytes: Uint8Array | string): string {
  return typeof bytes === "string" ? bytes : toBuffer(bytes).toString("utf8");
}
