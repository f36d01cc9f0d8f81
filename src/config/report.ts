import type { LineCounter } from "yaml";
import { maskKeys } from "./mask.ts";
import { formatPath, type Mistake, type Path, sortMistakes } from "./mistakes.ts";
import type { Entry, Span } from "./tree.ts";

/** A remark before it has its final form. */
export interface Remark {
  readonly message: string;
  readonly suggestion?: string | undefined;
  /** The key or the value; by default the value of a scalar and the key of anything else. */
  readonly at?: "key" | "value" | undefined;
}

/** Collects what is found, in any order. */
export interface Report {
  mistake(entry: Entry, remark: Remark): void;
  warning(entry: Entry, remark: Remark): void;
  /** For places that are no entry, as in a text that does not parse. */
  mistakeAt(span: Span, path: Path, remark: Remark): void;
  /** Blots this stretch out in excerpts. */
  hide(span: Span): void;
  mistakes(): readonly Mistake[];
  warnings(): readonly Mistake[];
}

interface Found {
  readonly span: Span;
  readonly path: Path;
  readonly remark: Remark;
}

const longestExcerpt = 140;

/** A report on one text. */
export function createReport(text: string, lines: LineCounter): Report {
  const mistakes: Found[] = [];
  const warnings: Found[] = [];
  const hidden: Span[] = [];
  const render = (all: readonly Found[]): readonly Mistake[] => {
    if (all.length === 0) return [];
    const shown = blot(maskKeys(text), hidden);
    return sortMistakes(all.map((found) => toMistake(found, shown, lines)));
  };
  return {
    mistake: (entry, remark) => mistakes.push({ span: spanOf(entry, remark.at), path: entry.path, remark }),
    warning: (entry, remark) => warnings.push({ span: spanOf(entry, remark.at), path: entry.path, remark }),
    mistakeAt: (span, path, remark) => mistakes.push({ span, path, remark }),
    hide: (span) => hidden.push(span),
    mistakes: () => render(mistakes),
    warnings: () => render(warnings),
  };
}

function spanOf(entry: Entry, at: Remark["at"]): Span {
  const byDefault = entry.kind === "scalar" && entry.value !== null ? "value" : "key";
  return (at ?? byDefault) === "key" ? (entry.key ?? entry.span) : entry.span;
}

/** The same text with `*` in the hidden stretches, so that every offset stays. */
function blot(text: string, hidden: readonly Span[]): string {
  let shown = text;
  for (const { start, end } of hidden) {
    shown = shown.slice(0, start) + shown.slice(start, end).replaceAll(/\S/g, "*") + shown.slice(end);
  }
  return shown;
}

function toMistake({ span, path, remark }: Found, shown: string, lines: LineCounter): Mistake {
  const { line, col } = lines.linePos(Math.min(span.start, shown.length));
  const { message, suggestion } = remark;
  const excerpt = excerptOf(shown, line, col, span);
  return { line: Math.max(line, 1), column: Math.max(col, 1), path: formatPath(path), message, suggestion, excerpt };
}

function excerptOf(shown: string, line: number, col: number, span: Span): string | undefined {
  const whole = shown.slice(span.start - col + 1).split(/\r?\n/, 1)[0] ?? "";
  if (whole.trim() === "") return undefined;
  const from = col > longestExcerpt ? col - longestExcerpt / 2 : 0;
  const text = whole.slice(from, from + longestExcerpt);
  const width = Math.max(1, Math.min(span.end - span.start, text.length - (col - 1 - from)));
  // A tab stays a tab, or the mark would stand elsewhere.
  const indent = text.slice(0, col - 1 - from).replaceAll(/[^\t]/g, " ");
  const number = String(line);
  return `  ${number} | ${text}\n  ${" ".repeat(number.length)} | ${indent}${"^".repeat(width)}`;
}
