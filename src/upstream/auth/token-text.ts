/** A token as a program prints it or a file holds it. */
export interface TokenText {
  readonly token: string;
  /** Milliseconds since the epoch; undefined when the text does not say. */
  readonly expiresAtMs: number | undefined;
}

/**
 * Reads a token: the text itself, or in JSON `access_token` or `token` with `expires_in` (seconds), `expiry` or
 * `expiration` (a date, or seconds since the epoch).
 *
 * Fails: returns what the text is instead, in words that show nothing of it.
 */
export function parseToken(text: string, nowMs: number): TokenText | string {
  const trimmed = text.trim();
  if (trimmed === "") return "nothing";
  const read = trimmed.startsWith("{") ? parseJson(trimmed, nowMs) : { token: trimmed, expiresAtMs: undefined };
  if (typeof read === "string") return read;
  // A header value cannot hold anything else, and a line of help text is no token.
  return /^[\x21-\x7e]+$/.test(read.token) ? read : "something that is not a token";
}

function parseJson(text: string, nowMs: number): TokenText | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return "JSON that cannot be parsed";
  }
  const fields = new Map<string, unknown>(Object.entries(Object(parsed)));
  const token = fields.get("access_token") ?? fields.get("token");
  if (typeof token !== "string") return "JSON without access_token or token";
  const lifeMs = Number(fields.get("expires_in") ?? Number.NaN) * 1_000;
  const expiresAtMs = Number.isFinite(lifeMs)
    ? nowMs + lifeMs
    : toTime(fields.get("expiry") ?? fields.get("expiration"));
  return { token: token.trim(), expiresAtMs };
}

/** A date, or a count since the epoch: in seconds, or in milliseconds when it is too large for seconds. */
function toTime(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const count = Number(value);
  const timeMs = Number.isNaN(count) ? Date.parse(String(value)) : count > 1e11 ? count : count * 1_000;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
