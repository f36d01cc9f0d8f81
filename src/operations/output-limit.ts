/** The member that bounds an answer, as the client named it or as new clients do. */
export function outputLimitPath(request: object): "max_tokens" | "max_completion_tokens" {
  const isOlder = Reflect.get(request, "max_tokens") != null || Reflect.has(request, "prompt");
  return Reflect.get(request, "max_completion_tokens") == null && isOlder ? "max_tokens" : "max_completion_tokens";
}

/** The request, its answers no longer than so many tokens. */
export function withOutputLimit<Request extends object>(request: Request, tokens: number): Request {
  return { ...request, [outputLimitPath(request)]: tokens };
}
