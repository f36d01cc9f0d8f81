import type { Case } from "./cell.ts";
import type { FeatureRow } from "./matrix.ts";
import type { FeatureCell, Mark } from "./overview.ts";

/** How a mark is written, and what it says. */
export const markWords: Readonly<Record<Mark, { readonly sign: string; readonly words: string }>> = {
  yes: { sign: "✓", words: "carried over" },
  gateway: { sign: "◆", words: "done by the gateway" },
  changed: { sign: "~", words: "carried over, changed and told" },
  none: { sign: "·", words: "nothing to do" },
  dropped: { sign: "○", words: "dropped and told" },
  refused: { sign: "✗", words: "refused" },
  absent: { sign: "–", words: "not served" },
};

/** Why a mark is not a plain yes, for the columns of which it is true. */
export interface Reason {
  /** Ids. */
  readonly columns: readonly string[];
  readonly text: string;
}

/** The reasons of a row, columns of one reason together. */
export function reasonsOf({ cells }: FeatureRow): readonly Reason[] {
  const byText = new Map<string, string[]>();
  for (const [column, cell] of Object.entries(cells)) {
    for (const text of textsOf(cell)) byText.set(text, [...(byText.get(text) ?? []), column]);
  }
  return [...byText].map(([text, columns]) => ({ columns, text }));
}

function textsOf({ mark, why, changes = [], but = [] }: FeatureCell): readonly string[] {
  const told = mark === "changed" ? changes.join(", ") : undefined;
  const said = why ?? told;
  const own = said === undefined ? [] : [`${shortWords[mark]}: ${said}`];
  return [...own, ...but.map(toText)];
}

const shortWords: Readonly<Record<Mark, string>> = {
  yes: "yes",
  gateway: "by the gateway",
  changed: "told",
  none: "nothing to do",
  dropped: "dropped",
  refused: "refused",
  absent: "not served",
};

const kindWords: Readonly<Record<Case["kind"], string>> = {
  mapped: "carried over",
  emulated: "done by the gateway",
  gateway: "taken by the gateway",
  ignored: "nothing to do",
  reported: "dropped",
  refused: "refused",
};

/** A case of a cell in words: "dropped when a call is forced: there is no answer to shape". */
export function toText({ kind, when, why, to }: Case): string {
  const said = why ?? to?.join(", ") ?? "";
  return `${kindWords[kind]} ${when === "otherwise" ? when : `when ${when}`}${said === "" ? "" : `: ${said}`}`;
}
