import type { Field } from "../fields.ts";
import { isRaw, rawOf } from "../readers/json.ts";
import type { Schema, Spec } from "../schema.ts";
import { outlineOf } from "./check.ts";
import type { Seen } from "./compare.ts";
import type { Deviation } from "./deviations.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Oracle } from "./oracle.ts";
import { schemasOf, within } from "./rule.ts";

/** What taking things out of a spec, one at a time, brought to light. */
export interface Proof {
  /** How many of them some description could have noticed. */
  readonly altered: number;
  readonly noticed: number;
  /** Those that nothing noticed although a description has the place and speaks of such things. */
  readonly unnoticed: readonly string[];
  /** Those at places that no description has, or of a kind that none of them speaks of there. */
  readonly unseen: readonly string[];
}

/** A spec with one thing less. */
export interface Alteration {
  /** What is gone: `Model.id`, `required Model.id`, `Model.object=model`. */
  readonly gone: string;
  /** Makes the altered copy. */
  readonly apply: () => Spec;
}

/**
 * Takes each property, each word of a list and each `required` out of a spec and looks whether a comparison notices.
 *
 * A property goes together with its `required`. The house rules have no say.
 */
export function prove(name: string, spec: Spec, oracles: readonly Oracle[], deviations: readonly Deviation[]): Proof {
  const look = (altered: Spec): readonly Verdict[] =>
    oracles.map((oracle) => judge(name, outlineOf(name, altered), oracle, deviations));
  const before = look(spec);
  const unnoticed: string[] = [];
  const unseen: string[] = [];
  let noticed = 0;
  for (const { gone, apply } of alterationsOf(spec)) {
    const after = lookAt(apply(), look);
    if (after === undefined || after.some(({ fine }) => !fine)) noticed++;
    else if (after.some((verdict, index) => isSeen(before[index], verdict))) unnoticed.push(gone);
    else unseen.push(gone);
  }
  return { altered: noticed + unnoticed.length, noticed, unnoticed, unseen };
}

/** Undefined where the comparison cannot even be made: a union has lost its tag. */
function lookAt(spec: Spec, look: (spec: Spec) => readonly Verdict[]): readonly Verdict[] | undefined {
  try {
    return look(spec);
  } catch {
    return undefined;
  }
}

/** Whether what is gone shows at a place where a description could have said something about it. */
function isSeen(before: Verdict | undefined, after: Verdict): boolean {
  return [...(before?.comparison.seen ?? [])].some(([path, was]) => {
    const is = after.comparison.seen.get(path);
    return is === undefined || shows(was, is);
  });
}

function shows(was: Seen, is: Seen): boolean {
  const words = ({ values }: Field): string => JSON.stringify(values ?? []);
  return (
    (was.required && was.field.required !== is.field.required) || (was.words && words(was.field) !== words(is.field))
  );
}

/** Every spec that lacks one property, one word or one `required`. */
export function alterationsOf(spec: Spec): readonly Alteration[] {
  return schemasIn(spec).flatMap(({ place, schema }, index) => {
    const alter = (gone: string, change: (schema: Schema) => void): Alteration => {
      const apply = (): Spec => {
        const copy = structuredClone(spec);
        const found = schemasIn(copy)[index];
        if (found !== undefined) change(found.schema);
        return copy;
      };
      return { gone, apply };
    };
    return [
      ...Object.keys(schema.properties ?? {}).map((name) => alter(`${place}.${name}`, (one) => dropMember(one, name))),
      ...(schema.required ?? []).map((name) => alter(`required ${place}.${name}`, (one) => dropRequired(one, name))),
      ...(schema.enum ?? [])
        .filter((word) => typeof word === "string")
        .map((word) => alter(`${place}=${word}`, (one) => dropWord(one, word))),
    ];
  });
}

/** Schemas of components and of shared parameters. */
function schemasIn(spec: Spec): readonly { readonly place: string; readonly schema: Schema }[] {
  const parameters = Object.entries(rawOf(spec.components["parameters"]));
  const own = parameters.flatMap(([name, parameter]) => {
    const schema: unknown = rawOf(parameter)["schema"];
    return isSchema(schema) ? within({ place: `parameter ${name}`, schema, property: false }) : [];
  });
  return [...schemasOf(spec), ...own];
}

const isSchema = (value: unknown): value is Schema => isRaw(value);

function dropMember(schema: Schema, name: string): void {
  delete schema.properties?.[name];
  dropRequired(schema, name);
}

function dropRequired(schema: Schema, name: string): void {
  schema.required = schema.required?.filter((one) => one !== name) ?? [];
}

function dropWord(schema: Schema, word: string): void {
  const rest = schema.enum?.filter((one) => one !== word) ?? [];
  // An empty list would allow nothing; without the list anything goes.
  if (rest.some((one) => one !== null)) schema.enum = rest;
  else delete schema.enum;
}
