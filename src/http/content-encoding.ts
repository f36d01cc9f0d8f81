import { brotliDecompress, constants, gunzip, type InputType, inflate, inflateRaw, zstdDecompress } from "node:zlib";
import { GatewayError } from "../errors.ts";
import { tooLarge } from "./too-large.ts";

/** What a body was put into, in the order it was done; empty for a plain one. */
export type Encodings = readonly Encoding[];

type Encoding = "gzip" | "deflate" | "br" | "zstd";

const encodings: ReadonlyMap<string, Encoding> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
  ["zstd", "zstd"],
]);

const plain: Encodings = [];

/** Each one multiplies what a small body can grow to; nobody needs more than two. */
const maxEncodings = 4;

/**
 * Reads a request's `content-encoding`.
 *
 * Fails: throws `unsupported_media_type`, with the encodings that are known in `accept-encoding`.
 *
 * @see RFC 9110 §§8.4, 12.5.3
 */
export function encodingsOf(header: string | undefined): Encodings {
  if (header === undefined || header === "identity") return plain;
  const names = header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const coded = names.filter((name) => name !== "" && name !== "identity");
  if (coded.length > maxEncodings) throw unsupported(`More than ${maxEncodings} content encodings are not accepted.`);
  return coded.map((name) => {
    const encoding = encodings.get(name);
    if (encoding !== undefined) return encoding;
    throw unsupported(
      `Unsupported content encoding: '${name.slice(0, 50)}'. A body may be encoded as 'gzip', 'deflate', 'br' or 'zstd'.`,
    );
  });
}

function unsupported(message: string): GatewayError {
  const headers = { "accept-encoding": "gzip, deflate, br, zstd" };
  return new GatewayError("unsupported_media_type", message, { headers });
}

/**
 * Undoes encodings, the last one first. The work is done piece by piece outside the event loop, and ends as soon as
 * there is more than may come out: a bomb is never in memory.
 *
 * Units: `maxBytes` counts what comes out of each.
 * Fails: throws `invalid_encoding` for bytes that are broken or end too early, `request_too_large`.
 */
export async function decode(bytes: Buffer, applied: Encodings, maxBytes: number): Promise<Buffer> {
  let decoded = bytes;
  for (const encoding of applied.toReversed()) decoded = await undo(decoded, encoding, maxBytes);
  return decoded;
}

function undo(bytes: Buffer, encoding: Encoding, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    decoderOf(encoding, bytes)(bytes, { maxOutputLength: maxBytes, ...windowOf(encoding) }, (error, decoded) => {
      if (error === null) resolve(decoded);
      else reject(toRefusal(error, encoding, maxBytes));
    });
  });
}

type Decoder = (
  bytes: InputType,
  options: { maxOutputLength: number },
  done: (error: Error | null, decoded: Buffer) => void,
) => void;

function decoderOf(encoding: Encoding, bytes: Buffer): Decoder {
  switch (encoding) {
    case "gzip":
      return gunzip;
    case "deflate":
      return isZlib(bytes) ? inflate : inflateRaw;
    case "br":
      return brotliDecompress;
    case "zstd":
      return zstdDecompress;
  }
}

/**
 * `deflate` means the zlib format; some clients leave its two bytes of header out.
 *
 * @see RFC 1950 §2.2
 */
function isZlib(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

/**
 * A zstd frame says how much memory its reader shall set aside; on the web 8 MB is the most.
 *
 * @see RFC 9659
 */
const zstdWindow = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

function windowOf(encoding: Encoding): object {
  return encoding === "zstd" ? zstdWindow : {};
}

function toRefusal(error: Error, encoding: Encoding, maxBytes: number): GatewayError {
  if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return tooLarge(maxBytes);
  const message = `We could not decode the body of your request: it is not complete and valid '${encoding}', as its content-encoding says.`;
  return new GatewayError("invalid_encoding", message, { cause: error.message });
}
