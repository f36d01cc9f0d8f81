import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { isReadableTarget } from "../http/head.ts";
import type { Unreadable } from "./unreadable.ts";

/** What answers in place of the server and its library. */
export interface AnswerAllDeps {
  readonly unreadable: Unreadable;
  /**
   * Serves a request whose target is a route as it is written, and says whether it does. Such requests are most of all;
   * srvx and h3 would make a request and an event of their own for each, at 10 µs.
   */
  readonly serveAtOnce: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Refuses a request of whose target no address can be made. */
  readonly refuseTarget: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Takes over a server whose requests `handler` answers. */
export type AnswerAll = (server: Server, handler: RequestListener) => void;

/**
 * Gives OpenAI's envelope to all that Node and srvx would answer by themselves, with a bare status or not at all: bytes
 * that are no HTTP, CONNECT, targets that are no address, expectations nobody knows. A server is to be made with
 * `requireHostHeader: false`: a request without a host is the app's to refuse too.
 */
export function createAnswerAll({ unreadable, serveAtOnce, refuseTarget }: AnswerAllDeps): AnswerAll {
  return (server, handler) => {
    server.removeListener("request", handler);
    server.on("request", (request, response) => {
      if (serveAtOnce(request, response)) return;
      if (isReadableTarget(request.url ?? "/")) handler(request, response);
      else void refuseTarget(request, response);
    });
    server.on("checkExpectation", (request, response) => server.emit("request", request, response));
    server.on("clientError", unreadable.onClientError);
    server.on("connect", unreadable.onConnect);
  };
}
