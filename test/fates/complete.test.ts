import { describe, expect, test } from "vitest";
import { type Field, fateKeys } from "../../scripts/spec/fields.ts";
import { loadDialects, loadedDialects } from "../../src/dialects/index.ts";
import { answerRows } from "./_answer-rows.ts";
import { casesOf, fixedIn, isTriggered, type Line } from "./_cases.ts";
import { rows } from "./_rows.ts";

await loadDialects();

type Table = Readonly<Record<string, Line>>;

/** What is dropped or refused whole takes along what is below it, whatever the spec adds there. */
function isUnderDropped(table: Table, key: string): boolean {
  return Object.entries(table).some(([above, line]) => {
    if (!key.startsWith(above) || !/^[.[=<]/.test(key.slice(above.length))) return false;
    return casesOf({ [above]: line }).every(({ fate }) => ["reported", "ignored", "refused"].includes(fate.kind));
  });
}

function missingIn(table: Table, root: Field): readonly string[] {
  return fateKeys(root).filter((key) => !(key in table) && !isUnderDropped(table, key));
}

test("every operation of every dialect has its row", () => {
  const operations = [...loadedDialects().values()].flatMap(({ name, operations }) =>
    Object.keys(operations).map((operation) => `${name} ${operation}`),
  );
  expect(rows.map(({ name }) => name).sort()).toEqual(operations.sort());
  expect([...new Set(answerRows.map(({ name }) => name))].sort()).toEqual(operations.sort());
});

describe.each(rows)("the request table of $name", ({ root, lines, conditions, situations, exampleOf, holds, base }) => {
  test("has a line for every field of the spec", () => {
    expect(missingIn(lines, root)).toEqual([]);
  });

  test("has no line without a field", () => {
    const keys = new Set([...fateKeys(root), ...fixedIn(root)]);
    expect(Object.keys(lines).filter((key) => !keys.has(key))).toEqual([]);
  });

  test("hangs on conditions that are known", () => {
    const used = casesOf(lines).flatMap(({ condition }) => (isTriggered(condition) ? [condition] : []));
    expect([...new Set(used)].filter((name) => !conditions.includes(name))).toEqual([]);
  });

  test.each(conditions)("has an example that triggers %s, and a situation that does not", (condition) => {
    const { facts, request } = exampleOf(condition);
    expect(holds(condition, facts, { ...base, ...request })).toBe(true);
    const told = conditions.map((other) => ({ ...base, ...exampleOf(other).request }));
    const others = [{ ...base, stream: true }, base, ...told].flatMap((one) =>
      situations.map((situation) => holds(condition, { ...situation, responseModel: undefined }, one)),
    );
    expect(others).toContain(false);
  });
});

describe.each(answerRows)("the response table of $name for $kind answers", ({ root, lines }) => {
  test("has a line for every field of the spec", () => {
    expect(missingIn(lines, root)).toEqual([]);
  });
});

describe.each(rows)("the response table of $name", ({ name, responseLines }) => {
  test("has no line without a field", () => {
    const known = new Set(
      answerRows.filter((row) => row.name === name).flatMap(({ root }) => [...fateKeys(root), ...fixedIn(root)]),
    );
    expect(Object.keys(responseLines).filter((key) => !known.has(key))).toEqual([]);
  });
});
