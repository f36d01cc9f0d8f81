import { describe, expect, test } from "vitest";
import { ask, refusalOf } from "./_ask.ts";
import { bedrock } from "./_translate.ts";

const budgets = "claude-sonnet-4-5";
const six = "claude-opus-4-6";
const eight = "claude-opus-4-8";
const on = "claude-opus-5";
const always = "claude-fable-5";
const between = "claude-sonnet-5-5";

const enabled = (budget_tokens: number, more: object = {}) => ({ type: "enabled", budget_tokens, ...more });
const adaptive = (more: object = {}) => ({ type: "adaptive", ...more });
const seen = { display: "summarized" };
const unseen = { display: "omitted" };
const off = { type: "disabled" };
const effort = "reasoning_effort";
const clamped = [`clamped:${effort}`];

/** What the client says, beside the thinking and the effort it becomes, and what is told. */
type Row = [
  model: string,
  members: object,
  thinking: object | undefined,
  effort?: string | undefined,
  told?: readonly string[],
];

describe("§7 thinking", () => {
  test.each<Row>([
    // budgets: shares of the limit
    [budgets, {}, undefined],
    [budgets, { [effort]: "none" }, off],
    [budgets, { [effort]: "minimal" }, enabled(1024)],
    [budgets, { [effort]: "low" }, enabled(6400)],
    [budgets, { [effort]: "medium" }, enabled(19_200)],
    [budgets, { [effort]: "high" }, enabled(38_400)],
    [budgets, { [effort]: "xhigh" }, enabled(57_600)],
    [budgets, { [effort]: "max" }, enabled(60_800)],
    [budgets, { [effort]: "high", max_tokens: 4000 }, enabled(2400)],
    [budgets, { [effort]: "low", max_tokens: 4000 }, enabled(1024)],
    [budgets, { [effort]: "low", max_tokens: 1024 }, undefined, undefined, clamped],
    [budgets, { [effort]: "low", max_tokens: 1025 }, enabled(1024)],
    [budgets, { thinking: enabled(5000) }, enabled(5000, seen)],
    [budgets, { thinking: enabled(500) }, enabled(1024, seen), undefined, ["clamped:thinking.budget_tokens"]],
    [
      budgets,
      { thinking: enabled(9000), max_tokens: 8000 },
      enabled(4000, seen),
      undefined,
      ["clamped:thinking.budget_tokens"],
    ],
    [
      budgets,
      { thinking: enabled(8000), max_tokens: 8000 },
      enabled(4000, seen),
      undefined,
      ["clamped:thinking.budget_tokens"],
    ],
    [budgets, { thinking: enabled(7999), max_tokens: 8000 }, enabled(7999, seen)],
    [budgets, { thinking: { type: "enabled" } }, enabled(19_200, seen)],
    [budgets, { thinking: { type: "adaptive" } }, enabled(19_200, seen)],
    [budgets, { thinking: off }, off],
    [budgets, { thinking_budget: 0 }, off],
    [budgets, { enable_thinking: true }, enabled(19_200, seen)],
    [budgets, { include_reasoning: true }, undefined],
    // Opus 4.6: efforts, and budgets where the client has a number
    [six, {}, undefined],
    [six, { [effort]: "none" }, off],
    [six, { [effort]: "minimal" }, adaptive(), "low", clamped],
    [six, { [effort]: "high" }, adaptive(), "high"],
    [six, { [effort]: "xhigh" }, adaptive(), "high", clamped],
    [six, { [effort]: "max" }, adaptive(), "max"],
    [six, { thinking: enabled(5000) }, enabled(5000, seen)],
    [six, { thinking: adaptive() }, adaptive(seen)],
    [six, { include_reasoning: true }, undefined],
    // efforts alone
    [eight, {}, undefined],
    [eight, { [effort]: "none" }, off],
    [eight, { [effort]: "low" }, adaptive(), "low"],
    [eight, { [effort]: "medium" }, adaptive(), "medium"],
    [eight, { [effort]: "xhigh" }, adaptive(), "xhigh"],
    [eight, { [effort]: "max" }, adaptive(), "max"],
    [eight, { thinking: enabled(1000) }, adaptive(seen), "low", ["clamped:thinking.budget_tokens"]],
    [eight, { thinking: enabled(8000) }, adaptive(seen), "medium", ["clamped:thinking.budget_tokens"]],
    [eight, { thinking: enabled(32_000) }, adaptive(seen), "high", ["clamped:thinking.budget_tokens"]],
    [eight, { thinking_budget: -1 }, adaptive()],
    [eight, { reasoning: { enabled: true } }, adaptive(seen)],
    [eight, { reasoning: { effort: "high", exclude: true } }, adaptive(unseen), "high"],
    [eight, { thinking: adaptive(unseen) }, adaptive(unseen)],
    [eight, { max_tokens: 100 }, undefined],
    // thinks where nothing is said
    [on, {}, undefined],
    [on, { [effort]: "none" }, off],
    [on, { include_reasoning: true }, adaptive(seen)],
    [on, { include_reasoning: false }, adaptive(unseen)],
    [on, { include_reasoning: true, reasoning: { exclude: true } }, adaptive(unseen)],
    [on, { max_tokens: 1023 }, off, undefined, clamped],
    [on, { max_tokens: 1024 }, undefined],
    [on, { max_tokens: 100, [effort]: "low" }, adaptive(), "low"],
    [on, { max_tokens: 100, include_reasoning: true }, adaptive(seen)],
    // cannot be kept from it
    [always, { [effort]: "none" }, undefined, "low", clamped],
    [always, { thinking: off }, undefined, "low", ["clamped:thinking.type"]],
    [always, { [effort]: "max" }, adaptive(), "max"],
    [always, { max_tokens: 100 }, undefined, "low", clamped],
    [between, { [effort]: "none" }, { type: "between_tools" }, undefined, clamped],
    [between, { [effort]: "low" }, adaptive(), "low"],
    [between, { max_tokens: 100 }, { type: "between_tools" }, undefined, clamped],
    // does not think
    ["claude-3-5-haiku-20241022", { [effort]: "high" }, undefined, undefined, [`reported:${effort}`]],
    ["claude-3-5-haiku-20241022", { [effort]: "none" }, undefined],
    ["claude-3-5-haiku-20241022", { thinking: enabled(5000) }, undefined, undefined, ["reported:thinking"]],
    // several wishes
    [eight, { [effort]: "low", thinking: enabled(32_000) }, adaptive(seen), "low", ["reported:thinking.budget_tokens"]],
    [eight, { [effort]: "low", reasoning: { effort: "low" } }, adaptive(seen), "low"],
    [
      eight,
      { reasoning: { effort: "high" }, thinking_budget: 0 },
      adaptive(seen),
      "high",
      ["reported:thinking_budget"],
    ],
  ])("%s: %j", (model, members, thinking, word, told = []) => {
    const asked = ask(members, model);
    expect(asked.body["thinking"]).toEqual(thinking);
    expect(asked.body["output_config"]).toEqual(word === undefined ? undefined : { effort: word });
    expect(asked.told).toEqual(told);
  });

  test.each<[members: object, param: string]>([
    [{ reasoning_effort: "hard" }, "reasoning_effort"],
    [{ reasoning: { effort: "hard" } }, "reasoning.effort"],
    [{ thinking: { type: "on" } }, "thinking.type"],
  ])("%j has no such word", (members, param) => {
    expect(refusalOf(members, eight)).toBe(`invalid_value ${param}`);
  });
});

const tools = [{ type: "function", function: { name: "f" } }];

describe("§2.1 thinking and forced calls", () => {
  test.each<[model: string, thinking: object | undefined, effort: string | undefined, told: readonly string[]]>([
    [budgets, undefined, undefined, [`reported:${effort}`]],
    [six, undefined, undefined, [`reported:${effort}`]],
    [eight, undefined, undefined, [`reported:${effort}`]],
    [on, off, undefined, [`reported:${effort}`]],
    [always, adaptive(), "high", []],
    ["claude-opus-5-5", adaptive(), "high", ["downgraded:tool_choice"]],
    [between, adaptive(), "high", ["downgraded:tool_choice"]],
  ])("%s", (model, thinking, word, told) => {
    const { body, told: said } = ask({ tools, tool_choice: "required", [effort]: "high" }, model);
    expect(body["thinking"]).toEqual(thinking);
    expect(body["output_config"]).toEqual(word === undefined ? undefined : { effort: word });
    expect(said).toEqual(told);
  });

  test("a model that thinks by itself does not where a call is forced", () => {
    expect(ask({ tools, tool_choice: "required" }, on).body["thinking"]).toEqual(off);
    expect(ask({ tools, tool_choice: "auto" }, on).body).not.toHaveProperty("thinking");
  });
});

const thought = { type: "thinking", thinking: "Hm.", signature: "c2ln" };
const redacted = { type: "redacted_thinking", data: "c2VjcmV0" };
const call = { id: "toolu_1", type: "function", function: { name: "f", arguments: "{}" } };
const text = (one: string) => ({ type: "text", text: one });

/** A conversation whose model's turn a client has kept so, and what is sent of the turn. */
function kept(message: object, model = eight, members: object = {}) {
  const messages = [
    { role: "user", content: "Hi." },
    { role: "assistant", content: "So.", ...message },
    { role: "user", content: "Go." },
  ];
  return ask({ messages, ...members }, model);
}

const turnOf = ({ body }: { readonly body: Record<string, unknown> }): unknown =>
  Array.isArray(body["messages"]) ? body["messages"][1].content : undefined;

describe("§7 thoughts of earlier turns", () => {
  test.each<[name: string, message: object, blocks: readonly object[]]>([
    ["LiteLLM's", { thinking_blocks: [thought, redacted] }, [thought, redacted]],
    ["hidden ones", { thinking_blocks: [{ type: "thinking", signature: "c2ln" }] }, [{ ...thought, thinking: "" }]],
    ["unsigned ones", { thinking_blocks: [{ type: "thinking", thinking: "Hm." }] }, []],
    ["text alone", { reasoning_content: "Hm.", reasoning: "Hm." }, []],
    [
      "OpenRouter's",
      {
        reasoning_details: [
          { type: "reasoning.text", text: "Hm.", signature: "c2ln", format: "anthropic-claude-v1" },
          { type: "reasoning.encrypted", data: "c2VjcmV0" },
          { type: "reasoning.summary", summary: "Hm." },
        ],
      },
      [thought, redacted],
    ],
    [
      "OpenRouter's in the parts of a stream",
      {
        reasoning_details: [
          { type: "reasoning.text", text: "H", index: 0 },
          { type: "reasoning.text", text: "m.", index: 0 },
          { type: "reasoning.text", signature: "c2ln", index: 0 },
          { type: "reasoning.encrypted", data: "c2VjcmV0", index: 1 },
          { type: "reasoning.text", text: "Hm.", signature: "c2ln", index: 2 },
        ],
      },
      [thought, redacted, thought],
    ],
    ["another maker's", { reasoning_details: [{ data: "x", format: "openai-responses-v1" }] }, []],
    ["LiteLLM's before OpenRouter's", { thinking_blocks: [thought], reasoning_details: [{ data: "x" }] }, [thought]],
    ["Google's", { thinking_blocks: [thought], extra_content: { google: { thought_signature: "x" } } }, []],
  ])("%s", (_name, message, blocks) => {
    const asked = kept(message);
    expect(turnOf(asked)).toEqual([...blocks, text("So.")]);
    expect(asked.told).toEqual([]);
  });

  test.each([
    { extra_content: { google: { thought_signature: "x" } } },
    { id: "toolu_1__thought__x" },
    { function: { name: "f", arguments: "{}", thought_signature: "x" } },
  ])("beside a call that Google signed they are Google's: %j", (more) => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", tool_calls: [{ ...call, ...more }], thinking_blocks: [thought] },
      { role: "tool", tool_call_id: "toolu_1", content: "1" },
    ];
    expect(turnOf(ask({ messages, tools }, eight))).toEqual([
      { type: "tool_use", id: "toolu_1", name: "f", input: {} },
    ]);
  });

  test("thoughts that led to nothing are left out", () => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "", thinking_blocks: [thought] },
    ];
    expect(ask({ messages }, eight).body["messages"]).toEqual([{ role: "user", content: [text("Hi.")] }]);
  });

  const binding = { block_binding: { prefix_mismatch_behavior: "drop_block" } };

  test.each<[model: string, members: object, replayed: boolean, thinking: object | undefined]>([
    [eight, {}, true, undefined],
    [on, { [effort]: "none" }, true, off],
    ["claude-opus-5-5", {}, true, adaptive(binding)],
    ["claude-opus-5-5", { [effort]: "low" }, true, adaptive(binding)],
    ["claude-fable-5-1", { [effort]: "none" }, true, adaptive(binding)],
    ["claude-haiku-5-5", { include_reasoning: true }, true, adaptive({ ...seen, ...binding })],
    ["claude-haiku-5-5", { [effort]: "none" }, false, off],
    [between, {}, true, adaptive(binding)],
    [between, { [effort]: "none" }, false, { type: "between_tools" }],
  ])("on %s with %j", (model, members, replayed, thinking) => {
    const asked = kept({ thinking_blocks: [thought] }, model, members);
    expect(turnOf(asked)).toEqual(replayed ? [thought, text("So.")] : [text("So.")]);
    expect(asked.body["thinking"]).toEqual(thinking);
    const isBound = JSON.stringify(thinking)?.includes("drop_block") === true;
    expect(asked.headers).toEqual(isBound ? { "anthropic-beta": "thinking-binding-controls-2026-08-01" } : undefined);
  });

  test("Bedrock has another word for the binding", () => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "So.", thinking_blocks: [thought] },
      { role: "user", content: "Go." },
    ];
    const { body } = ask({ messages }, "anthropic.claude-opus-5-5-v1:0", bedrock);
    expect(body["thinking"]).toEqual(adaptive({ block_binding: { mismatch_behavior: "drop_block" } }));
  });

  const inLoop = (more: object) => [
    { role: "user", content: "Hi." },
    { role: "assistant", tool_calls: [call], ...more },
    { role: "tool", tool_call_id: "toolu_1", content: "1" },
  ];

  test("with budgets the model does not think on without the thoughts behind its last calls", () => {
    const lost = ask({ messages: inLoop({}), tools, [effort]: "low" });
    expect(lost.body).not.toHaveProperty("thinking");
    expect(lost.told).toEqual([`reported:${effort}`]);
    const had = ask({ messages: inLoop({ thinking_blocks: [thought] }), tools, [effort]: "low" });
    expect(had.body["thinking"]).toEqual(enabled(6400));
    const past = [...inLoop({}), { role: "assistant", content: "So." }, { role: "user", content: "Go." }];
    expect(ask({ messages: past, tools, [effort]: "low" }).body["thinking"]).toEqual(enabled(6400));
  });

  test("thoughts that do not begin the turn are lost too, for messages side by side are one turn", () => {
    const [first, ...loop] = inLoop({ thinking_blocks: [thought] });
    const asked = (...between: readonly object[]) =>
      ask({ messages: [first, ...between, ...loop], tools, [effort]: "low" }).body["thinking"];
    expect(asked({ role: "assistant", content: "Let me see." })).toBeUndefined();
    expect(asked({ role: "assistant", refusal: "No." }, { role: "user", content: " " })).toBeUndefined();
    expect(asked({ role: "assistant", content: "So." }, { role: "system", content: "S." })).toBeUndefined();
    expect(asked({ role: "assistant", content: " " })).toEqual(enabled(6400));
    expect(asked({ role: "assistant", content: "So." }, { role: "user", content: "Go." })).toEqual(enabled(6400));
    expect(asked({ role: "assistant", content: "So.", thinking_blocks: [thought] })).toEqual(enabled(6400));
  });

  test("with efforts it does", () => {
    const messages = inLoop({});
    expect(ask({ messages, tools, [effort]: "low" }, six).body["thinking"]).toEqual(adaptive());
    const asked = ask({ messages, tools, thinking: enabled(5000) }, six);
    expect(asked.body["thinking"]).toEqual(adaptive(seen));
    expect(asked.told).toEqual(["clamped:thinking.budget_tokens"]);
  });
});
