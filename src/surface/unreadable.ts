import { type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type ErrorName, GatewayError } from "../errors.ts";
import { allMethods } from "./route-table.ts";

/** What answers are made with. */
export interface UnreadableDeps {
  readonly log: Logger;
  readonly randomId: () => string;
}

/** Answers what is no request: no route has ever seen it. */
export interface Unreadable {
  /** Node's parser gave up. */
  readonly onClientError: (error: Error, socket: Duplex) => void;
  /** Somebody takes the gateway for a proxy. */
  readonly onConnect: (request: IncomingMessage, socket: Duplex) => void;
}

/** By Node's code for what went wrong; anything else is bytes that are no HTTP. */
const refusals: Readonly<Record<string, readonly [ErrorName, string]>> = {
  HPE_HEADER_OVERFLOW: ["headers_too_large", "The request's headers are larger than 16 KB."],
  HPE_INVALID_EOF_STATE: ["invalid_request", "The request ended before it was complete."],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "The request did not arrive in time."],
};

/** How long a client may take to read its answer. */
const lingerMs = 1000;

/** Makes the server's listeners: OpenAI's envelope in place of a bare status line or of nothing, and a line in the log. */
export function createUnreadable({ log, randomId }: UnreadableDeps): Unreadable {
  const answer = (socket: Duplex, error: GatewayError, reason: string): void => {
    const requestId = `req_${randomId()}`;
    socket.end(toMessage(error, requestId));
    setTimeout(() => socket.destroy(), lingerMs).unref();
    log.info({ request_id: requestId, status: error.status, error: error.errorName, reason }, "unreadable request");
  };
  return {
    onClientError(thrown, socket) {
      const reason = "code" in thrown ? String(thrown.code) : thrown.name;
      // Any other code is the connection's: there is nobody left to tell.
      if (!/^(?:HPE_|ERR_HTTP_)/.test(reason) || !socket.writable || isAnswering(socket)) {
        socket.destroy();
        return;
      }
      const [errorName, message] = refusals[reason] ?? ["invalid_request", "The request is not valid HTTP/1.1."];
      answer(socket, new GatewayError(errorName, message), reason);
    },
    onConnect(_request, socket) {
      const message = "Not allowed to CONNECT: this is an API, and no proxy.";
      // From here on the socket is ours, and so are its errors.
      socket.on("error", () => socket.destroy());
      answer(socket, new GatewayError("method_not_supported", message, { headers: { allow: allMethods } }), "CONNECT");
    },
  };
}

/** Whether part of an answer is out on this connection. A second one within it would corrupt it; Node asks the same. */
function isAnswering(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, "_httpMessage");
  return response instanceof ServerResponse && response.headersSent;
}

function toMessage(error: GatewayError, requestId: string): string {
  const body = JSON.stringify(error.toEnvelope());
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-request-id": requestId,
    "openai-version": "2020-10-01",
    ...error.headers,
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join("")}\r\n${body}`;
}
