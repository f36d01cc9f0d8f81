import { describe, expect, test } from "vitest";
import { answerRows } from "./_answer-rows.ts";
import { casesOf, type Line } from "./_cases.ts";
import { type Row, rows } from "./_rows.ts";
import { gateway, refused, reported, reportedBack, type Told } from "./_told.ts";

type Table = Readonly<Record<string, Line>>;

/** The lines of one kind, as `condition key`. */
function linesOf(table: Table, kind: string): readonly string[] {
  const found = casesOf(table).filter(({ fate }) => fate.kind === kind);
  return found.map(({ key, condition }) => `${condition} ${key}`).sort();
}

/** What was written down, in the same form. */
function written(told: Told, name: Row["name"], table: Table): readonly string[] {
  const lines = Object.entries(told[name]).flatMap(([condition, text]) =>
    text
      .trim()
      .split(/\s+/)
      .flatMap((word) => expand(word, table).map((key) => `${condition} ${key}`)),
  );
  return lines.sort();
}

function expand(word: string, table: Table): readonly string[] {
  if (!word.endsWith(".**")) return [word];
  const top = word.slice(0, -".**".length);
  return Object.keys(table).filter(
    (key) => key === top || (key.startsWith(top) && /^[.[=<]/.test(key.slice(top.length))),
  );
}

describe.each(rows)("what clients of $name are told", ({ name, lines }) => {
  test("these fields are dropped with a notice, and no others", () => {
    expect(linesOf(lines, "reported")).toEqual(written(reported, name, lines));
  });

  test("these fields are refused, and no others", () => {
    expect(linesOf(lines, "refused")).toEqual(written(refused, name, lines));
  });

  test("these fields are consumed by the gateway, and no others", () => {
    expect(linesOf(lines, "gateway")).toEqual(written(gateway, name, lines));
  });
});

test.each(answerRows)("of $kind answers of $name these places are dropped with a notice", ({ name, lines }) => {
  expect(linesOf(lines, "reported")).toEqual(written(reportedBack, name, lines));
});
