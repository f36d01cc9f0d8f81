import { describe, expect, test } from "vitest";
import { type Field, walk } from "../../scripts/spec/fields.ts";
import type { Unsupported } from "../../src/dialects/audit.ts";
import type { Facts } from "../../src/dialects/dialect.ts";
import type { Fate } from "../../src/dialects/fates.ts";
import { GatewayError } from "../../src/errors.ts";
import type { Change } from "../../src/operations/types.ts";
import fc from "../_fc.ts";
import { chainTo, isObject } from "./_build.ts";
import { casesOf, type FateCase, fateOf, fixedIn } from "./_cases.ts";
import { valueAt } from "./_diff.ts";
import { type Contrast, contrastsOf } from "./_request.ts";
import { type Row, rows } from "./_rows.ts";
import { isWithin, noticeOf, type Trial, tryLine } from "./_trials.ts";

/** What the table's judge says of a request: notices, or the refusal. */
function judged({ row, pair, facts }: Omit<Trial, "one">, unsupported: Unsupported): readonly Change[] | GatewayError {
  try {
    return row.audit(pair.given, facts, unsupported);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
}

function fieldsIn(row: Row): readonly Field[] {
  return [...walk(row.root)];
}

/** The spec's default asks for nothing, so there is nothing to say about it. */
function isUsual(row: Row, { key }: FateCase): boolean {
  const [path = "", word] = key.split("=");
  return word !== undefined && fieldsIn(row).find((one) => one.path === path)?.default === word;
}

describe.each(rows)("what $name cannot honour, as `unsupported` has it:", (row) => {
  const fixed = fixedIn(row.root);
  for (const one of casesOf(row.lines)) {
    if (one.fate.kind !== "reported" || isUsual(row, one) || fixed.has(one.key)) continue;
    test(`${one.key} (${one.condition}) is refused under refuse, and not spoken of under ignore`, () => {
      tryLine(row, one, 2, (trial) => {
        const refusal = judged(trial, "refuse");
        expect(refusal).toBeInstanceOf(GatewayError);
        if (!(refusal instanceof GatewayError)) return;
        expect([refusal.status, refusal.errorName]).toEqual([400, expect.stringMatching(/^unsupported_(param|value)/)]);
        const { path } = trial.pair;
        const named = (refusal.param ?? "?").replace(/\[\d+\]$/, "");
        expect(isWithin(path, named), `${refusal.param} must name ${path}`).toBe(true);
        const silent = judged(trial, "ignore");
        expect(silent instanceof GatewayError ? silent.message : noticeOf(silent, path)).toBeUndefined();
      });
    });
  }
});

/** What asks for nothing in a place. */
function nothingsOf(field: Field): readonly unknown[] {
  const { types, values, bounds, tag, properties } = field;
  const isEmptyable = tag === undefined && [...properties.values()].every((one) => !one.required);
  return [
    null,
    ...(field.default === undefined ? [] : [field.default]),
    ...(types.includes("string") && values === undefined && bounds["minLength"] === undefined ? [""] : []),
    ...(types.includes("array") && bounds["minItems"] === undefined ? [[]] : []),
    ...(types.includes("object") && isEmptyable && bounds["minProperties"] === undefined ? [{}] : []),
  ];
}

/** A place on the way down to another, and what decides about it. */
interface Step {
  readonly path: string;
  readonly fate: Fate | undefined;
}

function stepsTo(row: Row, path: string, facts: Facts, request: object): readonly Step[] {
  return chainTo(row.root, path).map((field) => {
    const line = row.lines[field.path];
    return { path: field.path, fate: line && fateOf(line, (condition) => row.holds(condition, facts, request)) };
  });
}

const isDropped = ({ fate }: Pick<Step, "fate">): boolean =>
  fate !== undefined && ["reported", "ignored", "refused"].includes(fate.kind);

/** Whether an object goes to its own place, and so do those it stands in. */
const staysInPlace = ({ path, fate }: Step): boolean =>
  fate?.kind !== "mapped" || fate.to.includes(path.replace(/<[^>]*>/g, ""));

/** Situations in which nothing above a place is dropped or refused whole. */
function reaching(row: Row, path: string, { given }: Contrast): readonly Facts[] {
  return row.situations.filter((facts) => !stepsTo(row, path, facts, given).slice(0, -1).some(isDropped));
}

describe.each(rows)("what asks for nothing of $name gives no notice:", (row) => {
  const optional = fieldsIn(row).filter(({ kind, required }) => kind === "property" && !required);
  test.each(optional.map((field) => [field.path, field] as const))("%s", (path, field) => {
    for (const nothing of nothingsOf(field)) {
      for (const pair of fc.sample(contrastsOf(row, path, nothing), { numRuns: 2, seed: 1 })) {
        for (const facts of reaching(row, path, pair)) {
          const told = judged({ row, pair, facts }, "refuse");
          const silent = judged({ row, pair: { ...pair, given: pair.contrast }, facts }, "refuse");
          // Where the field cannot be left out, another value stands for it, which may be refused for itself.
          const isOther = silent instanceof GatewayError && silent.param === pair.path;
          if (isOther) expect(told).not.toBeInstanceOf(GatewayError);
          else expect(told, `${path}: ${JSON.stringify(nothing)} for ${facts.host}`).toEqual(silent);
        }
      }
    }
  });
});

const unheard = "brand_new_thing";

/** The same request with a member that no spec knows in the object at a place; undefined where there is no object. */
function withUnheard(given: object, place: string, value: unknown): object | undefined {
  const copy: object = JSON.parse(JSON.stringify(given));
  const holder = place === "" ? copy : valueAt(copy, place);
  if (!isObject(holder) || Array.isArray(holder)) return undefined;
  Reflect.set(holder, unheard, value);
  return copy;
}

/** Objects whose members the spec names, and which hold no others. */
function objectsIn(row: Row): readonly Field[] {
  return fieldsIn(row).filter(({ properties, open, again }) => properties.size > 0 && !open && !again);
}

describe.each(rows)("members that no spec knows, in requests of $name, are $unknown:", (row) => {
  const values = fc.oneof(fc.integer(), fc.string({ minLength: 1 }), fc.constant(false), fc.constant({ a: [1, null] }));
  test.each(objectsIn(row).map(({ path }) => path))("in '%s'", (path) => {
    let tried = 0;
    const pairs = path === "" ? fc.constant({ given: row.base, path }) : contrastsOf(row, path);
    fc.assert(
      fc.property(pairs, values, (pair, value) => {
        const given = withUnheard(pair.given, pair.path, value);
        fc.pre(given !== undefined);
        if (given === undefined) return;
        const place = pair.path === "" ? unheard : `${pair.path}.${unheard}`;
        for (const facts of row.situations) {
          const steps = stepsTo(row, path, facts, pair.given);
          if (steps.some(isDropped)) continue;
          tried++;
          if (row.unknown === "passed") checkPassed(row, { given, place, value, facts }, pair.given, steps);
          else checkReported(row, { given, place, value, facts }, pair.given);
        }
      }),
      { numRuns: 4 },
    );
    const isAlwaysDropped = chainTo(row.root, path).some(({ path: above }) => {
      const line = row.lines[above];
      return line !== undefined && casesOf({ [above]: line }).every(isDropped);
    });
    expect(tried > 0, "objects that are dropped whole are not looked into").toBe(!isAlwaysDropped);
  });
});

interface Unheard {
  readonly given: object;
  readonly place: string;
  readonly value: unknown;
  readonly facts: Facts;
}

function checkPassed(row: Row, { given, place, value, facts }: Unheard, plain: object, steps: readonly Step[]): void {
  const told = row.audit(given, facts, "report");
  expect(told, `${place} for ${facts.host}`).toEqual(row.audit(plain, facts, "report"));
  // What is told is told of its neighbours.
  if (told.length === 0) expect(row.audit(given, facts, "refuse"), `${place} for ${facts.host}`).toEqual([]);
  // What goes out in other words has no place for it.
  if (!steps.every(staysInPlace)) return;
  expect(valueAt(row.translate(given, facts, false).body, place), `${place} for ${facts.host}`).toEqual(value);
}

function checkReported(row: Row, { given, place, facts }: Unheard, plain: object): void {
  expect(row.audit(given, facts, "report")).toContainEqual({ verb: "reported", path: place });
  expect(row.translate(given, facts, false).body).toEqual(row.translate(plain, facts, false).body);
  const silent = row.audit(given, facts, "ignore");
  expect(silent.some((change) => change.path === place)).toBe(false);
}

describe.each(rows)("words that no spec knows, in requests of $name, are $unknown:", (row) => {
  const lists = fieldsIn(row).filter(({ path, values }) => (values?.length ?? 0) > 1 && path !== "");
  if (lists.length === 0) test("there are none", () => expect(lists).toEqual([]));
  else test.each(lists.map(({ path }) => path))("in %s", (path) => checkWords(row, path));
});

function checkWords(row: Row, path: string): void {
  for (const pair of fc.sample(contrastsOf(row, path, unheard), { numRuns: 2, seed: 1 })) {
    for (const facts of row.situations) {
      // In a list each word decides for itself.
      const steps = stepsTo(row, path.replace(/\[\]$/, ""), facts, pair.given);
      const above = steps.slice(0, -1);
      if (above.some(isDropped)) continue;
      const { body, changes, refusal } = row.translate(pair.given, facts, false);
      if (row.unknown === "reported") {
        expect(refusal).toMatchObject({ status: 400, errorName: "invalid_value", param: pair.path });
        continue;
      }
      expect(refusal?.message).toBeUndefined();
      const isTold = changes.some((change) => isWithin(pair.path, change.path));
      const arrives = above.every(staysInPlace)
        ? valueAt(body, pair.path) === unheard
        : JSON.stringify(body).includes(JSON.stringify(unheard));
      expect(arrives, `${path} for ${facts.host} must arrive or be told: ${JSON.stringify(body)}`).toBe(!isTold);
    }
  }
}
