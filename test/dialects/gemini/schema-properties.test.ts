import { describe, expect, test } from "vitest";
import { validateGenerateContentRequest as validateForDeveloper } from "../../../generated/validators/gemini.closed.mjs";
import { validateGenerateContentRequest } from "../../../generated/validators/vertex.closed.mjs";
import type { SchemaForm } from "../../../src/dialects/gemini/models.ts";
import { type Said, toAnswerSchema, toParameters } from "../../../src/dialects/gemini/schema/index.ts";
import { developerSurface } from "../../../src/emulators/gemini/surface.ts";
import { checkRequest } from "../../../src/emulators/vertex/check.ts";
import { familyOf } from "../../../src/emulators/vertex/families.ts";
import { vertexSurface } from "../../../src/emulators/vertex/surface.ts";
import { GatewayError } from "../../../src/errors.ts";
import fc from "../../_fc.ts";
import { brokenSchema, soundSchema } from "../_schema-fuzz.ts";
import { judgeOf } from "../_schema-judge.ts";
import { isObject, valuesFor } from "../_schema-values.ts";

interface Outcome {
  readonly said: Said;
  readonly losses: readonly string[];
}

/** What a schema becomes; undefined where it is refused by name. */
function say(
  to: typeof toParameters,
  schema: Readonly<Record<string, unknown>>,
  form: SchemaForm,
): Outcome | undefined {
  const losses: string[] = [];
  const before = JSON.stringify(schema);
  try {
    return { said: to({ schema, path: "p", lost: (path) => losses.push(path) }, form), losses };
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ status: 400, param: "p" });
    return undefined;
  } finally {
    expect(JSON.stringify(schema), "a client's schema is not altered").toBe(before);
  }
}

const contents = [{ role: "user", parts: [{ text: "Hi." }] }];
const hosts: readonly (readonly [SchemaForm, string])[] = [
  ["json-schema", "gemini-2.5-flash"],
  ["openapi-vertex", "gemini-1.5-pro-002"],
  ["openapi-developer", "gemini-1.5-pro-002"],
];

/** What the specs and the emulated upstream say against a body. */
function complaintAbout(body: object, form: SchemaForm, model: string): unknown {
  const developer = form === "openapi-developer";
  const surface = developer ? developerSurface : vertexSurface;
  const request: unknown = { contents, ...structuredClone(body) };
  const validate = developer ? validateForDeveloper : validateGenerateContentRequest;
  if (!validate(request)) return validate.errors;
  return checkRequest({ request, family: familyOf(model), model, surface })?.body.error?.message;
}

function bodiesOf({ said }: Outcome, use: "parameters" | "answer"): object {
  const { json, older } = said;
  if (use === "answer") {
    const schema = older === undefined ? { responseJsonSchema: json } : { responseSchema: older };
    return { generationConfig: { responseMimeType: "application/json", ...schema } };
  }
  const parameters = older === undefined ? json !== undefined && { parametersJsonSchema: json } : { parameters: older };
  return { tools: [{ functionDeclarations: [{ name: "f", description: "", ...parameters }] }] };
}

describe.each(hosts)("whatever looks like a schema, for %s", (form, model) => {
  test.each([
    ["parameters", toParameters, brokenSchema],
    ["answer", toAnswerSchema, brokenSchema],
    ["parameters", toParameters, soundSchema],
    ["answer", toAnswerSchema, soundSchema],
  ] as const)("becomes %s that the upstream takes, or is a 400 that names it", (use, to, schemas) => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const outcome = say(to, schema, form);
        if (outcome === undefined) return;
        const body = bodiesOf(outcome, use);
        expect(complaintAbout(body, form, model), JSON.stringify(body)).toBeUndefined();
      }),
      { numRuns: 1000, interruptAfterTimeLimit: 8_000 },
    );
  });
});

describe("values of any sound schema", () => {
  test("stay valid, and without a loss no others become valid", () => {
    fc.assert(
      fc.property(
        // ajv does not see properties of this name, and takes no number as great as that for a multiple of another.
        soundSchema
          .filter((schema) => !/"__proto__"|"multipleOf".*1e\+21|1e\+21.*"multipleOf"/.test(JSON.stringify(schema)))
          .chain((schema) =>
            fc.tuple(fc.constant(schema), fc.array(valuesFor(schema, schema), { minLength: 8, maxLength: 8 })),
          ),
        ([schema, values]) => {
          const outcome = say(toAnswerSchema, schema, "json-schema");
          if (outcome === undefined) return;
          const before = judge(schema);
          const after = judge(outcome.said.json);
          if (before === undefined || after === undefined) throw new Error(JSON.stringify(outcome.said.json));
          for (const value of values) {
            const [was, is] = [before(value), after(value)];
            if (was === undefined || is === undefined) continue;
            const about = `${JSON.stringify(value)} by ${JSON.stringify(outcome.said.json)}, lost: ${outcome.losses}, of ${JSON.stringify(schema)}`;
            if (was) expect(is, `was valid: ${about}`).toBe(true);
            else if (outcome.losses.length === 0) expect(is, `was not valid: ${about}`).toBe(false);
          }
        },
      ),
      { numRuns: 1500, interruptAfterTimeLimit: 8_000 },
    );
  });
});

/**
 * References that lead in a circle and nowhere else make a validator recurse without end, and over patterns beside
 * branches ajv stumbles: no value is judged then.
 */
function judge(schema: unknown): ((value: unknown) => boolean | undefined) | undefined {
  if (!isObject(schema)) return undefined;
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
