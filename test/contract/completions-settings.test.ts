import { encode as encodeCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as encodeO200k } from "gpt-tokenizer/encoding/o200k_base";
import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { parseScript } from "../../src/emulators/script.ts";
import { failureOf, says, startGateway, startOpenAIServer, startVertex, type TestGateway } from "../_setup.ts";
import { chatVerdict } from "./_fates.ts";
import { type TextProvider, textProviders } from "./_operations.ts";
import { sentBodies, setupOf } from "./_providers.ts";

const model = "test-model";
const path = "/v1/completions";

const complete = ({ client }: TestGateway, request: Omit<OpenAI.CompletionCreateParamsNonStreaming, "model">) =>
  client.completions.create({ model, ...request }).withResponse();

/** One provider by its name. */
function providerOf(name: string): TextProvider {
  const found = textProviders.find((provider) => provider.name === name);
  if (found === undefined) throw new Error(`no provider ${name}`);
  return found;
}

/** A test of those it is about. */
function testIf(holds: boolean, name: string, run: () => Promise<void>): void {
  if (holds) test(name, run);
}

const gemini = providerOf("Gemini 2.5 on Vertex AI");

describe.each(textProviders)("legacy completions at $name", (provider) => {
  const { by, lacks } = provider.texts;
  const can = (feature: TextProvider["texts"]["lacks"][number]): boolean => !lacks.includes(feature);
  const start = (script = "answers: []", more = "") =>
    startGateway({ ...setupOf(provider, { model: more === "" ? "tokenizer: cl100k_base" : more }), script });

  testIf(by === "itself" && can("suffix"), "a suffix goes to a server that knows it", async () => {
    const gateway = await start("answers: [{ text: x }]");
    const { data } = await complete(gateway, { prompt: "f(", suffix: ")" });
    expect(data.choices[0]?.text).toBe("x");
    expect(sentBodies(gateway)).toMatchObject([{ prompt: "f(", suffix: ")" }]);
  });

  testIf(!can("suffix"), "a suffix where no gap is filled is refused", async () => {
    const gateway = await start();
    const failure = await failureOf(complete(gateway, { prompt: "f(", suffix: ")" }));
    expect(failure).toMatchObject({ status: 400, param: "suffix", code: "unsupported_parameter" });
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  testIf(can("logprobs"), "logprobs are four lists side by side, offsets counted from the prompt", async () => {
    const gateway = await start("answers: [{ text: ' one two' }]");
    for (const logprobs of [2, 0]) {
      const { data } = await complete(gateway, { prompt: "alpha", logprobs });
      const told = data.choices[0]?.logprobs;
      expect(told?.tokens).toEqual([" one", " two"]);
      expect(told?.text_offset).toEqual([5, 9]);
      expect(told?.token_logprobs).toEqual([-0.1, -0.2]);
      expect(told?.top_logprobs).toHaveLength(2);
      const rivals = told?.top_logprobs?.map((one) => Object.keys(one ?? {}).length);
      if (logprobs === 2) expect(rivals).toEqual([2, 2]);
    }
  });

  testIf(can("logprobs"), "logprobs of a stream are those of the whole answer", async () => {
    const gateway = await start("answers: [{ text: ' one two three', chunks: 3 }]");
    const { data } = await complete(gateway, { prompt: "alpha", logprobs: 1 });
    const tokens: string[] = [];
    const offsets: number[] = [];
    const request = { model, prompt: "alpha", logprobs: 1, stream: true } as const;
    for await (const chunk of await gateway.client.completions.create(request)) {
      tokens.push(...(chunk.choices[0]?.logprobs?.tokens ?? []));
      offsets.push(...(chunk.choices[0]?.logprobs?.text_offset ?? []));
    }
    expect(tokens.join("")).toBe(data.choices[0]?.text);
    expect(offsets[0]).toBe(5);
  });

  testIf(!can("logprobs"), "logprobs of a model that tells none are refused", async () => {
    const gateway = await start();
    const failure = await failureOf(complete(gateway, { prompt: "alpha", logprobs: 2 }));
    expect(failure).toMatchObject({ status: 400, param: "logprobs", code: "unsupported_parameter" });
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  testIf(by === "chat", "logprobs of an echoed prompt are refused", async () => {
    const gateway = await start();
    const failure = await failureOf(complete(gateway, { prompt: "alpha", logprobs: 1, echo: true }));
    expect(failure).toMatchObject({ status: 400, param: "echo", code: "unsupported_parameter" });
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  testIf(by === "chat", "no tokens at all are refused", async () => {
    const gateway = await start();
    const failure = await failureOf(complete(gateway, { prompt: "alpha", max_tokens: 0 }));
    expect(failure).toMatchObject({ status: 400, param: "max_tokens", code: "unsupported_parameter" });
  });

  testIf(by === "chat", "what a chat request cannot carry is told, by the client's own names", async () => {
    const gateway = await start();
    const odd = { prompt: "alpha", prompt_logprobs: 1, tools: [{ type: "function" }], best_of: 3 };
    const { headers } = await gateway.post({ model, ...odd }, undefined, path);
    const changes = headers.get("x-specgate-changes")?.split(", ").toSorted();
    expect(changes).toEqual(["reported:best_of", "reported:prompt_logprobs", "reported:tools"]);
  });

  test("ids of another vocabulary are read by the model's `tokenizer`", async () => {
    const text = "Grüße an alle, 世界!";
    const gateway = await start("answers: []", "tokenizer: o200k_base");
    const { data } = await complete(gateway, { prompt: encodeO200k(text), max_tokens: 100 });
    expect(data.choices[0]?.text.includes(text.slice(0, -1))).toBe(!can("tokens"));
    if (can("tokens")) expect(sentBodies(gateway)).toMatchObject([{ prompt: encodeO200k(text) }]);
  });

  testIf(!can("tokens"), "an id that is no token of the vocabulary is refused, by its place", async () => {
    const gateway = await start();
    const failure = await failureOf(complete(gateway, { prompt: [[1], [2, 150_000]] }));
    expect(failure).toMatchObject({ status: 400, param: "prompt[1][1]", code: "invalid_value" });
    expect(failure).toMatchObject({ message: expect.stringContaining("150000 is no token of cl100k_base.") });
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test("prompts of two kinds are refused, by the place of the second", async () => {
    const gateway = await start();
    for (const stream of [false, true]) {
      const { status, body } = await gateway.post({ model, stream, prompt: ["a", 5] }, undefined, path);
      expect(status).toBe(400);
      expect(body).toEqual({
        error: {
          message: "Invalid type for 'prompt[1]': expected a string, but got an integer instead.",
          type: "invalid_request_error",
          param: "prompt[1]",
          code: "invalid_type",
        },
      });
    }
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test("what a model's entry denies stays behind", async () => {
    const gateway = await start("answers: []", "params_deny: [temperature]");
    const { response } = await complete(gateway, { prompt: "alpha", temperature: 0.5 });
    expect(response.headers.get("x-specgate-changes")).toBe("reported:temperature");
    expect(JSON.stringify(sentBodies(gateway))).not.toContain("temperature");
  });

  testIf(by === "chat", "unsupported: refuse turns what would be told into a 400", async () => {
    const gateway = await start("answers: []", "unsupported: refuse");
    const failure = await failureOf(complete(gateway, { prompt: "alpha", best_of: 3 }));
    expect(failure).toMatchObject({ status: 400, param: "best_of", code: "unsupported_parameter" });
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  const stop = ["<|fim_prefix|>", "<|endoftext|>", "\n\n", "\r\n\r\n", "/src/", "#- coding: utf-8", "```"];

  testIf(
    by === "itself" && !can("many-stops"),
    "more than four texts to stop at are refused, as OpenAI does",
    async () => {
      const gateway = await start();
      const failure = await failureOf(complete(gateway, { prompt: "alpha", stop }));
      expect(failure).toMatchObject({ status: 400, param: "stop", code: "array_above_max_length" });
    },
  );

  testIf(
    by === "itself" && can("many-stops"),
    "the many texts that autocomplete clients stop at are passed on",
    async () => {
      const gateway = await start("answers: [{ text: x }]");
      const { data } = await complete(gateway, { prompt: "alpha", stop });
      expect(data.choices[0]).toMatchObject({ text: "x", finish_reason: "stop" });
      expect(sentBodies(gateway)).toMatchObject([{ stop }]);
    },
  );

  testIf(by === "chat", "the many texts that autocomplete clients stop at end an answer", async () => {
    const script = JSON.stringify({ answers: [{ text: "```py\nx = 1\n\ny = 2\n```" }] });
    const gateway = await start(script);
    const prompt = "<|fim_prefix|>if a:\n  <|fim_suffix|>\nprint()<|fim_middle|>";
    const { data } = await complete(gateway, { prompt, stop, max_tokens: 50 });
    expect(data.choices[0]).toMatchObject({ text: "x = 1", finish_reason: "stop" });
    // A host that takes no such texts is told none; they end the answer all the same.
    const isTold = chatVerdict(provider, { ...says("hi"), stop: ["x"] }).kind === "taken";
    expect(JSON.stringify(sentBodies(gateway)).includes('["/src/","#- coding: utf-8"]')).toBe(isTold);
  });
});

describe("few tokens are meant for the answer, not for thinking", () => {
  test.each([
    ["gemini-2.5-flash", { generationConfig: { maxOutputTokens: 8, thinkingConfig: { thinkingBudget: 0 } } }],
    ["gemini-3-flash-preview", { generationConfig: { thinkingConfig: { thinkingLevel: "MINIMAL" } } }],
    ["gemini-3-pro-preview", { generationConfig: { thinkingConfig: { thinkingLevel: "LOW" } } }],
  ])("%s", async (name, body) => {
    const gateway = await startGateway({ ...setupOf({ ...gemini, use: `up/${name}` }), script: "answers: []" });
    const { response } = await complete(gateway, { prompt: "alpha", max_tokens: 8 });
    expect(response.headers.get("x-specgate-changes")).toBeNull();
    expect(sentBodies(gateway)).toMatchObject([body]);
  });

  test.each([
    ["gpt-5", "minimal"],
    ["gpt-5-codex", "low"],
    ["gpt-5.1", "none"],
    ["o4-mini", "low"],
    ["gpt-5-chat-latest", undefined],
    ["gpt-5-pro", undefined],
    ["gpt-4o", undefined],
  ])("OpenAI's %s: %s", async (name, effort) => {
    const gateway = await startGateway(setupOf({ ...providerOf("OpenAI"), use: `up/${name}` }));
    await complete(gateway, { prompt: "alpha", max_tokens: 8 });
    const [body] = sentBodies(gateway);
    expect(body).toMatchObject({ max_completion_tokens: 8 });
    if (effort === undefined) expect(body).not.toHaveProperty("reasoning_effort");
    else expect(body).toMatchObject({ reasoning_effort: effort });
  });

  test("a request without a limit thinks as the model likes", async () => {
    const gateway = await startGateway(setupOf(gemini));
    await complete(gateway, { prompt: "alpha" });
    expect(JSON.stringify(sentBodies(gateway))).not.toContain("thinking");
  });
});

describe("one model of several kinds", () => {
  const providers = `
providers:
  first: { type: openai, server: vllm, base_url: "\${FIRST}/v1", auth: { bearer: "\${TOKEN}" } }
  second: { type: vertex, project: p, location: global, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`;
  const routes = `
models:
  test-model: { deployments: [first/llama-3.1-8b, second/gemini-2.5-flash], conformance: enforce }
`;

  async function startTwo(script: string) {
    const first = await startOpenAIServer(parseScript(script), "vllm");
    const env = { FIRST: first.url };
    return { first, gateway: await startGateway({ providers, routes, env, upstream: startVertex }) };
  }

  test("where a server fails that completes texts itself, chat takes over", async () => {
    const { first, gateway } = await startTwo("answers: [{ error: { status: 503 } }]");
    const { data, response } = await complete(gateway, { prompt: encodeCl100k("alpha beta"), n: 2, best_of: 4 });
    expect(data.choices.map(({ text }) => text)).toEqual([
      expect.stringContaining("You said: alpha beta."),
      expect.stringContaining("You said: alpha beta."),
    ]);
    expect(response.headers.get("x-specgate-deployment")).toBe("second/gemini-2.5-flash");
    expect(response.headers.get("x-specgate-changes")).toBe("reported:best_of");
    // What goes to both has a form that both take.
    const asked = { prompt: "alpha beta", best_of: 2 };
    expect(first.requests.map(({ body }) => body)).toMatchObject([asked, asked]);
  });

  test("where it answers, its own words are passed on", async () => {
    const { gateway } = await startTwo("answers: [{ text: From the first. }]");
    const { data, response } = await complete(gateway, { prompt: "alpha" });
    expect(data.choices[0]?.text).toBe("From the first.");
    expect(response.headers.get("x-specgate-deployment")).toBe("first/llama-3.1-8b");
  });
});
