import type { IncomingMessage } from "node:http";
import { GatewayError } from "../errors.ts";
import { decode, type Encodings, encodingsOf } from "./content-encoding.ts";
import { parseObject } from "./json.ts";
import { checkMediaType } from "./media-type.ts";
import { tooLarge } from "./too-large.ts";

/**
 * Reads a request's body as a JSON object, compressed or not.
 *
 * Units: `maxBytes` counts bytes on the wire, and again what comes out of them.
 * Fails: throws `unsupported_content_type`, `unsupported_media_type` for an encoding that is not known,
 * `request_too_large`, `client_closed_request` when the client leaves before the end, `invalid_encoding`,
 * `invalid_json`, `invalid_body` for JSON that is no object; in this order.
 *
 * @see reference: openai-surface §1
 */
export function receiveJson(request: IncomingMessage, maxBytes: number): Promise<object> {
  // One promise for all of it, as this is on the way of every request; what is thrown here rejects it.
  return new Promise((resolve, reject) => {
    const { headers } = request;
    checkMediaType(headers["content-type"]);
    const encodings = encodingsOf(headers["content-encoding"]);
    if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    readBytes(request, maxBytes, reject, (bytes) => {
      resolve(encodings.length === 0 ? parseObject(bytes) : decodeObject(request, bytes, encodings, maxBytes));
    });
  });
}

/** What `curl -d` says of a body when nobody tells it what is in it. */
const form = /^application\/x-www-form-urlencoded\b/i;

/**
 * Reads a body that may be a form, or nothing, as well as JSON: `key=a&key=b` is `{ key: ["a", "b"] }`. What calls itself
 * a form and holds an object of JSON is taken for one, for so `curl -d '{…}'` sends it.
 *
 * Fails: as {@link receiveJson}.
 */
export async function receiveForm(request: IncomingMessage, maxBytes: number): Promise<object> {
  const { headers } = request;
  const isEmpty = headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
  if (isEmpty) return {};
  if (!form.test(headers["content-type"] ?? "")) return receiveJson(request, maxBytes);
  const bytes = await new Promise<Buffer>((resolve, reject) => readBytes(request, maxBytes, reject, resolve));
  const text = bytes.toString();
  return text.trimStart().startsWith("{") ? parseObject(bytes) : toObject(new URLSearchParams(text));
}

function toObject(fields: URLSearchParams): object {
  const entries = [...new Set(fields.keys())].map((name) => {
    const values = fields.getAll(name);
    return [name, values.length === 1 ? values[0] : values] as const;
  });
  return Object.fromEntries(entries);
}

async function decodeObject(
  request: IncomingMessage,
  bytes: Buffer,
  encodings: Encodings,
  maxBytes: number,
): Promise<object> {
  const decoded = await decode(bytes, encodings, maxBytes);
  if (request.socket.destroyed) throw clientLeft();
  return parseObject(decoded);
}

/** `on` where `once` would do: each of these comes once at most, and a promise settles once. */
function readBytes(
  request: IncomingMessage,
  maxBytes: number,
  fail: (thrown: unknown) => void,
  take: (bytes: Buffer) => void,
): void {
  let chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) {
      chunks.push(chunk);
    } else if (size - chunk.length <= maxBytes) {
      chunks = [];
      fail(tooLarge(maxBytes));
    }
  });
  request.on("end", () => {
    if (size > maxBytes) return;
    try {
      take(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    } catch (thrown) {
      fail(thrown);
    }
  });
  request.on("error", () => fail(clientLeft()));
  request.on("close", () => {
    // It always comes; an error made for nothing costs more than all the rest here.
    if (!request.complete) fail(clientLeft());
  });
}

function clientLeft(): GatewayError {
  return new GatewayError("client_closed_request", "The client closed the connection.");
}
