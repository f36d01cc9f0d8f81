import type { ServerResponse } from "node:http";

/** Aborts when the client leaves before its answer is complete; never after a normal end. */
export function abortOnDisconnect(response: ServerResponse): AbortController {
  const controller = new AbortController();
  // Not the request's close: a client may end its half and still wait for the answer.
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller;
}
