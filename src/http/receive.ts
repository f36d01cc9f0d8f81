import type { IncomingMessage } from "node:http";
import { GatewayError } from "../errors.ts";

/**
 * Reads a request's body as JSON.
 *
 * Units: `maxBytes` counts bytes on the wire.
 * Fails: throws `request_too_large`, `unsupported_media_type` for an encoded body, `invalid_json`, `invalid_body` for
 * JSON that is no object, `client_closed_request` when the client leaves before the end.
 */
export async function receiveJson(request: IncomingMessage, maxBytes: number): Promise<object> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw new GatewayError("unsupported_media_type", `Bodies with content-encoding '${encoding}' are not accepted.`);
  }
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(request, maxBytes);
  return parseObject((await readBytes(request, maxBytes)).toString("utf8"));
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else if (size - chunk.length <= maxBytes) reject(tooLarge(request, maxBytes));
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

function parseObject(text: string): object {
  let body: unknown;
  try {
    body = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (cause) {
    const message =
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The request body should be valid JSON.)";
    // The parser's own message quotes the body; only its place is kept.
    throw new GatewayError("invalid_json", message, { cause: cause instanceof Error ? cause.name : undefined });
  }
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new GatewayError("invalid_body", "Invalid body: expected a JSON object.");
}

/** How long the rest of a body that is too large is swallowed. */
const lingerMs = 10_000;

/**
 * Many clients listen only after they have sent everything: one cut off in the middle would see a broken pipe and not
 * the answer. Node reads on once the answer is out; this is where it ends.
 */
function tooLarge(request: IncomingMessage, maxBytes: number): GatewayError {
  const patience = setTimeout(() => request.socket.destroy(), lingerMs).unref();
  request.once("close", () => clearTimeout(patience));
  return new GatewayError("request_too_large", `The request body is larger than ${maxBytes} bytes.`);
}

function clientLeft(): GatewayError {
  return new GatewayError("client_closed_request", "The client closed the connection.");
}
