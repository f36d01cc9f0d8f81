import { describe, expect, test } from "vitest";
import { walk } from "../../scripts/spec/fields.ts";
import type { Facts } from "../../src/dialects/dialect.ts";
import fc from "../_fc.ts";
import { type AnswerRow, answerRows, type Seen } from "./_answer-rows.ts";
import { isObject } from "./_build.ts";
import { casesOf, decidedBy, type FateCase, fateOf } from "./_cases.ts";
import { differences, isNamed, valueAt } from "./_diff.ts";
import { type AnswerContrast, answersFor } from "./_response.ts";

/** One line under one condition, told of one answer in one situation. */
interface Trial {
  readonly row: AnswerRow;
  readonly one: FateCase;
  readonly pair: AnswerContrast;
  readonly facts: Facts;
}

function check(trial: Trial): void {
  const { row, one, pair, facts } = trial;
  const { key, fate } = one;
  const seen = row.read(pair.given, facts);
  if (fate.kind === "refused") {
    expect(seen.failure?.errorName).toBe(fate.error);
    return;
  }
  expect(seen.failure?.message).toBeUndefined();
  const told = seen.changes.map((change) => change.path);
  expect(told).toEqual(fate.kind === "reported" ? [toldAs(trial)] : []);
  const places = placesOf(trial, seen);
  if (fate.kind !== "mapped") {
    expect([...places], `${key} must leave the client's answer as it was`).toEqual([]);
    return;
  }
  const astray = [...places].filter((place) => !fate.to.some((pattern) => isNamed(place, pattern)));
  expect(astray, `${key} must change nothing but ${fate.to.join(", ")}`).toEqual([]);
  if (!saysOneWord(row, key)) expect(places.size, `${key} must change the client's answer`).toBeGreaterThan(0);
  if (!row.passes || !fate.to.includes(pair.place.replace(/\[\d+\]/g, "[]"))) return;
  expect(valueAt(seen.answer, pair.place), `${key} must keep its value`).toEqual(valueAt(pair.given, pair.place));
}

/** The place that is told: the highest one that is reported, for all below it goes with it. */
function toldAs({ row, one: { key }, facts }: Trial): string {
  const above = Object.keys(row.lines).filter((place) => {
    const line = row.lines[place];
    const holds = key === place || (key.startsWith(place) && /^[.[=<]/.test(key.slice(place.length)));
    return holds && line && fateOf(line, (condition) => row.holds(condition, facts)).kind === "reported";
  });
  return above.toSorted((a, b) => a.length - b.length)[0] ?? key;
}

/** Where the client's answers differ. */
function placesOf({ row, one, pair, facts }: Trial, seen: Seen): ReadonlySet<string> {
  const places = new Set<string>();
  for (const contrast of pair.contrasts) {
    const other = row.read(contrast, facts);
    if (other.failure === undefined) for (const place of differences(seen.answer, other.answer)) places.add(place);
    else {
      expect(one.fate.kind, `without ${one.key} the answer fails`).toBe("mapped");
      places.add("choices[].message");
    }
  }
  return places;
}

/** Where there is one word to say, it stands there whether the upstream says it or not. */
function saysOneWord(row: AnswerRow, key: string): boolean {
  const field = [...walk(row.root)].find((one) => one.path === key);
  return field?.values?.length === 1;
}

describe.each(answerRows)("every line of the response table of $name is true of $kind answers", (row) => {
  for (const one of casesOf(row.lines)) {
    test(`${one.key} (${one.condition}): ${one.fate.kind}`, () => {
      const situations = row.situations.filter(
        (facts) => decidedBy(one.line, (condition) => row.holds(condition, facts)) === one.condition,
      );
      expect(situations, `nothing triggers ${one.condition}`).not.toHaveLength(0);
      fc.assert(
        fc.property(answersFor(row.root, row.ingredients, one.key), (pair) => {
          fc.pre(pair.contrasts.length > 0);
          for (const facts of situations) check({ row, one, pair, facts });
        }),
        { numRuns: 6 },
      );
    });
  }
});

const unheard = "brand_new_thing";
const passing = answerRows.filter(({ passes }) => passes);

describe.each(passing)("members that no spec knows, in $kind answers of $name, are passed:", (row) => {
  const objects = [...walk(row.root)].filter(({ properties, open, again }) => properties.size > 0 && !open && !again);
  test.each(objects.map(({ path }) => path))("in '%s'", (path) => {
    fc.assert(
      fc.property(answersFor(row.root, row.ingredients, path), fc.integer(), ({ given, place }, value) => {
        const answer: object = JSON.parse(JSON.stringify(given));
        const holder = valueAt(answer, place);
        if (!isObject(holder)) throw new Error(`no object at ${place}`);
        Reflect.set(holder, unheard, value);
        for (const facts of row.situations) {
          const seen = row.read(answer, facts);
          expect(seen.failure?.message).toBeUndefined();
          const at = place === "" ? unheard : `${place}.${unheard}`;
          expect(valueAt(seen.answer, at), at).toEqual(value);
        }
      }),
      { numRuns: 3 },
    );
  });
});
