import { ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type ErrorName, GatewayError } from "../errors.ts";

/** What answers are made with. */
export interface UnreadableDeps {
  readonly log: Logger;
  readonly randomId: () => string;
}

/** Answers what is no request: Node's parser gave up, and no route has ever seen it. */
export type AnswerUnreadable = (error: Error, socket: Duplex) => void;

/** By Node's code for what went wrong; anything else is bytes that are no HTTP. */
const refusals: Readonly<Record<string, readonly [ErrorName, string]>> = {
  HPE_HEADER_OVERFLOW: ["headers_too_large", "The request's headers are larger than 16 KB."],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "The request did not arrive in time."],
};

/** How long a client may take to read its answer. */
const lingerMs = 1000;

/** Makes the listener for `clientError`: OpenAI's envelope in place of Node's bare status line, and a line in the log. */
export function createAnswerUnreadable({ log, randomId }: UnreadableDeps): AnswerUnreadable {
  return (thrown, socket) => {
    const reason = "code" in thrown ? String(thrown.code) : thrown.name;
    // Any other code is the connection's: there is nobody left to tell.
    if (!/^(?:HPE_|ERR_HTTP_)/.test(reason) || !socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const [errorName, message] = refusals[reason] ?? ["invalid_request", "The request is not valid HTTP/1.1."];
    const error = new GatewayError(errorName, message);
    const requestId = `req_${randomId()}`;
    socket.end(toMessage(error, requestId));
    setTimeout(() => socket.destroy(), lingerMs).unref();
    log.info({ request_id: requestId, status: error.status, error: errorName, reason }, "unreadable request");
  };
}

/** Whether part of an answer is out on this connection. A second one within it would corrupt it; Node asks the same. */
function isAnswering(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, "_httpMessage");
  return response instanceof ServerResponse && response.headersSent;
}

function toMessage(error: GatewayError, requestId: string): string {
  const body = JSON.stringify(error.toEnvelope());
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    "openai-version: 2020-10-01",
    "connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
