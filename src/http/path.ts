/**
 * A path as the routes know it: `/v1` left out however often it was said, slashes single, none at the end.
 * Half of the clients think that the base URL ends in `/v1`, the other half add it.
 */
export function canonicalPath(pathname: string): string {
  const decoded = decode(pathname);
  const single = decoded.replace(/\/{2,}/g, "/").replace(/^(?:\/v1)+(?=\/|$)/, "");
  return single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single || "/";
}

/** Model names hold `/`, `@` and `:`, which clients encode or not. */
function decode(pathname: string): string {
  if (!pathname.includes("%")) return pathname;
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
