import type { ServerResponse } from "node:http";

/** Aborts when the client leaves before its answer is complete; never after a normal end. */
export function abortOnDisconnect(response: ServerResponse): AbortController {
  const controller = new AbortController();
  // The request's own close says only that its body was read.
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller;
}
