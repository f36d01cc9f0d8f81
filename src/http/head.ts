import type { IncomingMessage } from "node:http";
import { GatewayError } from "../errors.ts";

/** A name or a number, perhaps with a port. Some clients that know no name send an empty one. */
const hostForm = /^(?:\[[\da-f:.]+\]|[\w.~%!$&'()*+,;=-]*)(?::\d*)?$/i;

/**
 * Looks at what Node would refuse with a bare status, and at what it lets pass though it must be refused.
 *
 * Fails: throws `invalid_request` for a host that is missing, said twice or none; `expectation_failed`.
 *
 * @see RFC 9112 §3.2, RFC 9110 §10.1.1
 */
export function checkHead({ httpVersion, headers, rawHeaders }: IncomingMessage): void {
  const { host, expect } = headers;
  if (host === undefined) {
    if (httpVersion !== "1.1") return;
    throw invalid("The request names no host: HTTP/1.1 asks for a 'host' header.");
  }
  if (isTwice("host", rawHeaders)) throw invalid("The request has more than one 'host' header.");
  if (!hostForm.test(host)) throw invalid("The request's 'host' header holds no host.");
  if (expect !== undefined && httpVersion === "1.1" && !/(?:^|\W)100-continue(?:\W|$)/i.test(expect)) {
    const message = `Unsupported expectation: '${expect.slice(0, longestShown)}'. The one that is known is '100-continue'.`;
    throw new GatewayError("expectation_failed", message);
  }
}

/** Much of a header is no help to anybody. */
const longestShown = 100;

/** Node keeps the first of two lines and drops the other one. */
function isTwice(name: string, rawHeaders: readonly string[]): boolean {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const line = rawHeaders[at] ?? "";
    if (line.length === name.length && line.toLowerCase() === name) times++;
  }
  return times > 1;
}

/** Whether a request's target is a path, or an address that one can be taken from. */
export function isReadableTarget(target: string): boolean {
  if (target.startsWith("/") || target === "*") return true;
  const url = URL.parse(target);
  return url !== null && /^https?:$/.test(url.protocol) && url.host !== "";
}

function invalid(message: string): GatewayError {
  return new GatewayError("invalid_request", message);
}
