import { type Field, walk } from "../../scripts/spec/fields.ts";
import fc from "../_fc.ts";
import { objectOf, valuesOf } from "./_arbitrary.ts";
import { absent, type Beside, chainTo, fill, isObject } from "./_build.ts";

/** An upstream answer with a field, and others without it or with another value. */
export interface AnswerContrast {
  readonly given: object;
  readonly contrasts: readonly object[];
  /** Where the field stands in `given`: `choices[0].message.content`. */
  readonly place: string;
}

/** What answers are made of, by the paths of their fields; patterns look at a line's whole key, with its word. */
export interface Ingredients {
  /** Members of the objects on the way to a field: the answer that is there anyway. */
  readonly base: Beside;
  /** Items of the lists on the way to a field. */
  readonly siblings: readonly (readonly [key: RegExp, list: string, items: readonly object[]])[];
  /** What a field needs beside it; the first that fits. */
  readonly beside: readonly (readonly [key: RegExp, members: Beside])[];
  /** Values that the schema alone does not describe. */
  readonly special: readonly (readonly [key: RegExp, values: fc.Arbitrary<unknown>])[];
  /** What a field is held against where it cannot be left out, or where leaving it out shows nothing. */
  readonly others: readonly (readonly [key: RegExp, values: readonly unknown[]])[];
  /** What comes in place of a whole event that is left out. */
  readonly none?: (key: string) => object;
}

/** Answers that use a field, each beside some that do not. */
export function answersFor(root: Field, ingredients: Ingredients, key: string): fc.Arbitrary<AnswerContrast> {
  const [path = "", word] = key.split("=");
  const field = [...walk(root)].find((one) => one.path === path);
  if (field === undefined) throw new Error(`no field ${path}`);
  const values = ingredients.special.find(([one]) => one.test(path))?.[1] ?? anyOf(field);
  const value = word === undefined ? values : fc.constant<unknown>(word);
  return fc.tuple(value, values).map(([one, another]) => {
    const listed = ingredients.others.find(([pattern]) => pattern.test(key))?.[1];
    const others = listed ?? [isRemovable(root, field) ? absent : another];
    const steps: string[] = [];
    const place = (held: unknown): object => {
      steps.length = 0;
      const answer = fill(chainTo(root, path), held, aroundOf(ingredients, key), steps);
      if (answer === absent && ingredients.none !== undefined) return ingredients.none(key);
      if (!isObject(answer)) throw new Error(`${path} stands nowhere`);
      return answer;
    };
    const different = others.filter((other) => other === absent || JSON.stringify(other) !== JSON.stringify(one));
    return { contrasts: different.map(place), given: place(one), place: steps.join("").replace(/^\./, "") };
  });
}

/** What an answer is valid without: an optional member, or a variant that is one, an item of a list or a whole event. */
function isRemovable(root: Field, field: Field): boolean {
  if (field.kind !== "variant") return !field.required;
  const [, holder] = chainTo(root, field.path).toReversed();
  return holder?.kind === "item" || holder?.kind === "root" || holder?.required === false;
}

function anyOf(field: Field): fc.Arbitrary<unknown> {
  return field.kind === "variant" ? objectOf(field) : valuesOf(field);
}

function aroundOf({ base, siblings, beside }: Ingredients, key: string): Parameters<typeof fill>[2] {
  const members: Record<string, object> = { ...base };
  for (const [place, more] of Object.entries(beside.find(([one]) => one.test(key))?.[1] ?? {})) {
    members[place] = { ...members[place], ...more };
  }
  const there = siblings.filter(([one]) => one.test(key));
  return { beside: members, siblings: (list) => there.find(([, name]) => name === list)?.[2] ?? [] };
}
