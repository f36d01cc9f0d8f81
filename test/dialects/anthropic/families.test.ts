import { describe, expect, test } from "vitest";
import { modelOf } from "../../../src/dialects/anthropic/models.ts";
import { ask } from "./_ask.ts";

/** What a model does of all that differs from family to family. */
interface Want {
  /** `max_tokens` where the client says nothing. */
  readonly limit: number;
  /** It is held to a schema by its own means. */
  readonly json: boolean;
  /** What an effort, and a budget, switch on. */
  readonly modes: readonly [effort: string | undefined, budget: string | undefined];
  /** What becomes of the wish not to think. */
  readonly none: "nothing" | "disabled" | "between_tools" | "low effort";
  /** What the efforts beyond high become. */
  readonly most: readonly [xhigh: string | undefined, max: string | undefined];
  readonly sampling: boolean;
  /** What becomes of `required`. */
  readonly forced: "any" | "auto";
  /** It goes on with an answer that the client has begun. */
  readonly prefill: boolean;
  /** It takes instructions in the middle of a conversation. */
  readonly midway: boolean;
  /** Its thoughts are good behind one conversation alone. */
  readonly bound: boolean;
}

const three: Want = {
  limit: 4096,
  json: false,
  modes: [undefined, undefined],
  none: "nothing",
  most: [undefined, undefined],
  sampling: true,
  forced: "any",
  prefill: true,
  midway: false,
  bound: false,
};
const budgets: Want = { ...three, limit: 64_000, modes: ["enabled", "enabled"], none: "disabled" };
const six: Want = {
  ...budgets,
  limit: 128_000,
  json: true,
  modes: ["adaptive", "enabled"],
  most: ["high", "max"],
  prefill: false,
};
const seven: Want = { ...six, modes: ["adaptive", "adaptive"], most: ["xhigh", "max"], sampling: false };
const five: Want = { ...seven, midway: true };
const restless: Want = { ...five, none: "low effort" };
const unforced: Want = { ...restless, forced: "auto", bound: true };

const rows: readonly (readonly [model: string, want: Want])[] = [
  ["claude-2.1", three],
  ["claude-3-haiku", three],
  ["claude-3-opus", three],
  ["claude-3-5-haiku", { ...three, limit: 8192 }],
  ["claude-3-5-sonnet", { ...three, limit: 8192 }],
  ["claude-3-7-sonnet", budgets],
  ["claude-sonnet-4", budgets],
  ["claude-opus-4", { ...budgets, limit: 32_000 }],
  ["claude-opus-4-1", { ...budgets, limit: 32_000, json: true }],
  ["claude-sonnet-4-5", { ...budgets, json: true }],
  ["claude-haiku-4-5", { ...budgets, json: true }],
  ["claude-opus-4-5", { ...budgets, json: true }],
  ["claude-sonnet-4-6", six],
  ["claude-opus-4-6", six],
  ["claude-opus-4-7", seven],
  ["claude-opus-4-8", five],
  ["claude-sonnet-5", seven],
  ["claude-opus-5", five],
  ["claude-haiku-5-5", { ...five, bound: true }],
  ["claude-fable-5", restless],
  ["claude-mythos-5", restless],
  ["claude-fable-5-1", unforced],
  ["claude-fable-5-2", unforced],
  ["claude-mythos-5-1", unforced],
  ["claude-mythos-5-2", unforced],
  ["claude-opus-5-5", unforced],
  ["claude-sonnet-5-5", { ...unforced, none: "between_tools" }],
  ["claude-someone-6", five],
];

const user = { role: "user", content: "Hi." };
const tools = [{ type: "function", function: { name: "f" } }];
const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const response_format = { type: "json_schema", json_schema: { name: "a", schema } };
const thinking_blocks = [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }];

/** Members of the body that a request becomes. */
function sent(members: object, model: string) {
  const { body } = ask(members, model);
  const { thinking, output_config, tool_choice, messages }: Partial<Record<string, object>> = JSON.parse(
    JSON.stringify(body),
  );
  return { body, thinking, output_config, tool_choice, messages: Array.isArray(messages) ? messages : [] };
}

function typeOf(value: object | undefined): unknown {
  return value !== undefined && "type" in value ? value.type : undefined;
}

function effortOf(reasoning_effort: string, model: string): unknown {
  return Reflect.get(sent({ reasoning_effort }, model).output_config ?? {}, "effort");
}

function without(model: string): unknown {
  const { thinking, output_config } = sent({ reasoning_effort: "none" }, model);
  if (output_config !== undefined) {
    expect([thinking, output_config]).toEqual([undefined, { effort: "low" }]);
    return "low effort";
  }
  return typeOf(thinking) ?? "nothing";
}

describe("§2.1 what each model is sent", () => {
  test.each(rows)("%s", (model, want) => {
    const begun = { messages: [user, { role: "assistant", content: "Well," }] };
    const midway = { messages: [user, { role: "system", content: "Be kind." }] };
    const kept = { messages: [user, { role: "assistant", content: "So.", thinking_blocks }, user] };
    const got: Want | Record<string, unknown> = {
      limit: sent({}, model).body["max_tokens"],
      json: Object.hasOwn(sent({ response_format }, model).output_config ?? {}, "format"),
      modes: [
        typeOf(sent({ reasoning_effort: "high" }, model).thinking),
        typeOf(sent({ thinking: { type: "enabled", budget_tokens: 2000 } }, model).thinking),
      ],
      none: without(model),
      most: [effortOf("xhigh", model), effortOf("max", model)],
      sampling: Object.hasOwn(sent({ temperature: 0.5 }, model).body, "temperature"),
      forced: typeOf(sent({ tools, tool_choice: "required" }, model).tool_choice),
      prefill: sent(begun, model).messages.length === 2,
      midway: sent(midway, model).messages.length === 2,
      bound: Object.hasOwn(sent(kept, model).thinking ?? {}, "block_binding"),
    };
    expect(got).toEqual(want);
  });

  test.each(rows)("%s is the same under the names that hosts have for it", (model) => {
    const facts = modelOf({ upstreamModel: model });
    const dotted = model.replace(/-(\d)-(\d)(?!\d)/, "-$1.$2");
    for (const name of [
      dotted,
      `anthropic/${dotted}`,
      `${model}-20260915`,
      `${model}@20260915`,
      `us.anthropic.${model}-20260915-v1:0`,
      `global.anthropic.${model}-v1`,
      `arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.${model}-20260915-v1:0`,
      model.toUpperCase(),
    ]) {
      expect(modelOf({ upstreamModel: name }), name).toBe(facts);
    }
  });

  test.each(rows.filter(([, { modes }]) => modes[0] !== undefined))(
    "%s does not think where a call is forced, if it can do without",
    (model, { none, forced, modes }) => {
      const { thinking, tool_choice } = sent({ tools, tool_choice: "required", reasoning_effort: "high" }, model);
      const canDo = none === "disabled" && forced === "any";
      const isOn = typeOf(thinking) === "adaptive" || typeOf(thinking) === "enabled";
      expect(isOn).toBe(!canDo);
      expect(typeOf(tool_choice)).toBe(forced);
      expect(modes).not.toContain(undefined);
    },
  );
});
