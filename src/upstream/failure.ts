import { errors } from "undici";
import { type ErrorName, GatewayError } from "../errors.ts";

/** What a client is told about a socket error, by the error's code: plain words, no address, no secret. */
const failures: ReadonlyMap<string, readonly [ErrorName, string]> = new Map([
  ["UND_ERR_CONNECT_TIMEOUT", ["upstream_connect_timeout", "The upstream did not accept a connection in time."]],
  ["ETIMEDOUT", ["upstream_connect_timeout", "The upstream did not accept a connection in time."]],
  ["UND_ERR_HEADERS_TIMEOUT", ["upstream_first_byte_timeout", "The upstream did not begin to answer in time."]],
  ["UND_ERR_BODY_TIMEOUT", ["upstream_idle_timeout", "The upstream fell silent in the middle of its answer."]],
  ["ECONNREFUSED", ["upstream_unreachable", "The upstream refused the connection."]],
  ["ENOTFOUND", ["upstream_unreachable", "The upstream's host name could not be found."]],
  ["EAI_AGAIN", ["upstream_unreachable", "The upstream's host name could not be looked up."]],
  ["EHOSTUNREACH", ["upstream_unreachable", "There is no network route to the upstream."]],
  ["ENETUNREACH", ["upstream_unreachable", "There is no network route to the upstream."]],
  ["ECONNRESET", ["upstream_unreachable", "The upstream closed the connection before it answered."]],
  ["EPIPE", ["upstream_unreachable", "The upstream closed the connection before it answered."]],
  ["UND_ERR_SOCKET", ["upstream_unreachable", "The upstream closed the connection before it answered."]],
  ["EPROTO", ["upstream_unreachable", "The TLS handshake with the upstream failed."]],
  ["UND_ERR_HEADERS_OVERFLOW", ["upstream_invalid_response", "The upstream's response headers are too large."]],
  ["UND_ERR_CLOSED", ["overloaded", "The gateway is shutting down."]],
  ["UND_ERR_DESTROYED", ["overloaded", "The gateway is shutting down."]],
  ["UND_ERR_INVALID_ARG", ["internal_error", "The server had an error while processing your request."]],
]);

const notHttp: readonly [ErrorName, string] = ["upstream_invalid_response", "The upstream's answer is not valid HTTP."];

/** Failures whose meaning does not change once the answer has begun; any other is then a cut. */
const alikeMidBody: ReadonlySet<string> = new Set(["UND_ERR_BODY_TIMEOUT", "UND_ERR_DESTROYED"]);

/**
 * Turns what undici or a socket reports into the error a client may see; the original is kept as `cause`.
 *
 * Fails: never. `midBody` says that the status line had arrived: then a broken connection is `upstream_stream_cut`.
 */
export function toFailure(error: unknown, midBody: boolean): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  if (midBody && !alikeMidBody.has(code)) {
    return new GatewayError("upstream_stream_cut", "The upstream broke off in the middle of its answer.", {
      cause: error,
    });
  }
  // Its code is undefined where llhttp's reason has no name.
  const invalid = error instanceof errors.HTTPParserError;
  const [name, message] = invalid ? notHttp : (failures.get(code) ?? byFamily(code));
  return new GatewayError(name, message, { cause: error });
}

/** What went wrong on the way to a proxy. Wrapped, for undici would take some codes as speaking of the upstream. */
export function proxyFailure(error: unknown): GatewayError {
  const { errorName, message } = toFailure(error, false);
  return new GatewayError(errorName, message.replace("upstream", "proxy"), { cause: error });
}

/** A proxy's answer that is no way to the upstream. */
export function proxyRefused(status: number): GatewayError {
  const why = status === 407 ? "wants a user and password, or others than these" : "did not lead to the upstream";
  return new GatewayError("upstream_unreachable", `The proxy ${why} (HTTP status ${status}).`);
}

/** The `code` of a Node or undici error, or the empty string. */
export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

// OpenSSL's verification errors and Node's own TLS errors have no common class, only these names.
const certificateCode = /CERT|SELF_SIGNED|^UNABLE_TO_|^CRL_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED/;

function byFamily(code: string): readonly [ErrorName, string] {
  if (certificateCode.test(code)) {
    return ["upstream_unreachable", "The upstream's TLS certificate could not be verified."];
  }
  if (code.startsWith("ERR_TLS_") || code.startsWith("ERR_SSL_")) {
    return ["upstream_unreachable", "The TLS handshake with the upstream failed."];
  }
  return ["upstream_unreachable", "The upstream could not be reached."];
}
