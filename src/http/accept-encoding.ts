/**
 * Whether a client takes gzip: it says so, and not with a weight of zero. `*` counts for nothing, plain is fine too.
 *
 * @see RFC 9110 §12.5.3
 */
export function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  if (header === undefined) return false;
  const named = /(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?(?=,|$)/i.exec(String(header));
  return named !== null && Number(named[1] ?? 1) > 0;
}
