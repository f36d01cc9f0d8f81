import { describe, expect, onTestFinished, test } from "vitest";
import { parseAnswer } from "../../../src/dialects/anthropic/chat/gather.ts";
import { fromMessage } from "../../../src/dialects/anthropic/chat/response.ts";
import { startAnthropicEmulator } from "../../../src/emulators/anthropic.ts";
import { GatewayError } from "../../../src/errors.ts";
import fc from "../../_fc.ts";
import { type GatewayOptions, secrets, startGateway, type TestGateway } from "../../_setup.ts";
import { block, call, called, contextFor, end, json, said, start, text } from "./_reading.ts";
import { cutting, events, saying, whole } from "./_sayings.ts";
import { bedrock, translate, vertex } from "./_translate.ts";

/** Events as a host sends them. */
const toText = (all: readonly object[], line = "\n"): string =>
  all
    .map((event) => `event: ${Reflect.get(event, "type")}${line}data: ${JSON.stringify(event)}${line}${line}`)
    .join("");

const read = (text: string): ReturnType<typeof fromMessage> => fromMessage(parseAnswer(text), contextFor());

function messageOf(events: readonly object[]): unknown {
  const answer = read(toText(events));
  return answer instanceof GatewayError ? answer.errorName : answer.body.choices[0]?.message;
}

describe("§10 a stream where a whole answer was wanted", () => {
  test("says the same as the whole answer", () => {
    fc.assert(
      fc.property(saying, cutting, fc.constantFrom("\n", "\r\n", "\r"), (one, cut, line) => {
        const gathered = read(toText(events(one, cut), line));
        expect(gathered).toEqual(fromMessage(JSON.parse(JSON.stringify(whole(one))), contextFor()));
      }),
      { numRuns: 500 },
    );
  });

  test("is read as JSON where it is JSON after all", () => {
    expect(parseAnswer(' {"a":1}')).toEqual({ a: 1 });
    expect(() => parseAnswer("<html>")).toThrow(SyntaxError);
    expect(() => parseAnswer("")).toThrow(SyntaxError);
  });

  test.each<[name: string, text: string]>([
    ["events without names", toText([start(), ...said(0, "a"), ...end()]).replaceAll(/event: .*\n/g, "")],
    ["no blank behind the colon", toText([start(), ...said(0, "a"), ...end()]).replaceAll(": ", ":")],
    ["comments and a mark of the encoding", `\uFEFF: hello\n\n${toText([start(), ...said(0, "a"), ...end()])}`],
    ["several lines of one event", toText([start(), ...said(0, "a"), ...end()]).replaceAll(',"', ',\ndata: "')],
    ["no empty line at its end", toText([start(), ...said(0, "a"), ...end()]).trimEnd()],
  ])("is read with %s", (_name, text) => {
    expect(read(text)).toMatchObject({ body: { choices: [{ message: { content: "a" }, finish_reason: "stop" }] } });
  });

  test.each<[name: string, events: readonly object[], content: string]>([
    ["two starts", [start(), ...said(0, "a"), start(), ...end()], "a"],
    ["no start", [...said(0, "a"), ...end()], "a"],
    ["two blocks of one number", [start(), ...said(0, "a"), ...said(0, "b"), ...end()], "ab"],
    ["no numbers", [start(), ...said(0, "a"), ...said(1, "b"), ...end()].map((one) => ({ ...one, index: null })), "ab"],
    [
      "deltas behind their block",
      [
        start(),
        ...said(0, "a"),
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "x" } },
        ...end(),
      ],
      "a",
    ],
    [
      "deltas of no block",
      [start(), { type: "content_block_delta", index: 3, delta: json("{}") }, ...said(0, "a"), ...end()],
      "a",
    ],
    [
      "what is newer than the spec",
      [{ type: "of_tomorrow" }, start(), ...block(0, text("a"), [{ type: "of_tomorrow" }]), ...end()],
      "a",
    ],
    [
      "an answer in its start",
      [{ type: "message_start", message: { content: [text("x")], stop_reason: "refusal" } }, ...said(0, "a"), ...end()],
      "a",
    ],
  ])("is read with %s", (_name, events, content) => {
    expect(messageOf(events)).toMatchObject({ content, refusal: null });
  });

  test("puts thoughts together, signature and all", () => {
    const deltas = [
      { type: "thinking_delta", thinking: "H" },
      { type: "thinking_delta", thinking: "m." },
      { type: "signature_delta", signature: "c2" },
      { type: "signature_delta", signature: "ln" },
    ];
    const thought = { type: "thinking", thinking: "", signature: "" };
    expect(messageOf([start(), ...block(0, thought, deltas), ...said(1, "a"), ...end()])).toMatchObject({
      reasoning_content: "Hm.",
      thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }],
    });
  });

  test("ends as its end says, with the counts that were said last", () => {
    const early = {
      type: "message_start",
      message: { stop_reason: "refusal", usage: { input_tokens: 10, cache_read_input_tokens: 90 } },
    };
    const counted = { type: "message_delta", delta: {}, usage: { output_tokens: 5, cache_read_input_tokens: null } };
    const late = start({ input_tokens: 99, output_tokens: 99 });
    const answer = read(toText([early, ...said(0, "a"), counted, late, ...end(null)]));
    expect(answer).toMatchObject({
      body: { choices: [{ finish_reason: "stop", message: { refusal: null } }] },
      usage: { uncachedInput: 10, cacheRead: 90, output: 5 },
    });
  });

  test("keeps the arguments of a call that was cut off", () => {
    const cut = [start(), ...called(0, "f", ['{"a": "b']), ...end("max_tokens")];
    expect(messageOf(cut)).toMatchObject({ tool_calls: [{ function: { name: "f", arguments: '{"a": "b' } }] });
    expect(messageOf([start(), ...block(0, call("f", { a: 1 })), ...end()])).toMatchObject({
      tool_calls: [{ function: { arguments: '{"a":1}' } }],
    });
  });

  test.each<[name: string, events: readonly object[], failure: string]>([
    ["that breaks off", [start(), ...said(0, "a")], "upstream_stream_cut"],
    ["that breaks off before its last word", [start(), ...said(0, "a"), ...end().slice(0, 1)], "upstream_stream_cut"],
    ["of nothing but an end", [{ type: "message_stop" }], "upstream_invalid_response"],
    [
      "that is overloaded",
      [start(), { type: "error", error: { type: "overloaded_error", message: "No." } }],
      "overloaded",
    ],
    [
      "that Google ends",
      [start(), { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "No." } }],
      "rate_limit_exceeded",
    ],
    [
      "of events of another shape",
      [start(), { type: "content_block_start", index: "0", content_block: [] }],
      "upstream_invalid_response",
    ],
  ])("%s is a failure", (_name, events, failure) => {
    expect(messageOf(events)).toBe(failure);
  });
});

test.each([
  ['{"type":"error","error":{"type":"overloaded_error","message":"No."}}', "overloaded"],
  ['[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"No."}}]', "rate_limit_exceeded"],
])("§12 a plain error behind events is one: %s", (plain, errorName) => {
  expect(read(`${toText([start(), ...said(0, "a")])}${plain}`)).toMatchObject({ errorName });
});

describe("§2.1 through the gateway", () => {
  const one = '{ type: anthropic, base_url: "${UPSTREAM}", auth: { api_key: "${TOKEN}" } }';
  const started = (script: string, deployments = "[one/claude-sonnet-4-5]", more: Partial<GatewayOptions> = {}) =>
    startGateway({
      upstream: async (parsed) => {
        const upstream = await startAnthropicEmulator({ script: parsed, token: secrets.token });
        onTestFinished(() => upstream.close());
        return upstream;
      },
      providers: `providers: { one: ${one}, two: ${one} }`,
      routes: `models: { test-model: { deployments: ${deployments}, conformance: enforce } }`,
      script,
      ...more,
    });
  const ask = { model: "test-model", messages: [{ role: "user", content: "Hi." }] };
  const streams = ({ upstream }: TestGateway) =>
    upstream.requests.map(({ body }) => JSON.parse(JSON.stringify(body)).stream ?? false);

  test("a whole answer comes whole, whichever way it was asked for", async () => {
    const gateway = await started(
      "answers: [{ thoughts: Hm., text: Hello there., calls: [{ name: f, args: { a: 1 } }] }]",
    );
    const tools = [{ type: "function", function: { name: "f" } }];
    const thinking = { type: "enabled", budget_tokens: 2000 };
    const long = await gateway.chat({ ...ask, tools, thinking });
    const short = await gateway.chat({ ...ask, tools, thinking, max_tokens: 9000 });
    expect(streams(gateway)).toEqual([true, false]);
    const [message, other] = [long, short].map(({ body }) => body.choices[0]?.message);
    expect(message).toMatchObject({ content: "Hello there.", tool_calls: [{ function: { arguments: '{"a":1}' } }] });
    const { tool_calls: _calls, ...rest } = message ?? {};
    expect(other).toMatchObject(JSON.parse(JSON.stringify(rest)));
    expect(long.body.usage).toEqual(short.body.usage);
    expect(long.headers.get("content-type")).toMatch(/json/);
  });

  test.each([
    ["an error", "stream_error: { after_events: 3 }", 503, "overloaded"],
    ["an error without a frame", "stream_error: { after_events: 3, bare: true }", 503, "overloaded"],
    ["a break", "cut: { after_events: 3 }", 502, "upstream_stream_cut"],
    ["an end too early", "cut: { after_events: 3, clean: true }", 502, "upstream_stream_cut"],
  ])("%s in the middle has a status of its own, and falls back", async (_name, fault, status, code) => {
    const script = `answers: [{ times: 1, text: Hello there., ${fault} }, { text: All is well. }]`;
    const alone = await started(script, undefined, {
      planned: [code === "overloaded" ? "overloaded" : "upstream_stream_cut"],
    });
    const refused = await alone.post(ask);
    expect([refused.status, refused.body]).toMatchObject([status, { error: { code } }]);
    const both = await started(script, "[one/claude-sonnet-4-5, two/claude-sonnet-4-5]");
    const { body, headers } = await both.chat(ask);
    expect(body.choices[0]?.message.content).toBe("All is well.");
    expect(headers.get("x-specgate-attempts")).toBe("2");
  });
});

describe("§2.1 answers that may take long are asked for as streams", () => {
  test.each<[model: string, members: object, asks: string]>([
    ["claude-sonnet-4-5", {}, "stream"],
    ["claude-sonnet-4-5", { max_tokens: 21_334 }, "stream"],
    ["claude-sonnet-4-5", { max_tokens: 21_333 }, "unary"],
    ["claude-opus-4-1", { max_tokens: 8193 }, "stream"],
    ["claude-opus-4", { max_completion_tokens: 8192 }, "unary"],
    ["claude-3-5-haiku", {}, "unary"],
  ])("%s with %j", (model, members, want) => {
    const { asks, body } = translate(members, model);
    expect(asks).toBe(want);
    expect("stream" in body).toBe(want === "stream");
    expect(translate(members, model, {}, "stream").asks).toBe("stream");
  });

  test("at Vertex AI too, and not at Bedrock", () => {
    expect(translate({}, undefined, vertex)).toMatchObject({ asks: "stream", body: { stream: true } });
    expect(translate({}, undefined, bedrock).asks).toBe("unary");
  });
});

describe("§10 what stands between events", () => {
  const plain = toText([start(), ...said(0, "a"), ...end()]);
  const parts = plain.split(/(?<=\n\n)/);
  const [first = "", ...others] = parts;
  const begun = parts.slice(0, 3).join("");
  const overloaded = '{"type":"error","error":{"type":"overloaded_error","message":"No."}}';

  function outcome(text: string): unknown {
    try {
      const answer = read(text);
      return answer instanceof GatewayError ? answer.errorName : answer.body.choices[0]?.message.content;
    } catch (thrown) {
      return thrown instanceof SyntaxError ? "no JSON" : thrown;
    }
  }

  test.each<[name: string, text: string, want: unknown]>([
    ["an event without data", `${first}data:\n\n${others.join("")}`, "a"],
    ["a named event without data", `${first}event: ping\ndata: \n\n${others.join("")}`, "a"],
    ["a field without a colon", `${first}data\n\n${others.join("")}`, "a"],
    ["line ends of two kinds", parts.map((one) => one.replace(/\n\n$/, "\n\r\n")).join(""), "a"],
    ["a cut within an event", plain.slice(0, plain.indexOf('"text":"a"') + 4), "upstream_stream_cut"],
    ["a cut within a name", `${begun}event: content_bl`, "upstream_stream_cut"],
    ["a plain error right behind an event", `${begun.trimEnd()}\n${overloaded}`, "overloaded"],
    ["a plain error behind an empty line", `${begun}${overloaded}`, "overloaded"],
    ["a plain error in lines", `${begun}${JSON.stringify(JSON.parse(overloaded), null, 2)}`, "overloaded"],
    ["a page", `${begun}<html>502</html>`, "no JSON"],
    ["more behind the end", `${plain}data: [DONE]\n\n`, "a"],
  ])("%s", (_name, text, want) => {
    expect(outcome(text)).toBe(want);
  });

  test("is put together the same, whether texts are written as the service writes them or not", () => {
    fc.assert(
      fc.property(saying, cutting, (one, cut) => {
        const all = events(one, cut);
        const otherwise = all.map((event) => `data:  ${JSON.stringify(event)}\n\n`).join("");
        expect(read(toText(all))).toEqual(read(otherwise));
      }),
      { numRuns: 300 },
    );
  });
});
