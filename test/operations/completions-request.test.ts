import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { asRequest, type FakeChat, facts, overFakeChat, toChat } from "./_completions.ts";

const continues = { role: "system", content: expect.stringContaining("Reply with what comes next in that text") };
const fills = { role: "system", content: expect.stringContaining("Return only the middle") };
const user = (content: string) => ({ role: "user", content });
const goesOn = (text: string) => [continues, user(text)];
const hasGap = (prefix: string, suffix: string, context = "") => [
  fills,
  user(
    `${context === "" ? "" : `<context>${context}</context>\n`}<prefix>${prefix}</prefix>\n<suffix>${suffix}</suffix>`,
  ),
];

/** @see reference: openai-surface §5 */
const requests: readonly (readonly [name: string, request: object, chat: object])[] = [
  ["a text is one user message, under instructions to go on with it", { prompt: "Once" }, { messages: goesOn("Once") }],
  ["a list of one text is that text", { prompt: ["Once"] }, { messages: goesOn("Once") }],
  ["the model's name goes along", { model: "gpt-x", prompt: "a" }, { model: "gpt-x", messages: goesOn("a") }],
  ["the token before a text is no part of it", { prompt: "<|endoftext|>Once" }, { messages: goesOn("Once") }],
  [
    "no text at all asks for the beginning of one",
    { prompt: "<|endoftext|>" },
    {
      messages: [{ role: "system", content: expect.stringContaining("Write the beginning of a text") }, user("Begin.")],
    },
  ],
  ["max_tokens is max_completion_tokens", { prompt: "a", max_tokens: 9 }, { max_completion_tokens: 9 }],
  ["so is n_predict of llama.cpp", { prompt: "a", n_predict: 9 }, { max_completion_tokens: 9 }],
  ["max_tokens counts more than n_predict", { prompt: "a", max_tokens: 3, n_predict: 9 }, { max_completion_tokens: 3 }],
  ["n_predict of -1 is no limit", { prompt: "a", n_predict: -1 }, {}],
  ["without max_tokens there is no limit, least of all 16", { prompt: "a" }, {}],
  ["logprobs are chat's pair", { prompt: "a", logprobs: 3 }, { logprobs: true, top_logprobs: 3 }],
  ["logprobs: 0 wants the tokens alone", { prompt: "a", logprobs: 0 }, { logprobs: true }],
  ["logprobs: null wants none", { prompt: "a", logprobs: null }, {}],
  ["echo and best_of change nothing upstream", { prompt: "a", echo: true, best_of: 1, n: 1 }, {}],
  ["best_of above n neither", { prompt: "a", best_of: 3 }, {}],
  [
    "what chat knows by the same name goes along",
    {
      prompt: "a",
      temperature: 0.2,
      top_p: 0.9,
      presence_penalty: 1,
      frequency_penalty: -1,
      seed: 7,
      logit_bias: { 50256: -100 },
      user: "u",
      stop: ["\n", "END"],
      stream: true,
      stream_options: { include_usage: true },
    },
    {
      temperature: 0.2,
      top_p: 0.9,
      presence_penalty: 1,
      frequency_penalty: -1,
      seed: 7,
      logit_bias: { 50256: -100 },
      user: "u",
      stop: ["\n", "END"],
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
  ["stop: null goes along", { prompt: "a", stop: null }, { stop: null }],
  [
    "members of other servers go along, and those nobody knows",
    { prompt: "a", top_k: 5, cache_salt: "s", brand_new: { a: 1 } },
    { top_k: 5, cache_salt: "s", brand_new: { a: 1 } },
  ],
  [
    "members of chat that no text can carry stay behind",
    { prompt: "a", messages: [], tools: [{ type: "function", function: { name: "f" } }], modalities: ["audio"] },
    {},
  ],
  ["a suffix makes a gap", { prompt: "f(", suffix: ")" }, { messages: hasGap("f(", ")") }],
  ["an empty suffix makes none", { prompt: "f(", suffix: "" }, { suffix: undefined }],
  [
    "the markers of a gap are none that its text holds",
    { prompt: "<prefix>", suffix: "</prefix_2>" },
    { messages: [fills, user("<prefix_3><prefix></prefix_3>\n<suffix_3></prefix_2></suffix_3>")] },
  ],
  [
    "words to stop at that a chat model never says stay behind in a gap",
    { prompt: "a", suffix: "b", stop: ["<|endoftext|>", "END", "<fim_middle>"] },
    { messages: hasGap("a", "b"), stop: ["END"] },
  ],
  [
    "nor do those in a gap that stand in what is taken off a reply",
    { prompt: "a", suffix: "b", stop: ["```", "\n", "\r\n", "END", "``"] },
    { messages: hasGap("a", "b"), stop: ["END"] },
  ],
  [
    "of many words to stop at the upstream hears four that a model may say",
    { prompt: "a", stop: ["<|endoftext|>", "1", "2", "", "3", "4", "5"] },
    { messages: goesOn("a"), stop: ["1", "2", "3", "4"] },
  ],
  ["a gap with none left stops nowhere", { prompt: "a", suffix: "b", stop: "<EOT>" }, { messages: hasGap("a", "b") }],
];

/** Every form of the tokens by which models are told of a gap, as autocomplete clients send them. */
const gaps: readonly (readonly [form: string, prompt: string, prefix: string, suffix: string, ...context: string[]])[] =
  [
    ["Qwen, CodeGemma", "<|fim_prefix|>a\n<|fim_suffix|>\nb<|fim_middle|>", "a\n", "\nb"],
    ["the same, suffix first", "<|fim_suffix|>b<|fim_prefix|>a<|fim_middle|>", "a", "b"],
    ["the same, the text at the end", "<|fim_prefix|><|fim_suffix|>b<|fim_middle|>a", "a", "b"],
    [
      "Qwen with files of the repository",
      "<|repo_name|>r\n<|file_sep|>x.py\nx = 1\n<|file_sep|>y.py\n<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
      "a",
      "b",
      "<|repo_name|>r\n<|file_sep|>x.py\nx = 1\n<|file_sep|>y.py\n",
    ],
    ["StarCoder, StableCode", "<fim_prefix>a<fim_suffix>b<fim_middle>", "a", "b"],
    ["Mellum", "<filename>y.kt\n<fim_suffix>b<fim_prefix>a<fim_middle>", "a", "b", "<filename>y.kt\n"],
    ["SantaCoder", "<fim-prefix>a<fim-suffix>b<fim-middle>", "a", "b"],
    ["Seed-Coder", "<[fim-suffix]>b<[fim-prefix]>a<[fim-middle]>", "a", "b"],
    ["CodeGeeX", "<|code_suffix|>b<|code_prefix|>a<|code_middle|>", "a", "b"],
    ["DeepSeek", "<｜fim▁begin｜>a<｜fim▁hole｜>b<｜fim▁end｜>", "a", "b"],
    ["DeepSeek with its first token", "<｜begin▁of▁sentence｜><｜fim▁begin｜>a<｜fim▁hole｜>b<｜fim▁end｜>", "a", "b"],
    ["DeepSeek with plain bars", "<|fim▁begin|>a<|fim▁hole|>b<|fim▁end|>", "a", "b"],
    ["DeepSeek in ASCII", "<|fim_begin|>a<|fim_hole|>b<|fim_end|>", "a", "b"],
    ["Code Llama", "<PRE> a b <SUF>c d <MID>", "a b", "c d"],
    ["Code Llama, suffix first", "<s><PRE> <SUF>c d <MID> a b", "a b", "c d"],
    ["Codestral", "[SUFFIX]b[PREFIX]a", "a", "b"],
    ["Codestral with its last token", "<s>[PREFIX]a[SUFFIX]b[MIDDLE]", "a", "b"],
    ["an open end", "<|fim_prefix|>a<|fim_suffix|><|fim_middle|>", "a", ""],
    ["an open beginning", "<|fim_prefix|><|fim_suffix|>b<|fim_middle|>", "", "b"],
  ];

/** Texts that speak of such tokens and have no gap. */
const plain: readonly string[] = [
  "The token <|fim_prefix|> opens a prompt, <|fim_suffix|> comes next.",
  "<|fim_middle|><|fim_prefix|>a<|fim_suffix|>b",
  "<PRE>HTML of old</PRE>",
  "Use [PREFIX] and then [SUFFIX].",
  "[SUFFIX] alone",
];

describe("a request for completions becomes a chat request", () => {
  test.each(requests)("%s", (_name, request, chat) => {
    expect(toChat(request)).toEqual({ model: "m", messages: expect.any(Array), ...chat });
  });

  test.each(gaps)("a gap in the tokens of %s", (_form, prompt, prefix, suffix, context = "") => {
    expect(toChat({ prompt })).toEqual({ model: "m", messages: hasGap(prefix, suffix, context) });
  });

  test.each(plain)("no gap in %s", (prompt) => {
    expect(toChat({ prompt })).toEqual({ model: "m", messages: goesOn(prompt) });
  });

  test("with a suffix of its own a prompt's tokens are text", () => {
    const prompt = "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>";
    expect(toChat({ prompt, suffix: "c" })).toEqual({ model: "m", messages: hasGap(prompt, "c") });
  });

  test.each([
    ["a word", "Once upon a", true],
    ["a sentence mark", "Well,", true],
    ["a space", "Once ", false],
    ["a new line", "Once\n", false],
  ])("after %s the model is told how to begin with a space, where one may come", (_name, prompt, told) => {
    const text = JSON.stringify(toChat({ prompt }));
    expect(text.includes("␣")).toBe(told);
  });

  test("the same request is left as it was", () => {
    const request = asRequest({
      prompt: "<fim_prefix>a<fim_suffix>b<fim_middle>",
      stop: ["<EOT>", "x"],
      max_tokens: 3,
    });
    const before = JSON.stringify(request);
    overFakeChat().operation.open(request, facts, "unary");
    expect(JSON.stringify(request)).toBe(before);
  });
});

describe("few tokens are meant for the answer, not for thinking", () => {
  const thinks: FakeChat = { leastEffort: ({ upstreamModel }) => (upstreamModel === "some-chat-model" ? "low" : null) };

  test.each([
    ["max_tokens", { prompt: "a", max_tokens: 5 }, "low"],
    ["n_predict", { prompt: "a", n_predict: 5 }, "low"],
    ["a suffix", { prompt: "a", suffix: "b" }, "low"],
    ["tokens of a gap", { prompt: "<fim_prefix>a<fim_suffix>b<fim_middle>" }, "low"],
    ["a client's own word, which counts more", { prompt: "a", max_tokens: 5, reasoning_effort: "high" }, "high"],
    ["neither limit nor gap: the model thinks as it likes", { prompt: "a" }, undefined],
  ])("%s", (_name, request, effort) => {
    expect(toChat(request, thinks)).toMatchObject(effort === undefined ? {} : { reasoning_effort: effort });
    if (effort === undefined) expect(toChat(request, thinks)).not.toHaveProperty("reasoning_effort");
  });

  test("a model that does not think is told nothing", () => {
    expect(toChat({ prompt: "a", max_tokens: 5 }, { leastEffort: () => undefined })).not.toHaveProperty(
      "reasoning_effort",
    );
    expect(toChat({ prompt: "a", max_tokens: 5 })).not.toHaveProperty("reasoning_effort");
  });
});

describe("what is said of the chat request is said in the client's own words", () => {
  const reports = (...paths: string[]): NonNullable<FakeChat["audit"]> => {
    return () => paths.map((path) => ({ verb: "reported" as const, path }));
  };
  const pathsOf = (members: object, fake: FakeChat): readonly string[] =>
    overFakeChat(fake)
      .audit(asRequest(members), facts, "report")
      .map((change) => `${change.verb}:${change.path}`);

  test.each([
    ["the user's message is the prompt", { prompt: "a" }, ["messages[1].content"], ["reported:prompt"]],
    ["the instructions are nobody's", { prompt: "a" }, ["messages[0]", "messages[0].content"], []],
    ["a limit", { prompt: "a", max_tokens: 2 }, ["max_completion_tokens"], ["reported:max_tokens"]],
    ["a limit of llama.cpp", { prompt: "a", n_predict: 2 }, ["max_completion_tokens"], ["reported:n_predict"]],
    [
      "a limit in chat's own word",
      { prompt: "a", max_completion_tokens: 2 },
      ["max_completion_tokens"],
      ["reported:max_completion_tokens"],
    ],
    ["both of logprobs, once", { prompt: "a", logprobs: 2 }, ["logprobs", "top_logprobs"], ["reported:logprobs"]],
    ["an effort that nobody asked for", { prompt: "a", max_tokens: 2 }, ["reasoning_effort"], []],
    ["other fields", { prompt: "a", seed: 2 }, ["seed"], ["reported:seed"]],
    ["several of them, each once", { prompt: "a" }, ["seed", "user", "seed"], ["reported:seed", "reported:user"]],
  ])("a notice: %s", (_name, request, chat, own) => {
    expect(pathsOf(request, { audit: reports(...chat) })).toEqual(own);
  });

  test("notices of the translator are told alike", () => {
    const { operation } = overFakeChat({ changes: [{ verb: "clamped", path: "max_completion_tokens" }] });
    const { changes } = operation.open(asRequest({ prompt: "a", max_tokens: 2 }), facts, "unary");
    expect(changes).toEqual([{ verb: "clamped", path: "max_tokens" }]);
  });

  test.each([
    ["max_completion_tokens", { prompt: "a", max_tokens: 2 }, "max_tokens"],
    ["top_logprobs", { prompt: "a", logprobs: 2 }, "logprobs"],
    ["messages[1].content", { prompt: "a" }, "prompt"],
    ["messages", { prompt: "a" }, "prompt"],
    ["seed", { prompt: "a", seed: 1 }, "seed"],
  ])("a refusal of %s", (param, request, own) => {
    const refusal = new GatewayError("unsupported_parameter", `Unsupported parameter: '${param}'.`, { param });
    const audited = overFakeChat({
      audit: () => {
        throw refusal;
      },
    });
    const opened = overFakeChat({ refusal });
    const wanted = { param: own, message: `Unsupported parameter: '${own}'.`, errorName: "unsupported_parameter" };
    expect(failureOf(() => audited.audit(asRequest(request), facts, "report"))).toMatchObject(wanted);
    expect(failureOf(() => opened.operation.open(asRequest(request), facts, "unary"))).toMatchObject(wanted);
  });

  test("an error in the middle of a stream too", () => {
    const fold = overFakeChat()
      .operation.open(asRequest({ prompt: "a" }), facts, "stream")
      .stream();
    expect(fold.onEvent("cut")).toMatchObject({ param: "prompt", message: "Too long: 'prompt'." });
  });

  test("the audit of chat sees what the client asked for, and not the effort that is added", () => {
    const seen: unknown[] = [];
    const { audit } = overFakeChat({
      leastEffort: () => "minimal",
      audit: (request) => {
        seen.push(request);
        return [];
      },
    });
    audit(asRequest({ prompt: "a", max_tokens: 2 }), facts, "report");
    expect(seen).toEqual([{ model: "m", messages: goesOn("a"), max_completion_tokens: 2 }]);
  });

  test("members of chat that no text can carry are told of", () => {
    const { audit } = overFakeChat();
    const request = asRequest({ prompt: "a", messages: [], tools: null, modalities: ["text"] });
    expect(audit(request, facts, "report")).toEqual([
      { verb: "reported", path: "messages" },
      { verb: "reported", path: "modalities" },
    ]);
    expect(audit(request, facts, "ignore")).toEqual([]);
    expect(failureOf(() => audit(request, facts, "refuse"))).toMatchObject({
      errorName: "unknown_parameter",
      param: "messages",
    });
  });

  test.each([
    ["a likelihood's rivals, where `logprobs` says how many", { logprobs: 1, top_logprobs: 2, tools: [{}] }, ["tools"]],
    ["and where it does not", { top_logprobs: 2 }, ["top_logprobs"]],
  ])("%s", (_name, members, paths) => {
    const changes = overFakeChat().audit(asRequest({ prompt: "a", ...members }), facts, "report");
    expect(changes).toEqual(paths.map((path) => ({ verb: "reported", path })));
  });

  test("a member that chat has in another form is refused by its name", () => {
    const request = asRequest({ prompt: "a", response_format: { type: "poem" } });
    expect(failureOf(() => overFakeChat().audit(request, facts, "report"))).toMatchObject({
      status: 400,
      param: "response_format.type",
    });
  });

  test.each([[[1, 2]], [[[1, 2]]], [["a", "b"]]])("a prompt that is not one text is refused: %j", (prompt) => {
    expect(failureOf(() => toChat({ prompt }))).toMatchObject({ errorName: "invalid_type", param: "prompt" });
  });
});

function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("it did not fail");
}
