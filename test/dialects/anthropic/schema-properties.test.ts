import { describe, expect, test } from "vitest";
import { toOutputSchema } from "../../../src/dialects/anthropic/schema/output.ts";
import { type InputSchema, toInputSchema } from "../../../src/dialects/anthropic/schema/parameters.ts";
import { GatewayError } from "../../../src/errors.ts";
import fc from "../../_fc.ts";
import { asRead, brokenSchema, soundSchema } from "../_schema-fuzz.ts";
import { judgeOf } from "../_schema-judge.ts";
import { isObject, valuesFor } from "../_schema-values.ts";
import { complaintAboutInput, complaintAboutStrict } from "./_schema-judge.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const settings = { numRuns: 1500, interruptAfterTimeLimit: 8_000 };

/** A tool's schema; undefined where it is refused by name. */
function input(schema: JsonObject, strict: boolean): InputSchema | undefined {
  const before = JSON.stringify(schema);
  try {
    return toInputSchema(schema, "p", { strict });
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ status: 400, param: "p" });
    return undefined;
  } finally {
    expect(JSON.stringify(schema), "a client's schema is not altered").toBe(before);
  }
}

describe.each([
  ["a schema by the drafts", soundSchema],
  ["whatever looks like a schema", brokenSchema],
] as const)("%s", (_name, schemas) => {
  test.each([true, false])("becomes a tool's that is taken, or a 400 that names it (strict: %s)", (strict) => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const said = input(schema, strict);
        if (said === undefined) return;
        expect(complaintAboutInput(said.schema), JSON.stringify(said.schema)).toBeUndefined();
        if (said.strict) expect(complaintAboutStrict(said.schema), JSON.stringify(said.schema)).toBeUndefined();
      }),
      settings,
    );
  });

  test("becomes one for answers that is taken, unless it does not fit", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const said = toOutputSchema(schema, "p");
        if (said.fits) expect(complaintAboutStrict(said.schema), JSON.stringify(said.schema)).toBeUndefined();
      }),
      settings,
    );
  });
});

/** A value as it is sent: arguments that were renamed bear the names that Claude takes. */
function asSent(value: JsonObject, { members }: InputSchema): JsonObject {
  const sent = new Map([...members].map(([now, name]) => [name, now]));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [sent.get(name) ?? name, member]));
}

/** Losses that name branches at the top: of arguments for one branch, others may be in the way there. */
const isOfBranches = (path: string): boolean => /(?:anyOf|oneOf)(?:\[\d+\])?$/.test(path);

/** ajv does not see properties of this name, and takes no number as great as that for a multiple of another. */
const judged = soundSchema.filter(
  (schema) => !/"__proto__"|"multipleOf".*1e\+21|1e\+21.*"multipleOf"/.test(JSON.stringify(schema)),
);
const withValues = <T extends JsonObject>(schemas: fc.Arbitrary<T>) =>
  schemas.chain((schema) =>
    fc.tuple(fc.constant(schema), fc.array(valuesFor(schema, schema), { minLength: 8, maxLength: 8 })),
  );

describe("values of any sound schema", () => {
  test("stay valid as arguments, and without a loss no others become valid", () => {
    fc.assert(
      fc.property(withValues(judged), ([schema, values]) => {
        const said = input(schema, false);
        if (said === undefined) return;
        const [before, after] = [judge(schema), judge(said.schema)];
        const losses = said.changes.filter(({ verb }) => verb === "downgraded").map(({ path }) => path);
        for (const value of values.filter(isObject)) {
          const [was, is] = [before(value), after(asSent(value, said))];
          if (was === undefined || is === undefined) continue;
          const about = `${JSON.stringify(value)} by ${JSON.stringify(said.schema)}, lost ${losses}`;
          if (was && !losses.some(isOfBranches)) expect(is, `was valid: ${about}`).toBe(true);
          if (!was && losses.length === 0) expect(is, `was not valid: ${about}`).toBe(false);
        }
      }),
      settings,
    );
  });

  test("are the only ones that answers may be, where nothing is lost", () => {
    fc.assert(
      fc.property(withValues(judged), ([schema, values]) => {
        const said = toOutputSchema(schema, "p");
        if (!said.fits || said.changes.length > 0) return;
        const [before, after] = [judge(schema), judge(said.schema)];
        for (const value of values) {
          if (after(value) !== true) continue;
          expect(before(value), `${JSON.stringify(value)} by ${JSON.stringify(said.schema)}`).not.toBe(false);
        }
      }),
      settings,
    );
  });
});

const name = fc.constantFrom("a", "const", "type", "properties", "enum", "$ref", "anyOf", "not", "items", "required");

/** Schemas that Claude can be held to, with bounds that it cannot be held to. */
const { closedSchema } = fc.letrec<{ closedSchema: JsonObject }>((tie) => ({
  closedSchema: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom<JsonObject>(
      { type: "string" },
      { type: "string", minLength: 2 },
      { type: "string", enum: ["a", "abc"] },
      { type: "integer", minimum: 1 },
      { type: "number", exclusiveMaximum: 3 },
      { type: ["boolean", "null"] },
      { const: true },
      { enum: ["a", 1, null] },
      { type: ["string", "integer"], maxLength: 3 },
    ),
    fc.record(
      { type: fc.constant("array"), items: tie("closedSchema"), minItems: fc.nat(3) },
      { requiredKeys: ["type", "items"] },
    ),
    fc.record({ anyOf: fc.array(tie("closedSchema"), { minLength: 1, maxLength: 3 }) }),
    fc
      .dictionary(name, tie("closedSchema"), { minKeys: 1, maxKeys: 3 })
      .chain((properties) =>
        fc
          .subarray(Object.keys(properties))
          .map((required) => ({ type: "object", properties, required, additionalProperties: false })),
      ),
  ),
}));

describe("values of schemas that answers can be held to", () => {
  test("stay valid, and no others become valid unless it is told", () => {
    fc.assert(
      fc.property(withValues(closedSchema.map(asRead)), ([schema, values]) => {
        const said = toOutputSchema(schema, "p");
        if (!said.fits) return;
        const [before, after] = [judge(schema), judge(said.schema)];
        for (const value of values) {
          const about = `${JSON.stringify(value)} by ${JSON.stringify(said.schema)}`;
          if (before(value) === true) expect(after(value), `was valid: ${about}`).toBe(true);
          else if (said.changes.length === 0) expect(after(value), `was not valid: ${about}`).toBe(false);
        }
      }),
      settings,
    );
  });

  test("keep every member, whatever it is called", () => {
    fc.assert(
      fc.property(fc.dictionary(name, closedSchema, { minKeys: 1, maxKeys: 4 }), (properties) => {
        const schema = asRead({ type: "object", properties, additionalProperties: false });
        const names = namesIn(schema);
        expect(namesIn(toOutputSchema(schema, "p").schema)).toEqual(names);
        for (const strict of [true, false]) {
          const said = toInputSchema(schema, "p", { strict });
          expect(namesIn(asNamed(said))).toEqual(names);
        }
      }),
      settings,
    );
  });
});

/** Names of properties at every level, from the outside in. */
function namesIn(schema: unknown): readonly string[] {
  if (!isObject(schema)) return [];
  const { properties, items, anyOf } = schema;
  const members = isObject(properties) ? Object.entries(properties) : [];
  const here = members.flatMap(([name, one]) => [name, ...namesIn(one).map((below) => `${name}/${below}`)]);
  return [...here, ...namesIn(items), ...(Array.isArray(anyOf) ? anyOf.flatMap(namesIn) : [])];
}

/** A tool's schema with the client's names. */
function asNamed({ schema, members }: InputSchema): JsonObject {
  const { properties } = schema;
  if (!isObject(properties)) return schema;
  const named = Object.entries(properties).map(([sent, one]) => [members.get(sent) ?? sent, one] as const);
  return { ...schema, properties: Object.fromEntries(named) };
}

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
