import type { IncomingMessage } from "node:http";
import { GatewayError } from "../errors.ts";
import { decode, encodingsOf } from "./content-encoding.ts";
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
export async function receiveJson(request: IncomingMessage, maxBytes: number): Promise<object> {
  const { headers } = request;
  checkMediaType(headers["content-type"]);
  const encodings = encodingsOf(headers["content-encoding"]);
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readBytes(request, maxBytes);
  if (encodings.length === 0) return parseObject(bytes);
  const decoded = await decode(bytes, encodings, maxBytes);
  if (request.socket.destroyed) throw clientLeft();
  return parseObject(decoded);
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
      } else if (size - chunk.length <= maxBytes) {
        chunks = [];
        reject(tooLarge(maxBytes));
      }
    });
    request.once("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    request.once("error", () => reject(clientLeft()));
    request.once("close", () => {
      // It always comes; an error made for nothing costs more than all the rest here.
      if (!request.complete) reject(clientLeft());
    });
  });
}

function clientLeft(): GatewayError {
  return new GatewayError("client_closed_request", "The client closed the connection.");
}
