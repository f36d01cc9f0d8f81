/**
 * A path as the routes know it: decoded, slashes single, none at the end, and the base that clients put before it left
 * out however often it was said: half of the clients think that the base URL ends in `/v1`, the other half add it, and
 * Azure's clients say `/openai` or `/openai/v1`. Undefined for a path with a percent sign that encodes nothing.
 *
 * @see reference: openai-surface §1
 */
export function canonicalPath(pathname: string): string | undefined {
  const decoded = decode(pathname);
  if (decoded === undefined) return undefined;
  const single = decoded.replace(/\/{2,}/g, "/").replace(/^(?:\/(?:v1|openai))+(?=\/|$)/, "");
  return single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single || "/";
}

/** Model names hold `/`, `@` and `:`, which clients encode or not. */
function decode(pathname: string): string | undefined {
  if (!pathname.includes("%")) return pathname;
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

/** A route's path, taken apart: `/models/**` is what begins with `/models/`, and `**` stands for at least a letter. */
export interface PathPattern {
  readonly start: string;
  /** Undefined where the path stands for itself alone. */
  readonly end: string | undefined;
}

/** Takes a route's path apart, once. At most one `**`. */
export function toPattern(path: string): PathPattern {
  const at = path.indexOf("**");
  return at < 0 ? { start: path, end: undefined } : { start: path.slice(0, at), end: path.slice(at + 2) };
}

/** What `**` stands for in a path, empty for a pattern without; undefined where the path does not fit. */
export function matchPath({ start, end }: PathPattern, path: string): string | undefined {
  if (end === undefined) return path === start ? "" : undefined;
  const fits = path.length > start.length + end.length && path.startsWith(start) && path.endsWith(end);
  return fits ? path.slice(start.length, path.length - end.length) : undefined;
}
