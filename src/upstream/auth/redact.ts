const longest = 500;
const tokenLike = /[\w.~+/=-]{24,}/g;
const labelled = /\b(password|passwd|secret|token|key|authorization|bearer)\b(\s*[=:]\s*|\s+)\S+/gi;

/** Foreign text made fit for a log: short, and without anything that could be a token. */
export function redact(text: string): string {
  const safe = text.trim().replace(labelled, "$1$2[redacted]").replace(tokenLike, "[redacted]");
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}
