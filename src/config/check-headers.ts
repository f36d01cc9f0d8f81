import { type Inspection, mistakeAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";

/** What the HTTP client sets by itself, or a second value of would break the connection. */
const reserved = new Set([
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that can be sent, none of them twice. */
export function checkHeaders(inspection: Inspection, path: Path, headers: Readonly<Record<string, string>>): void {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const place = [...path, name];
    const lower = name.toLowerCase();
    const message = `the header \`${lower}\` is here twice; case does not count`;
    if (seen.has(lower)) mistakeAt(inspection, place, { message, at: "key" });
    else checkHeaderName(inspection, place, name, "key");
    checkHeaderValue(inspection, place, value);
    seen.add(lower);
  }
}

/** A name that HTTP allows and that is free to use. `at` says whether the name is the key or the value of its place. */
export function checkHeaderName(inspection: Inspection, path: Path, name: string, at: "key" | "value"): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    mistakeAt(inspection, path, { message: "a header's name is letters, digits and `-`, without spaces", at });
  } else if (reserved.has(name.toLowerCase())) {
    mistakeAt(inspection, path, { message: `the header \`${name.toLowerCase()}\` is set by the gateway itself`, at });
  }
}

/** Text that a header can carry: printable ASCII. A line break at the end usually comes with a secret read from a file. */
export function checkHeaderValue(inspection: Inspection, path: Path, value: string): void {
  if (/^[\t\x20-\x7e]*$/.test(value) && value === value.trim()) return;
  const message = "this value holds a line break, a space at its end or another character that no header can carry";
  mistakeAt(inspection, path, { message });
}
