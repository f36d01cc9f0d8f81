import type { Change } from "../operations/types.ts";

/** The longest value of x-specgate-changes; some proxies drop whole answers for their headers. */
const maxBytes = 2048;

/** Changes as x-specgate-changes tells them; undefined when there are none. Past 2 KB the rest is counted: `more:7`. */
export function toChangesHeader(changes: readonly Change[]): string | undefined {
  if (changes.length === 0) return undefined;
  const said = [
    ...new Set(changes.map((change) => `${change.verb}:${toHeaderText(change.path).replaceAll(",", "?")}`)),
  ];
  let header = "";
  for (const [i, one] of said.entries()) {
    const longer = header === "" ? one : `${header}, ${one}`;
    if (longer.length > maxBytes - 16) return `${header}${header === "" ? "" : ", "}more:${said.length - i}`;
    header = longer;
  }
  return header;
}

/** Text from outside, made fit for a header: nothing but printable ASCII may enter one. */
export function toHeaderText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
