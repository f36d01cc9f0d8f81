import { describe, expect, test } from "vitest";
import { type Field, fieldsOf, walk } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import type { Fate } from "../../src/dialects/fates.ts";
import { GatewayError } from "../../src/errors.ts";
import { type CompletionCondition, conditions } from "../../src/operations/completions/conditions.ts";
import { completionFates } from "../../src/operations/completions/fates.ts";
import { fates } from "../../src/operations/completions/over-chat.ts";
import { type CompletionOptions, parseCompletion } from "../../src/operations/completions/parse.ts";
import { fanOutPrompts } from "../../src/operations/completions/prompts.ts";
import type { Change } from "../../src/operations/types.ts";
import fc from "../_fc.ts";
import { valuesOf } from "../fates/_arbitrary.ts";
import { differences, isNamed } from "../fates/_diff.ts";
import { asRequest, facts, overFakeChat, textOfWhole } from "./_completions.ts";

/** A line of the table under one of its conditions. */
interface Line {
  readonly field: string;
  readonly condition: CompletionCondition | "otherwise" | "always";
  readonly fate: Fate;
}

const conditionNames = Object.keys(conditions).filter(isCondition);

function isCondition(name: string): name is CompletionCondition {
  return name in conditions;
}

const lines: readonly Line[] = Object.entries(fates.request).flatMap(([field, fate]): readonly Line[] => {
  if (fate.kind !== "when") return [{ field, condition: "always", fate }];
  const cases = conditionNames.flatMap((condition): readonly Line[] => {
    const decided = fate.cases[condition];
    return decided === undefined ? [] : [{ field, condition, fate: decided }];
  });
  return [...cases, { field, condition: "otherwise", fate: fate.otherwise }];
});

const schemaFields: ReadonlyMap<string, Field> = new Map(
  [...walk(fieldsOf("CreateCompletionRequest", loadSpec("openai").components.schemas))].map((one) => [one.path, one]),
);

const text = fc.stringMatching(/^[a-z]{4,10}$/);

/** Values that the schema alone does not describe. */
const special: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  prompt: text,
  n: fc.integer({ min: 2, max: 8 }),
  response_format: fc.constantFrom({ type: "json_object" }, { type: "text" }),
};

/** What a line means nothing without. */
const beside: Readonly<Record<string, object>> = { "best_of (otherwise)": { n: 20 } };

interface Pair {
  readonly given: Readonly<Record<string, unknown>>;
  readonly contrast: Readonly<Record<string, unknown>>;
}

/** A request that uses the field, and the same without it, or with another value where it cannot be left out. */
function pairsOf({ field, condition }: Line): fc.Arbitrary<Pair> {
  const [top = field, below] = field.split(".");
  const found = schemaFields.get(field);
  if (found === undefined) throw new Error(`no field ${field}`);
  const values = special[field] ?? valuesOf(found);
  const example: object = isCondition(condition) ? (conditions[condition].example.request ?? {}) : {};
  return fc.tuple(values, text).map(([value, other]) => {
    const around = { model: "m", prompt: "Once upon a", ...beside[`${field} (${condition})`], ...example };
    const given = { ...around, ...(top in example ? {} : { [top]: below ? { [below]: value } : value }) };
    const { [top]: _, ...without }: Record<string, unknown> = given;
    return { given, contrast: top === "prompt" ? { ...without, prompt: `${other}${value}` } : without };
  });
}

interface Outcome {
  readonly chat: unknown;
  readonly changes: readonly Change[];
  readonly refusal: GatewayError | undefined;
}

/** What our own table and translator make of a request; chat's table says nothing here. */
function outcomeOf(members: object): Outcome {
  const { operation, audit } = overFakeChat({ leastEffort: () => "low" });
  const request = asRequest(members);
  try {
    const changes = audit(request, facts, "report");
    return { chat: operation.open(request, facts, "unary").body, changes, refusal: undefined };
  } catch (thrown) {
    if (thrown instanceof GatewayError) return { chat: undefined, changes: [], refusal: thrown };
    throw thrown;
  }
}

function check({ field, condition, fate }: Line, { given, contrast }: Pair): void {
  if (isCondition(condition)) expect(conditions[condition].holds(facts, asRequest(given))).toBe(true);
  const told = outcomeOf(given);
  if (fate.kind === "refused") {
    expect(told.refusal).toMatchObject({ status: 400, param: field });
    return;
  }
  const silent = outcomeOf(contrast);
  expect(told.refusal?.message).toBeUndefined();
  expect(silent.refusal?.message).toBeUndefined();
  const notices = told.changes.map((change) => `${change.verb}:${change.path}`);
  expect(notices).toEqual(fate.kind === "reported" ? [`reported:${field}`] : []);
  const places = [...differences(told.chat, silent.chat)];
  if (fate.kind !== "mapped") {
    expect(places, `${field} must leave the chat request as it was`).toEqual([]);
    return;
  }
  expect(places, `${field} must change the chat request`).not.toEqual([]);
  expect(places.filter((place) => !fate.to.some((pattern) => isNamed(place, pattern)))).toEqual([]);
}

const options: CompletionOptions = {
  takes: { tokens: false, ranking: false, manyStops: false },
  tokenizer: "cl100k_base",
};
const parse = (members: object) => parseCompletion({ prompt: "a", ...members }, "the-default", options);

/** What shows the difference a field makes where no chat request can. */
const proofs: Readonly<Record<string, () => Promise<void> | void>> = {
  model: async () => {
    expect((await parse({})).request.model).toBe("the-default");
    expect((await parse({ model: "m" })).request.model).toBe("m");
  },
  stream: async () => {
    expect((await parse({})).stream).toBe(false);
    expect((await parse({ stream: true })).stream).toBe(true);
  },
  stream_options: provesCounts,
  "stream_options.include_usage": provesCounts,
  n: () => {
    expect(fanOutPrompts(asRequest({ prompt: "a" }), options.takes)).toHaveLength(1);
    expect(fanOutPrompts(asRequest({ prompt: "a", n: 3 }), options.takes)).toHaveLength(3);
  },
  "completions/stop": () => {
    const { holds, example } = conditions["stops-here"];
    const request = { prompt: "a", ...example.request };
    expect(holds(facts, asRequest(request))).toBe(true);
    expect(holds(facts, asRequest({ prompt: "a", stop: "\n" }))).toBe(false);
    expect(textOfWhole({ ...request, stop: null }, "b\nc")).toBe("b\nc");
    expect(textOfWhole(request, "b\nc")).toBe("b");
  },
  "completions/echo": () => {
    expect(textOfWhole({ prompt: "a" }, "b")).toBe("b");
    expect(textOfWhole({ prompt: "a", echo: true }, "b")).toBe("ab");
  },
};

async function provesCounts(): Promise<void> {
  expect((await parse({ stream: true })).includeUsage).toBe(false);
  expect((await parse({ stream: true, stream_options: { include_usage: true } })).includeUsage).toBe(true);
}

describe("every line of the table from completions to chat is true of the translator", () => {
  for (const line of lines) {
    const { field, condition, fate } = line;
    const name = `${field} (${condition}): ${fate.kind}`;
    if (fate.kind === "gateway" || fate.kind === "emulated") {
      test(name, async () => {
        const proof = proofs[fate.kind === "emulated" ? fate.proof : field];
        expect(proof, `no proof of ${field}`).toBeDefined();
        await proof?.();
      });
      continue;
    }
    test(name, () => {
      fc.assert(
        fc.property(pairsOf(line), (pair) => check(line, pair)),
        { numRuns: 10 },
      );
    });
  }

  test("these lines are told of or refused, and no others", () => {
    const told = lines.filter(({ fate }) => fate.kind === "reported" || fate.kind === "refused");
    expect(told.map(({ field, condition, fate }) => `${field} (${condition}) ${fate.kind}`)).toEqual([
      "echo (echo-with-logprobs) refused",
      "max_tokens (no-tokens) refused",
      "n_predict (no-predictions) refused",
      "best_of (best-of-above-n) reported",
      "prompt_logprobs (always) reported",
    ]);
  });

  test("what asks for nothing gives no notice", () => {
    const nothing = {
      best_of: 1,
      prompt_logprobs: null,
      echo: false,
      suffix: "",
      logprobs: null,
      n: 1,
      max_tokens: null,
    };
    expect(outcomeOf({ prompt: "a", ...nothing })).toEqual({ ...outcomeOf({ prompt: "a" }), changes: [] });
  });

  test("what no spec knows is left to chat's table", () => {
    expect(outcomeOf({ prompt: "a", brand_new: 1 })).toMatchObject({ changes: [], chat: { brand_new: 1 } });
  });

  test("every field of the spec has its line", () => {
    const places = [...schemaFields.values()].filter((one) => one.kind === "property").map((one) => one.path);
    expect(places.filter((path) => !(path in completionFates))).toEqual([]);
  });
});
