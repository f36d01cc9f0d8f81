import { describe, expect, test } from "vitest";
import { type Field, walk } from "../../scripts/spec/fields.ts";
import { casesOf, fixedIn, isTriggered } from "./_cases.ts";
import { differences, isNamed, valueAt } from "./_diff.ts";
import { proofOf } from "./_proofs.ts";
import { type Outcome, type Row, rows } from "./_rows.ts";
import { isWithin, noticeOf, type Trial, tryLine } from "./_trials.ts";

function check(trial: Trial): void {
  const { row, one, pair, facts } = trial;
  const told = row.translate(pair.given, facts);
  if (one.fate.kind === "refused") {
    checkRefused(trial, told);
    return;
  }
  const silent = row.translate(pair.contrast, facts);
  expect(told.refusal?.message).toBeUndefined();
  expect(silent.refusal?.message).toBeUndefined();
  if (one.fate.kind === "mapped") {
    checkMapped(trial, one.fate.to, told, silent);
    return;
  }
  const { path } = pair;
  expect(told.body, `${path} must leave the body for ${facts.host} as it was`).toEqual(silent.body);
  const notice = noticeOf(told.changes, path);
  const usual = isDefault(row, one.key);
  if (one.fate.kind === "reported" && !usual) expect(notice, `${path} must be reported`).toBeDefined();
  if (one.fate.kind === "ignored") expect(notice, `${path} must not be reported`).toBeUndefined();
}

function checkRefused({ pair: { path, companions } }: Trial, { refusal }: Outcome): void {
  expect(refusal?.status, `${path} must be refused`).toBe(400);
  const named = refusal?.param ?? "?";
  expect(path.startsWith(named) || companions.includes(named), `${named} must name ${path}`).toBe(true);
}

function checkMapped(trial: Trial, to: readonly string[], told: Outcome, silent: Outcome): void {
  const { one, pair, facts } = trial;
  const { path } = pair;
  const places = [...differences(told.body, silent.body)];
  expect(places, `${path} must change the body for ${facts.host}`).not.toHaveLength(0);
  const astray = places.filter((place) => !to.some((pattern) => isNamed(place, pattern)));
  expect(astray, `${path} must change nothing but ${to.join(", ")} for ${facts.host}`).toEqual([]);
  expect(noticeOf(told.changes, path), `${path} is mapped, and must not be reported`).toBeUndefined();
  if (respoken.test(one.key) || told.changes.some((change) => isWithin(change.path, path))) return;
  const given = valueAt(pair.given, path);
  const kept = keptAt(trial, to, given);
  if (kept === undefined) return;
  expect(valueAt(told.body, kept), `${path} must keep its value for ${facts.host}`).toEqual(given);
}

/** Where a field must stand as it was given, unless the client was told otherwise; undefined where it may be respoken. */
function keptAt({ row, pair: { path } }: Trial, to: readonly string[], given: unknown): string | undefined {
  if (row.passes) return to.includes(path.replace(/\[\d+\]/g, "[]")) ? path : undefined;
  const [place, ...others] = to;
  const isOne = place !== undefined && others.length === 0 && !/\[\]|\*/.test(place);
  return isOne && typeof given === "number" ? place : undefined;
}

/** Said in other words where these are not known, joined by others, or folded; the dialects' own tests have them. */
const respoken = /^messages\[\]<developer>$|^response_format(?:<json_object>)?$|^tools$|^seed$/;

/** A word that is the spec's default asks for nothing, so there is nothing to report. */
function isDefault(row: Row, key: string): boolean {
  const [path = "", word] = key.split("=");
  return word !== undefined && fieldAt(row, path)?.default === word;
}

function fieldAt(row: Row, path: string): Field | undefined {
  return [...walk(row.root)].find((one) => one.path === path);
}

for (const row of rows) {
  describe(`every line of the table of ${row.name} is true of the translator`, () => {
    const fixed = fixedIn(row.root);
    for (const one of casesOf(row.tried).filter(({ key }) => !fixed.has(key))) {
      const name = `${one.key} (${one.condition}): ${one.fate.kind}`;
      if (one.fate.kind === "emulated" || one.fate.kind === "gateway") {
        const proof = proofOf(row, one.fate.kind === "emulated" ? one.fate.proof : one.key);
        test(name, async () => {
          expect(proof, `no proof of ${one.key}`).toBeDefined();
          await proof?.();
          // The proof says nothing of when it is needed.
          if (isTriggered(one.condition)) tryLine(row, one, 8, () => undefined);
        });
        continue;
      }
      test(name, () => tryLine(row, one, 8, check));
    }
  });
}
