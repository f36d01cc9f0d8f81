import { describe, expect, test } from "vitest";
import { type InputSchema, type InputWish, toInputSchema } from "../../../src/dialects/converse/schema/parameters.ts";
import { GatewayError } from "../../../src/errors.ts";
import fc from "../../_fc.ts";
import { brokenSchema, soundSchema } from "../_schema-fuzz.ts";
import { judgeOf } from "../_schema-judge.ts";
import { isObject, valuesFor } from "../_schema-values.ts";
import { complaintAboutStrict } from "../anthropic/_schema-judge.ts";
import { complaintAbout, complaintAboutPlain } from "./_schema-judge.ts";
import { complaintOf } from "./_translate.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const settings = { numRuns: 1000, interruptAfterTimeLimit: 8_000 };
const wishes: readonly InputWish[] = [
  { strict: false, plain: false },
  { strict: false, plain: true },
  { strict: true, plain: false },
  { strict: true, plain: true },
];

/** A tool's schema; undefined where it is refused by name. */
function input(schema: JsonObject, wish: InputWish): InputSchema | undefined {
  const before = JSON.stringify(schema);
  try {
    return toInputSchema(schema, "p", wish);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ status: 400, param: "p" });
    return undefined;
  } finally {
    expect(JSON.stringify(schema), "a client's schema is not altered").toBe(before);
  }
}

const bodyWith = (json: unknown): object => ({
  messages: [{ role: "user", content: [{ text: "Hi." }] }],
  toolConfig: { tools: [{ toolSpec: { name: "f", inputSchema: { json } } }] },
});

describe.each([
  ["a schema by the drafts", soundSchema],
  ["whatever looks like a schema", brokenSchema],
] as const)("%s", (_name, schemas) => {
  test.each(wishes)("becomes a tool's that is taken, or a 400 that names it (%o)", (wish) => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const said = input(schema, wish);
        if (said === undefined) return;
        const about = JSON.stringify(said.schema);
        expect(complaintAbout(said.schema), about).toBeUndefined();
        expect(complaintOf(bodyWith(said.schema)), about).toBeUndefined();
        if (said.strict) expect(complaintAboutStrict(said.schema), about).toBeUndefined();
        else if (wish.plain) expect(complaintAboutPlain(said.schema), about).toBeUndefined();
        if (!wish.strict) expect(said.strict).toBe(false);
      }),
      settings,
    );
  });
});

/** Losses that name branches at the top: of arguments for one branch, others may be in the way there. */
const isOfBranches = (path: string): boolean => /(?:anyOf|oneOf)(?:\[\d+\])?$/.test(path);

/** ajv does not see properties of this name, and takes no number as great as that for a multiple of another. */
const judged = soundSchema.filter(
  (schema) => !/"__proto__"|"multipleOf".*1e\+21|1e\+21.*"multipleOf"/.test(JSON.stringify(schema)),
);

describe("values of any sound schema", () => {
  test.each(wishes.slice(0, 2))("stay valid as arguments, and without a loss no others become valid (%o)", (wish) => {
    const withValues = judged.chain((schema) =>
      fc.tuple(fc.constant(schema), fc.array(valuesFor(schema, schema), { minLength: 8, maxLength: 8 })),
    );
    fc.assert(
      fc.property(withValues, ([schema, values]) => {
        const said = input(schema, wish);
        if (said === undefined) return;
        const [before, after] = [judge(schema), judge(said.schema)];
        const losses = said.changes.map(({ path }) => path);
        for (const value of values.filter(isObject)) {
          const [was, is] = [before(value), after(value)];
          if (was === undefined || is === undefined) continue;
          const about = `${JSON.stringify(value)} by ${JSON.stringify(said.schema)}, lost ${losses}`;
          if (was && !losses.some(isOfBranches)) expect(is, `was valid: ${about}`).toBe(true);
          if (!was && losses.length === 0) expect(is, `was not valid: ${about}`).toBe(false);
        }
      }),
      settings,
    );
  });
});

/** References that lead in a circle make a validator recurse without end: no value is judged then. */
function judge(schema: JsonObject): (value: unknown) => boolean | undefined {
  const validate = unlessStumbling(() => judgeOf(schema, "2020-12"));
  return (value) => validate && unlessStumbling(() => validate(value) === true);
}

function unlessStumbling<T>(judging: () => T): T | undefined {
  try {
    return judging();
  } catch (thrown) {
    if (thrown instanceof RangeError || thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}
