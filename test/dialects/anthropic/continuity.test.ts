import { describe, expect, test } from "vitest";
import { continuity } from "../../../src/dialects/anthropic/chat/continuity.ts";
import { toMessageRequest } from "../../../src/dialects/anthropic/chat/request.ts";
import type { InputMessage, MessageBody } from "../../../src/dialects/anthropic/types.ts";
import type { AnsweredTurn, AssistantMessage } from "../../../src/dialects/dialect.ts";
import fc from "../../_fc.ts";
import { ask } from "./_ask.ts";
import { toolNames } from "./_conversations.ts";
import { answerOf, block, call, choiceOf, end, start, streamed, text } from "./_reading.ts";
import { checked, factsFor } from "./_translate.ts";

const at = (upstreamModel: string, host = "anthropic") => ({ upstreamModel, host });
const thought = (thinking: string, signature = "c2ln") => ({ type: "thinking", thinking, signature });
const hidden = { type: "redacted_thinking", data: "eA==" };

describe("§7 whose thoughts are whose", () => {
  test.each([
    ["claude-sonnet-4-5", "claude-sonnet-4-5-20250929"],
    ["claude-sonnet-4-5", "claude-sonnet-4-5@20250929"],
    ["claude-sonnet-4-5", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"],
    ["claude-opus-4", "claude-opus-4-20250514"],
    ["claude-3-7-sonnet", "anthropic.claude-3-7-sonnet-20250219-v1:0"],
    ["claude-opus-5-5", "claude-opus-5.5"],
  ])("%s has made what %s has made", (one, other) => {
    expect(continuity.maker(at(one)).name).toBe(continuity.maker(at(other)).name);
  });

  test("models of other families have not", () => {
    const models = ["sonnet-4-5", "sonnet-4", "opus-4-5", "sonnet-4-6", "opus-4-1", "opus-5", "opus-5-5", "fable-5-1"];
    expect(new Set(models.map((model) => continuity.maker(at(`claude-${model}`)).name)).size).toBe(models.length);
  });

  test("a family of the config's counts more than the name", () => {
    const own = { ...at("fast"), family: "claude-sonnet-4-5" };
    expect(continuity.maker(own)).toEqual(continuity.maker(at("claude-sonnet-4-5")));
  });

  test.each([
    ["claude-sonnet-4-5", true],
    ["claude-opus-4-8", true],
    ["claude-opus-5", true],
    ["claude-fable-5", true],
    ["claude-fable-5-1", false],
    ["claude-opus-5-5", false],
    ["claude-sonnet-5-5", false],
    ["claude-haiku-5-5", false],
  ])("those of %s are good at every host and account: %s", (model, portable) => {
    for (const host of ["anthropic", "vertex-anthropic", "bedrock"]) {
      expect(continuity.maker(at(model, host)).portable).toBe(portable);
    }
  });
});

const tools = [{ type: "function", function: { name: "f" } }];
const asked = { role: "user", content: "Hi." };
const made = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } });
const loop = (more: object = {}) => [
  asked,
  { role: "assistant", tool_calls: [made("a"), made("b")], ...more },
  { role: "tool", tool_call_id: "b", content: "2" },
  { role: "tool", tool_call_id: "a", content: "1" },
];

function missing(members: object, model = "claude-sonnet-4-5"): readonly number[] {
  const request = checked({ model: "m", messages: loop(), tools, ...members });
  return continuity.missing(request, at(model));
}

describe("§7 what a client has lost", () => {
  const low = { reasoning_effort: "low" };

  test.each<[name: string, members: object, model: string, places: readonly number[]]>([
    ["the thoughts behind calls", low, "claude-sonnet-4-5", [1]],
    ["nothing where none were made", {}, "claude-sonnet-4-5", []],
    ["nothing where the model does not think", low, "claude-3-5-haiku", []],
    ["nothing where it is not to", { reasoning_effort: "none" }, "claude-opus-5", []],
    ["nothing where a call is forced", { ...low, tool_choice: "required" }, "claude-sonnet-4-5", []],
    ["those of a model that thinks by itself", {}, "claude-opus-5", [1]],
    ["those of one that cannot do without", { tool_choice: "required" }, "claude-fable-5", [1]],
    ["nothing of one that could not let go of them", { reasoning_effort: "none" }, "claude-sonnet-5-5", []],
    [
      "text has no thoughts behind it",
      { ...low, messages: [asked, { role: "assistant", content: "So." }, asked] },
      "claude-sonnet-4-5",
      [],
    ],
    [
      "thoughts without a signature are lost",
      { ...low, messages: loop({ thinking_blocks: [{ type: "thinking", thinking: "Hm." }] }) },
      "claude-sonnet-4-5",
      [1],
    ],
    ["mere text is lost", { ...low, messages: loop({ reasoning_content: "Hm." }) }, "claude-sonnet-4-5", [1]],
    [
      "those that came back are not",
      { ...low, messages: loop({ thinking_blocks: [thought("Hm.")] }) },
      "claude-sonnet-4-5",
      [],
    ],
    ["nor hidden ones", { ...low, messages: loop({ thinking_blocks: [hidden] }) }, "claude-sonnet-4-5", []],
    [
      "Google's are none",
      {
        ...low,
        messages: loop({ thinking_blocks: [thought("Hm.")], extra_content: { google: { thought_signature: "x" } } }),
      },
      "claude-sonnet-4-5",
      [1],
    ],
    [
      "calls of the deprecated form too",
      {
        ...low,
        messages: [
          asked,
          { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
          { role: "function", name: "f", content: "1" },
        ],
      },
      "claude-sonnet-4-5",
      [1],
    ],
  ])("%s", (_name, members, model, places) => {
    expect(missing(members, model)).toEqual(places);
  });
});

/** Blocks of one answer whose thoughts stand among text and calls. */
const blocks = [
  thought("One.", "MQ=="),
  hidden,
  text("So. "),
  thought("Two.", "Mg=="),
  call("f", {}, "a"),
  call("f", {}, "b"),
];
const thoughts = [thought("One.", "MQ=="), hidden, thought("Two.", "Mg==")];

/** A turn as a client has it that knows OpenAI's members alone, its calls in whatever order. */
const bare = (ids: readonly string[]): AssistantMessage => {
  const { messages } = checked({
    model: "m",
    messages: [{ role: "assistant", content: "So. ", tool_calls: ids.map(made) }],
  });
  const [message] = messages;
  if (message?.role !== "assistant") throw new Error("no turn");
  return message;
};

/** What is sent of a turn that was kept, lost by the client, and put back. */
function restored(turn: AnsweredTurn, ids: readonly string[], model = "claude-sonnet-4-5"): unknown {
  const kept = continuity.keep(turn);
  if (kept === undefined) throw new Error("nothing was kept");
  const message = continuity.restore(bare(ids), JSON.parse(JSON.stringify(kept)));
  const results = ids.map((id) => ({ role: "tool", tool_call_id: id, content: id }));
  const { body } = ask({ messages: [asked, message, ...results.toReversed()], tools, reasoning_effort: "low" }, model);
  return body["messages"];
}

describe("§7 what is put back", () => {
  const want = (ids: readonly string[]) => [
    { role: "user", content: [{ type: "text", text: "Hi." }] },
    {
      role: "assistant",
      content: [
        ...thoughts,
        { type: "text", text: "So. " },
        ...ids.map((id) => ({ type: "tool_use", id, name: "f", input: {} })),
      ],
    },
    { role: "user", content: ids.map((id) => ({ type: "tool_result", tool_use_id: id, content: id })) },
  ];

  test.each([[["a", "b"]], [["b", "a"]]])(
    "thoughts come unchanged, in their order and before calls made side by side: %j",
    (ids) => {
      expect(restored(choiceOf(answerOf(blocks)).message, ids)).toEqual(want(ids));
    },
  );

  test("and so do those that were streamed", () => {
    const events = blocks.flatMap((one, index) => block(index, one));
    const { chunks } = streamed([start(), ...events, ...end("tool_use")]);
    const thinking_blocks = chunks.flatMap(({ choices }) => choices[0]?.delta.thinking_blocks ?? []);
    expect(restored({ content: "So. ", thinking_blocks }, ["a", "b"])).toEqual(want(["a", "b"]));
  });

  test("what has no signature is not kept", () => {
    expect(
      continuity.keep({ content: null, thinking_blocks: [{ type: "thinking", thinking: "Hm." }] }),
    ).toBeUndefined();
    expect(
      continuity.keep({ content: null, thinking_blocks: [{ type: "thinking", thinking: "Hm." }, hidden] }),
    ).toEqual({
      turn: [hidden],
    });
    expect(continuity.keep({ content: "So." })).toBeUndefined();
  });

  test("what was kept by something else is not put back", () => {
    const message = bare(["a"]);
    for (const turn of [undefined, "x", { data: "x" }, [], ["x"], [null], [{ thinking: "Hm." }]]) {
      expect(continuity.restore(message, { turn })).toBe(message);
    }
  });
});

/** Turns of a conversation that goes on for long: what the user says, calls side by side and their results, answers. */
const turn = fc.oneof(
  fc.constantFrom("Hi.", "Grüße, 世界!", " and so on ").map((content) => [{ role: "user", content }]),
  fc
    .tuple(fc.array(fc.constantFrom(...toolNames), { minLength: 1, maxLength: 3 }), fc.boolean(), fc.nat(3))
    .map(([names, isReversed, seed]) => {
      const id = (i: number) => `call.${seed}:${i}`;
      const calls = names.map((name, i) => ({ ...made(id(i)), function: { name, arguments: '{"a name":1}' } }));
      const results = names.map((_, i) => ({ role: "tool", tool_call_id: id(i), content: `said ${i}` }));
      const message = {
        role: "assistant",
        content: null,
        tool_calls: calls,
        thinking_blocks: [thought("Hm."), hidden],
      };
      return [message, ...(isReversed ? results.toReversed() : results)];
    }),
  fc.constantFrom("So.", "Fine. ").map((content) => [
    { role: "assistant", content },
    { role: "user", content: "Go on." },
  ]),
);
const parameters = { type: "object", properties: { "a name": { type: "number" } } };
const toolbox = toolNames.map((name) => ({ type: "function", function: { name, parameters } }));

const sentOf = (messages: readonly object[], model: string, members: object): MessageBody => {
  const request = { model: "m", messages, tools: toolbox, ...members };
  return toMessageRequest(checked(request), factsFor(model), "unary").body;
};

/** What a thought is bound to: all before it, without what says how long it is cached. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (name, one) => (name === "cache_control" ? undefined : one));

describe("§7 thoughts that are bound to their conversation", () => {
  test("stand behind the same text as before, however the conversation goes on", () => {
    fc.assert(
      fc.property(
        fc.array(turn, { minLength: 2, maxLength: 8 }),
        fc.constantFrom("claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-5-5", "claude-sonnet-4-5"),
        fc.boolean(),
        (turns, model, isShort) => {
          const system = { role: "system", content: "Be kind." };
          const members = isShort ? { max_completion_tokens: 5000 } : { response_format: { type: "json_object" } };
          const all = [system, asked, ...turns.flat()];
          let before: MessageBody | undefined;
          for (let length = 2; length <= all.length; length++) {
            // Calls without their results are no conversation yet.
            if (all[length]?.role === "tool" || all[length - 1]?.role === "assistant") continue;
            const now = sentOf(all.slice(0, length), model, members);
            if (before !== undefined) {
              expect(plain([now.tools, now.system])).toBe(plain([before.tools, before.system]));
              expect(plain(withoutLast(now.messages, before.messages))).toBe(plain(settled(before.messages)));
            }
            before = now;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** All but the last turn, which may grow: the user says more. */
const settled = (messages: readonly InputMessage[]): readonly InputMessage[] => messages.slice(0, -1);
const withoutLast = (now: readonly InputMessage[], before: readonly InputMessage[]): readonly InputMessage[] =>
  now.slice(0, before.length - 1);
