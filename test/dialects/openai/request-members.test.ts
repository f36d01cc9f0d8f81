import { describe, expect, test } from "vitest";
import { openChat, openText, toldOf } from "./_translate.ts";

const base = { model: "org/up", messages: [{ role: "user", content: "Hi." }] };

/** Members of one server's own, as upstream-auth §§5–8 lists them. */
const own = {
  openrouter: {
    provider: { order: ["acme"] },
    models: ["a/b"],
    route: "fallback",
    transforms: ["middle-out"],
    usage: { include: true },
    reasoning: { effort: "high", max_tokens: 100, exclude: true, enabled: true },
    plugins: [{ id: "web" }],
    session_id: "s",
  },
  vllm: {
    top_k: 1,
    min_p: 0.1,
    repetition_penalty: 1.1,
    length_penalty: 1,
    stop_token_ids: [1],
    include_stop_str_in_output: true,
    ignore_eos: true,
    min_tokens: 1,
    skip_special_tokens: false,
    spaces_between_special_tokens: false,
    truncate_prompt_tokens: 5,
    prompt_logprobs: 1,
    echo: true,
    add_generation_prompt: true,
    continue_final_message: false,
    add_special_tokens: true,
    documents: [{ text: "x" }],
    chat_template: "{{ messages }}",
    chat_template_kwargs: { enable_thinking: false },
    mm_processor_kwargs: { num_crops: 1 },
    guided_json: { type: "object" },
    guided_regex: "a+",
    guided_choice: ["a"],
    guided_grammar: "root ::= x",
    structured_outputs: { json: { type: "object" } },
    priority: 1,
    request_id: "r",
    cache_salt: "c",
    kv_transfer_params: { a: 1 },
    logits_processors: ["x"],
    best_of: 2,
    use_beam_search: false,
    thinking_token_budget: 10,
  },
  lmstudio: { ttl: 60 },
  llamacpp: {
    cache_prompt: true,
    n_predict: 5,
    grammar: "root ::= x",
    json_schema: { type: "object" },
    samplers: ["top_k"],
    chat_template_kwargs: { enable_thinking: false },
    reasoning_format: "deepseek",
    parse_tool_calls: true,
    id_slot: 0,
  },
} as const;
const hosts = ["openrouter", "vllm", "lmstudio", "llamacpp"] as const;

/** Members of legacy completions that a server lacks. */
const textsLack: Readonly<Record<string, readonly string[]>> = {
  lmstudio: ["best_of"],
  llamacpp: ["best_of", "echo"],
};

describe("a server's own members", () => {
  test.each(
    hosts.flatMap((name) =>
      ["other", "openrouter", "vllm", "lmstudio", "llamacpp"].map((host) => [name, host] as const),
    ),
  )("%s's pass at %s, in chat and completions", (name, host) => {
    expect(openChat({ host, request: own[name] }).body).toEqual({ ...base, ...own[name] });
    expect(toldOf(own[name], host)).toEqual([]);
    // What is OpenAI's, and lacked all the same.
    const lacked = Object.keys(own[name]).filter((member) => textsLack[host]?.includes(member));
    const left = Object.fromEntries(Object.entries(own[name]).filter(([member]) => !lacked.includes(member)));
    expect(openText({ host, request: own[name] }).body).toEqual({ model: "org/up", prompt: "Once", ...left });
    expect(toldOf(own[name], host, "completions").toSorted()).toEqual(
      lacked.map((one) => `reported:${one}`).toSorted(),
    );
  });

  test.each(hosts.flatMap((name) => (["openai", "ollama"] as const).map((host) => [name, host] as const)))(
    "%s's at %s: what is not sent is told, each member once",
    (name, host) => {
      for (const operation of ["chat", "completions"] as const) {
        const { body } = (operation === "chat" ? openChat : openText)({ host, request: own[name] });
        const missing = Object.keys(own[name]).filter((member) => !Object.hasOwn(Object(body), member));
        expect(missing.length).toBeGreaterThan(0);
        expect(toldOf(own[name], host, operation).toSorted()).toEqual(
          missing.map((member) => `reported:${member}`).toSorted(),
        );
      }
    },
  );

  test("Ollama's native ones, which its OpenAI-compatible API passes over, are told", () => {
    const native = { think: true, num_ctx: 8192, keep_alive: "5m", options: { num_ctx: 8192 } };
    expect(openChat({ host: "ollama", request: native }).body).toEqual(base);
    expect(toldOf(native, "ollama").toSorted()).toEqual(
      Object.keys(native)
        .map((name) => `reported:${name}`)
        .toSorted(),
    );
    expect(toldOf({ think: null, num_ctx: null }, "ollama")).toEqual([]);
    expect(openChat({ host: "other", request: native }).body).toEqual({ ...base, ...native });
  });
});

describe("what Ollama takes passes there, and nothing of it is told", () => {
  test.each<[string, object]>([
    [
      "sampling",
      { frequency_penalty: 1, presence_penalty: 1, seed: 1, stop: ["x"], temperature: 0, top_p: 0.5, max_tokens: 5 },
    ],
    ["formats", { response_format: { type: "json_object" } }],
    ["tools", { tools: [{ type: "function", function: { name: "f" } }], tool_choice: "auto" }],
    ["efforts", { reasoning_effort: "none", reasoning: { effort: "low" } }],
    ["likelihoods", { logprobs: true, top_logprobs: 2 }],
    [
      "pictures",
      {
        messages: [
          { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }] },
        ],
      },
    ],
  ])("%s", (_name, request) => {
    expect(openChat({ host: "ollama", request }).body).toEqual({ ...base, ...request });
    expect(toldOf(request, "ollama")).toEqual([]);
  });
});

test("a deprecated result alone is one of a tool where servers have forgotten functions", () => {
  const messages = [...base.messages, { role: "function", name: "f", content: "1" }];
  expect(openChat({ host: "vllm", request: { messages } }).body).toEqual({
    ...base,
    messages: [...base.messages, { role: "tool", tool_call_id: "call_0", content: "1" }],
  });
  expect(openChat({ host: "openai", request: { messages } }).body).toEqual({ ...base, messages });
});
