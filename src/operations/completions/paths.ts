import type { GatewayError } from "../../errors.ts";
import { toClientError } from "../client-paths.ts";
import type { Change, CompletionRequest } from "../types.ts";

/**
 * A place of the chat request as the client's own; undefined for what the client never sent: the instructions, and what
 * keeps a model from thinking.
 */
export function toOwnPath(path: string, request: CompletionRequest): string | undefined {
  const [name = path] = /^\w+/.exec(path) ?? [];
  // Clients may send members of chat along: their own names stay.
  const isOwn = path in request;
  switch (name) {
    case "messages":
      if (isOwn) return path;
      return path.startsWith("messages[0]") ? undefined : "prompt";
    case "max_completion_tokens":
      if (isOwn) return path;
      return request.max_tokens == null && request.n_predict != null ? "n_predict" : "max_tokens";
    case "top_logprobs":
      return request.logprobs == null ? path : "logprobs";
    case "reasoning_effort":
      return isOwn ? path : undefined;
    default:
      return path;
  }
}

/** What was changed of the chat request, as the client asked for it. */
export function toOwnChanges(changes: readonly Change[], request: CompletionRequest): readonly Change[] {
  const found = changes.flatMap((change) => {
    const path = toOwnPath(change.path, request);
    return path === undefined ? [] : [{ verb: change.verb, path }];
  });
  return found.filter(
    (one, at) => found.findIndex((other) => other.verb === one.verb && other.path === one.path) === at,
  );
}

/** The parameter an error names, as the client's own: troubles with the instructions are troubles with the prompt. */
export function toOwnParam(path: string, request: CompletionRequest): string {
  return toOwnPath(path, request) ?? (path.startsWith("messages") ? "prompt" : path);
}

/** An error about a place of the chat request, as one about the client's own. */
export function toOwnError(error: GatewayError, request: CompletionRequest): GatewayError {
  return toClientError(error, (path) => toOwnParam(path, request));
}
