import type { IncomingHttpHeaders } from "node:http";
import { GatewayError } from "../errors.ts";

/** Whether a page of this origin may call. `origins` are those of routes.yaml; `*` stands for any. */
export function createIsAllowedOrigin(origins: readonly string[]): (origin: string) => boolean {
  if (origins.includes("*")) return () => true;
  const allowed = new Set(origins);
  return (origin) => allowed.has(origin);
}

/**
 * Keeps strange web pages out where no key does. A page anywhere can make the browser of whoever opens it send a
 * request to this machine, as `text/plain`, without asking first; it cannot keep the browser from saying who asks.
 *
 * A page of the gateway's own address is let in, if that address is a number or `localhost`: any other name could be
 * made to lead here by whoever owns it.
 *
 * Fails: throws `origin_not_allowed`.
 */
export function refuseStrangePages(headers: IncomingHttpHeaders, isAllowed: (origin: string) => boolean): void {
  const { origin } = headers;
  if (origin === undefined || isAllowed(origin) || isOwn(origin, headers.host)) return;
  const message = `Web pages of the origin '${origin}' may not call this gateway: it asks for no keys, and 'server.cors.origins' in routes.yaml does not list this origin.`;
  throw new GatewayError("origin_not_allowed", message);
}

/** A number or `localhost`, perhaps with a port. */
const nobodysName = /^(?:(?:[\w-]+\.)*localhost|\d+(?:\.\d+){3}|\[[\da-f:.]+\])(?::\d+)?$/;

function isOwn(origin: string, host: string | undefined): boolean {
  if (host === undefined || (origin !== `http://${host}` && origin !== `https://${host}`)) return false;
  return nobodysName.test(host);
}
