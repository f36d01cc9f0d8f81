const longest = 500;
/** More is not looked at: the patterns below take long over long words. */
const longestRead = 4_096;
const pem = /-----BEGIN [\s\S]*?(?:-----END [^-]*-----|$)/g;
/** V8 quotes the text around a mistake in JSON, and that may be a secret. */
const quotedJson = /(?:\.{3})?"[\s\S]*"(?:\.{3})?(?= is not valid JSON)/g;
const tokenLike = /[\w.~+/=-]{24,}/g;
const labelled =
  /([\w-]*(?:password|passwd|secret|token|key|assertion|authorization|bearer|credential)\b["']?)(\s*[=:]\s*|\s+)(?:bearer\s+|basic\s+)?\S+/gi;

/** Foreign text made fit for a log: short, and without anything that could be a token. */
export function redact(text: string): string {
  const safe = beginningOf(text.trim())
    .replace(pem, "[redacted]")
    .replace(quotedJson, "[redacted]")
    .replace(labelled, "$1$2[redacted]")
    .replace(tokenLike, "[redacted]");
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}

/** A shorter secret would blot out plain words. */
const shortestSecret = 6;

/** A text without these secrets, for those who repeat what they were told. */
export function scrub(text: string, secrets: Iterable<string>): string {
  return (
    Array.from(secrets)
      .filter((secret) => secret.length >= shortestSecret)
      // The longest first: one may be part of another.
      .sort((a, b) => b.length - a.length)
      .reduce((shown, secret) => shown.replaceAll(secret, "[redacted]"), text)
  );
}

/** A word that is cut may be the beginning of a token, and go unnoticed. */
function beginningOf(text: string): string {
  return text.length <= longestRead ? text : text.slice(0, longestRead).replace(/\S*$/, "…");
}
