import type { IncomingHttpHeaders } from "node:http";
import type { Headers } from "./reply.ts";

/** What browsers are told about pages of other origins. */
export interface Cors {
  /** Headers for any answer, errors and streams too. */
  readonly headersFor: (request: IncomingHttpHeaders) => Headers;
  /** Headers for the question before a request; `methods` are those of the path. */
  readonly preflightFor: (request: IncomingHttpHeaders, methods: string) => Headers;
}

/** What a page's script may read of an answer, besides the few headers that every script may. */
const exposed = [
  "x-request-id",
  "openai-processing-ms",
  "openai-version",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  ...["requests", "tokens"].flatMap((unit) =>
    ["limit", "remaining", "reset"].map((what) => `x-ratelimit-${what}-${unit}`),
  ),
  "x-specgate-changes",
  "x-specgate-deployment",
  "x-specgate-attempts",
  "x-specgate-cache",
  "x-specgate-cost",
  "x-specgate-budget-warning",
].join(", ");

/** How long a browser may keep the answer to its question; none keeps it much longer. */
const maxAgeSec = 7200;

const nothing: Headers = {};
const off: Cors = { headersFor: () => nothing, preflightFor: () => nothing };

/** Answers differ by origin, whether this one is allowed or not: a cache in between must know. */
const refused: Headers = { vary: "origin" };

/**
 * Makes the rules of `server.cors`. The allowed origin is repeated as it came, never as `*`: a browser then takes it
 * with credentials or without.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function createCors(origins: readonly string[], isAllowed: (origin: string) => boolean): Cors {
  if (origins.length === 0) return off;
  return {
    headersFor: ({ origin }) =>
      origin === undefined || !isAllowed(origin)
        ? refused
        : { vary: "origin", "access-control-allow-origin": origin, "access-control-expose-headers": exposed },
    preflightFor(request, methods) {
      const { origin } = request;
      if (origin === undefined || !isAllowed(origin)) return nothing;
      const asked = request["access-control-request-headers"];
      const isPrivate = request["access-control-request-private-network"] === "true";
      return {
        "access-control-allow-methods": methods,
        ...(asked === undefined ? {} : { "access-control-allow-headers": asked }),
        "access-control-max-age": maxAgeSec,
        // A public page that calls a private address asks for this too.
        ...(isPrivate ? { "access-control-allow-private-network": "true" } : {}),
      };
    },
  };
}
