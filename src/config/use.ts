/** A deployment's `provider/upstream model`. */
export interface Use {
  readonly provider: string;
  readonly upstreamModel: string;
}

/** Splits at the first slash, as upstream models may hold further ones. Undefined where a part is missing. */
export function splitUse(text: string): Use | undefined {
  const slash = text.indexOf("/");
  if (slash < 1 || slash === text.length - 1) return undefined;
  return { provider: text.slice(0, slash), upstreamModel: text.slice(slash + 1) };
}

/** A name that stops behind a slash. */
export function isNameless({ upstreamModel }: Use): boolean {
  return upstreamModel.endsWith("/");
}
