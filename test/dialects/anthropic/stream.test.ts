import { describe, expect, test } from "vitest";
import type { ClientTool } from "../../../src/dialects/anthropic/chat/context.ts";
import {
  block,
  call,
  called,
  contextFor,
  deltasOf,
  end,
  finishOf,
  json,
  said,
  start,
  streamed,
  text,
  textDelta,
} from "./_reading.ts";

const thinkingDelta = (thinking: string): object => ({ type: "thinking_delta", thinking });
const signatureDelta = (signature: string): object => ({ type: "signature_delta", signature });
const ping = { type: "ping" };

describe("§10 chunks", () => {
  test("bear the same id, time and model, whatever the events bear", () => {
    const { chunks, isOver } = streamed([start(), ...said(0, "Hel", "lo."), ...end()]);
    expect(
      new Set(chunks.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object]))),
    ).toEqual(new Set([JSON.stringify(["chatcmpl-c0ffee", 1_790_000_000, "some-model", "chat.completion.chunk"])]));
    expect(isOver).toBe(true);
  });

  test("say who speaks at the first event, once, and finish at the last", () => {
    const { chunks } = streamed([start(), start(), ...said(0, "Hel", "lo."), ...end()]);
    expect(chunks.map(({ choices }) => choices)).toEqual(
      [
        [{ role: "assistant", content: "", refusal: null }, null],
        [{ content: "Hel" }, null],
        [{ content: "lo." }, null],
        [{}, "stop"],
      ].map(([delta, finish_reason]) => [{ index: 0, delta, logprobs: null, finish_reason }]),
    );
  });

  test.each([
    ["no start", [...said(0, "a"), ...end()]],
    ["pings anywhere", [ping, start(), ping, ...said(0, "a").flatMap((one) => [one, ping]), ...end(), ping]],
    ["two starts, the second late", [start(), ...said(0, "a"), start(), ...end()]],
    ["events of tomorrow", [{ type: "of_tomorrow", content: "x" }, start(), ...said(0, "a"), {}, ...end()]],
    [
      "deltas of tomorrow",
      [start(), ...block(0, text(""), [{ type: "of_tomorrow", text: "x" }, textDelta("a")]), ...end()],
    ],
    [
      "events that lack what they are about",
      [
        start(),
        { type: "content_block_start", index: 0 },
        { type: "content_block_delta", index: 0 },
        ...said(0, "a"),
        { type: "message_delta" },
        ...end(),
      ],
    ],
    [
      "deltas without a block",
      [
        start(),
        { type: "content_block_delta", index: 7, delta: json("{}") },
        { type: "content_block_stop", index: 7 },
        ...said(0, "a"),
        ...end(),
      ],
    ],
    ["text in the start of its block", [start(), ...block(0, text("a")), ...end()]],
    [
      "several ends",
      [
        start(),
        ...said(0, "a"),
        { type: "message_delta", delta: { stop_reason: null } },
        ...end(),
        ...end("max_tokens"),
      ],
    ],
    ["blocks that nobody closes", [start(), ...said(0, "a").slice(0, -1), ...end()]],
    ["events without an index", [start(), ...said(0, "a").map((one) => ({ ...one, index: null })), ...end()]],
    [
      "an answer in its start, which blocks repeat",
      [
        { type: "message_start", message: { content: [text("a")], stop_reason: "max_tokens" } },
        ...said(0, "a"),
        ...end(),
      ],
    ],
  ])("are the same with %s", (_, events) => {
    const { chunks, failure } = streamed(events);
    expect(failure).toBeUndefined();
    expect(deltasOf({ chunks })).toEqual([{ content: "a" }, {}]);
    expect(finishOf({ chunks })).toEqual(["stop"]);
  });

  test("hold what came in its order, and nothing empty", () => {
    const events = [
      start(),
      ...block(
        0,
        { type: "thinking", thinking: "", signature: "" },
        ["", "Hm. ", "Well."].map(thinkingDelta).concat(signatureDelta("c2"), signatureDelta("ln")),
      ),
      ...block(1, { type: "redacted_thinking", data: "eA==" }),
      ...said(2, "a", "", "b"),
      ...called(3, "f", ["", '{"a', '":1}']),
      ...said(4, "c"),
      ...called(5, "g", [], "toolu_2"),
      ...end("tool_use"),
    ];
    expect(deltasOf(streamed(events))).toEqual([
      { reasoning_content: "Hm. " },
      { reasoning_content: "Well." },
      { thinking_blocks: [{ type: "thinking", thinking: "Hm. Well.", signature: "c2ln" }] },
      { thinking_blocks: [{ type: "redacted_thinking", data: "eA==" }] },
      { content: "a" },
      { content: "b" },
      { tool_calls: [{ index: 0, id: "toolu_1", type: "function", function: { name: "f", arguments: "" } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"a' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '":1}' } }] },
      { content: "c" },
      { tool_calls: [{ index: 1, id: "toolu_2", type: "function", function: { name: "g", arguments: "" } }] },
      { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
      {},
    ]);
  });

  test("keep thoughts that nobody wants to see, and do not show them", () => {
    const events = [
      start(),
      ...block(0, { type: "thinking" }, [thinkingDelta("Hm."), signatureDelta("c2ln")]),
      ...end(),
    ];
    expect(deltasOf(streamed(events, contextFor({ showsThoughts: false })))).toEqual([
      { thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }] },
      {},
    ]);
  });

  /** Blocks of Anthropic's own tools, and what comes to them. */
  test.each([
    ["server_tool_use", [json('{"query":"q"}')]],
    ["mcp_tool_use", [json('{"query":"q"}')]],
    ["web_search_tool_result", []],
    ["compaction", [{ type: "compaction_delta", content: "So far.", encrypted_content: null }]],
    ["of_tomorrow", [textDelta("x"), json("{}"), thinkingDelta("x"), signatureDelta("x")]],
  ])("do not leak what belongs to %s", (type, deltas) => {
    const events = [
      start(),
      ...block(0, { type, id: "x", name: "web_search", input: { a: 1 } }, deltas),
      ...said(1, "a"),
      ...end(),
    ];
    const { chunks, told } = streamed(events);
    expect(deltasOf({ chunks })).toEqual([{ content: "a" }, {}]);
    const place = "reported:<content_block_start>.content_block";
    expect(told).toEqual([type === "of_tomorrow" ? place : `${place}<${type}>`]);
  });

  test.each([
    ["<message_start>.message.container", [{ type: "message_start", message: { container: { id: "c" } } }, ...end()]],
    [
      "<message_start>.message.context_management",
      [{ type: "message_start", message: { context_management: {} } }, ...end()],
    ],
    ["<message_delta>.delta.container", [start(), ...end("end_turn", { container: { id: "c" } })]],
    ["<message_delta>.context_management", [start(), { type: "message_delta", context_management: {} }, ...end()]],
  ])("do not hold %s, and it is told", (path, events) => {
    expect(streamed(events)).toMatchObject({ failure: undefined, told: [`reported:${path}`] });
  });

  test("tell a refusal before they finish", () => {
    const stop_details = { type: "refusal", category: "cyber", explanation: "No." };
    const { chunks } = streamed([start(), ...said(0, "Well, "), ...end("refusal", { stop_details })]);
    expect(deltasOf({ chunks })).toEqual([{ content: "Well, " }, { refusal: "No." }, {}]);
    expect(finishOf({ chunks })).toEqual(["content_filter"]);
  });

  test("bear the class of service", () => {
    const { chunks } = streamed([start({ service_tier: "priority" }), ...said(0, "a"), ...end()]);
    expect(chunks.map(({ service_tier }) => service_tier)).toEqual(chunks.map(() => "priority"));
  });
});

const tool = (members: Partial<ClientTool> = {}): ReadonlyMap<string, ClientTool> =>
  new Map([["f", { name: "f", kind: "function", members: new Map(), ...members }]]);
const callsIn = (events: readonly object[], context = contextFor()) =>
  deltasOf(streamed([start(), ...events, ...end("tool_use")], context)).flatMap(({ tool_calls }) => tool_calls ?? []);

describe("§10 calls", () => {
  test("that nobody closes are closed where the next block begins in their place, or the answer ends", () => {
    const [open] = called(0, "f", []);
    const args = (events: readonly object[]) => callsIn(events).map((one) => one.function?.arguments);
    expect(args([open ?? {}])).toEqual(["", "{}"]);
    expect(args([open ?? {}, ...said(0, "a")])).toEqual(["", "{}"]);
    expect(args([open ?? {}, ...said(1, "a")])).toEqual(["", "{}"]);
  });

  test("whose input stands in their start have it, unless deltas bring it", () => {
    const args = (deltas: readonly object[]) =>
      callsIn(block(0, call("f", { a: 1 }), deltas)).map((one) => one.function?.arguments);
    expect(args([])).toEqual(["", '{"a":1}']);
    expect(args([json('{"a":2}')])).toEqual(["", '{"a":2}']);
  });

  test("whose arguments have other names at the client wait until they are whole", () => {
    const context = contextFor({ tools: tool({ name: "f.x", members: new Map([["x_y", "x y"]]) }) });
    const made = (pieces: readonly string[]) => callsIn(called(0, "f", pieces), context);
    const opening = { index: 0, id: "toolu_1", type: "function", function: { name: "f.x", arguments: "" } };
    expect(made(['{"x_y"', ': 1, "z": {}}'])).toEqual([
      opening,
      { index: 0, function: { arguments: '{"x y":1,"z":{}}' } },
    ]);
    expect(made([])).toEqual([opening, { index: 0, function: { arguments: "{}" } }]);
    expect(made(["[1]"])).toEqual([opening, { index: 0, function: { arguments: "[1]" } }]);
    // Cut off by the limit.
    expect(made(['{"x_y": [1, '])).toEqual([opening, { index: 0, function: { arguments: '{"x_y": [1, ' } }]);
  });

  test.each([
    [['{"in', 'put": "ls', ' -l"}'], "ls -l"],
    [['{"input": "a\\nb \\u00fc'], "a\nb ü"],
    [['{"input": "a\\u00'], "a"],
    [['{"other": "a'], '{"other": "a'],
    [[], "{}"],
  ])("of custom tools wait until they are whole: %j", (pieces, input) => {
    const context = contextFor({ tools: tool({ kind: "custom" }) });
    expect(callsIn(called(0, "f", pieces), context)).toEqual([
      { index: 0, id: "toolu_1", type: "custom", custom: { name: "f", input } },
    ]);
  });

  test("in the deprecated form come in pieces too, and there is one", () => {
    const events = [...called(0, "f", ['{"a":', "1}"]), ...called(1, "g", ["{}"], "toolu_2")];
    const { chunks } = streamed([start(), ...events, ...end("tool_use")], contextFor({ legacyCalls: true }));
    expect(deltasOf({ chunks })).toEqual([
      { function_call: { name: "f", arguments: "" } },
      { function_call: { arguments: '{"a":' } },
      { function_call: { arguments: "1}" } },
      {},
    ]);
  });

  test("after the first are dropped where only one is wanted, with all that comes to them", () => {
    const events = [...called(0, "f", ["{}"]), ...called(1, "g", ['{"b":1}'], "toolu_2")];
    expect(callsIn(events, contextFor({ onlyFirstCall: true }))).toHaveLength(2);
    expect(callsIn(events)).toHaveLength(4);
  });

  test("are numbered as they are shown", () => {
    const [open, ...rest] = called(0, "f", ['{"input":"ls"}']);
    const events = [open ?? {}, ...called(1, "g", ["{}"], "toolu_2"), ...rest];
    const made = callsIn(events, contextFor({ tools: tool({ kind: "custom" }) }));
    expect(made.map(({ index, id }) => [index, id])).toEqual([
      [0, "toolu_2"],
      [0, undefined],
      [1, "toolu_1"],
    ]);
  });

  test("that begin before others have ended keep apart", () => {
    const [openF, ...restF] = called(0, "f", ['{"a":1}']);
    const [openG, ...restG] = called(1, "g", ['{"b":2}'], "toolu_2");
    const events = [openF ?? {}, openG ?? {}, ...restF, ...restG];
    expect(callsIn(events).map(({ index, function: one }) => [index, one?.arguments])).toEqual([
      [0, ""],
      [1, ""],
      [0, '{"a":1}'],
      [1, '{"b":2}'],
    ]);
  });
});

describe("§6 a tool that stands in for structured output", () => {
  const context = contextFor({ answerTool: "json", tools: tool() });

  test("is streamed as content, without the text before and behind it", () => {
    const events = [
      ...said(0, "Here: "),
      ...called(1, "json", ['{"a"', ": 1}"]),
      ...said(2, "Done."),
      ...called(3, "json", ["{}"], "t"),
    ];
    const { chunks } = streamed([start(), ...events, ...end("tool_use")], context);
    expect(deltasOf({ chunks })).toEqual([{ content: '{"a"' }, { content: ": 1}" }, {}]);
    expect(finishOf({ chunks })).toEqual(["stop"]);
  });

  test("leaves the text where it is not called", () => {
    const { chunks } = streamed(
      [start(), ...said(0, "N", "o."), ...called(1, "f", ["{}"]), ...end("tool_use")],
      context,
    );
    expect(deltasOf({ chunks }).map(({ content }) => content ?? null)).toEqual([null, null, "No.", null]);
    expect(finishOf({ chunks })).toEqual(["tool_calls"]);
  });
});

describe("§6 fences around an answer that was asked for by instruction alone", () => {
  test("are taken away, and blanks without end are not kept", () => {
    const blanks = " ".repeat(200);
    const { chunks } = streamed(
      [start(), ...said(0, "```js", "on\n{}", blanks, "\n``", "`"), ...end()],
      contextFor({ fenced: true }),
    );
    expect(deltasOf({ chunks }).map(({ content }) => content)).toEqual(["{}", " ".repeat(136), "   ", " ", undefined]);
    const late = streamed([start(), ...said(0, blanks, "{}"), ...end()], contextFor({ fenced: true }));
    expect(deltasOf(late).map(({ content }) => content)).toEqual([blanks, "{}", undefined]);
  });
});

describe("§10 ends", () => {
  test("keep the last reason that was given", () => {
    const [reason = {}, stop = {}] = end("max_tokens");
    const { chunks } = streamed([
      start(),
      ...said(0, "a"),
      reason,
      { type: "message_delta", delta: { stop_reason: null } },
      stop,
    ]);
    expect(finishOf({ chunks })).toEqual(["length"]);
  });

  test.each([
    ["nothing at all", []],
    ["a start alone", [start()]],
    ["text", [start(), ...said(0, "a")]],
    ["a reason to finish", [start(), ...said(0, "a"), ...end().slice(0, 1)]],
  ])("without message_stop behind %s are cuts", (_, events) => {
    expect(streamed(events)).toMatchObject({ failure: { errorName: "upstream_stream_cut" }, isOver: false });
  });

  test.each([
    ["what is no JSON", ["{"]],
    ["events of another shape", [{ type: "content_block_start", index: "0", content_block: [] }]],
    ["an end without a beginning", [{ type: "message_stop" }]],
  ])("%s is a failure", (_, events) => {
    expect(streamed(events).failure).toMatchObject({ errorName: "upstream_invalid_response" });
  });

  test.each([
    [{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "overloaded"],
    [{ type: "error", error: { type: "api_error", message: "Oops." } }, "upstream_error"],
    [{ type: "error" }, "upstream_error"],
    [{ error: { code: 503, status: "UNAVAILABLE", message: "Busy." } }, "overloaded"],
  ])("§12 by an error are failures, and what was said is said: %j", (event, errorName) => {
    const { chunks, failure } = streamed([start(), ...said(0, "a"), event, ...end()]);
    expect(failure).toMatchObject({ errorName });
    expect(deltasOf({ chunks })).toEqual([{ content: "a" }]);
  });
});
