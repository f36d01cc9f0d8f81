import type { IncomingMessage } from "node:http";

const usable = /^[\w.:-]{1,128}$/;

/** The request's id: the client's own if it is short and plain, else a new one. */
export function requestIdOf(request: IncomingMessage, randomId: () => string): string {
  const sent = request.headers["x-request-id"];
  return typeof sent === "string" && usable.test(sent) ? sent : `req_${randomId()}`;
}
