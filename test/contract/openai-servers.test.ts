import { describe, expect, test } from "vitest";
import { hostFacts } from "../../src/dialects/openai/hosts.ts";
import { personalities } from "../../src/emulators/openai/personalities/index.ts";
import type { ServerName } from "../../src/emulators/openai.ts";
import type { Answer } from "../../src/emulators/script.ts";
import type { ErrorName } from "../../src/errors.ts";
import { collect, failureOf, says, secrets, type TestGateway } from "../_setup.ts";
import { type Before, before, countedTokens, named, servers, weather } from "./_openai-servers.ts";

describe("what goes to a server", () => {
  test.each(servers)("$name without a key: the client's own stays here", async (server) => {
    const gateway = await before(server, { text: "Hi." });
    expect((await gateway.chat(says("hi"))).body.choices[0]?.message.content).toBe("Hi.");
    const [request] = gateway.upstream.requests;
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(JSON.stringify(request?.headers)).not.toContain(secrets.key);
  });

  test.each(servers)("$name with a key", async (server) => {
    const auth = [', auth: { bearer: "${TOKEN}" }', ', auth: { api_key: "${TOKEN}" }'];
    for (const provider of auth) {
      const gateway = await before(server, { text: "Hi." }, { provider, token: secrets.token });
      expect((await gateway.chat(says("hi"))).status).toBe(200);
      expect(gateway.upstream.requests[0]?.headers["authorization"]).toBe("Bearer [masked]");
    }
  });

  test.each(servers.filter(({ name }) => personalities[name].wantsKey))(
    "$name with a wrong key: a 502, and nothing of it",
    async (server) => {
      const options: Before = {
        provider: ", auth: { bearer: wrong }",
        token: secrets.token,
        planned: ["upstream_auth_error"],
      };
      const gateway = await before(server, {}, options);
      const failure = await failureOf(gateway.client.chat.completions.create({ model: "test-model", ...says("hi") }));
      expect(failure).toMatchObject({ status: 502, code: "upstream_auth_error" });
      expect(String(failure)).toContain("The upstream refused the gateway's credentials.");
    },
  );

  test("OpenRouter's headers, and its own members of a request", async () => {
    const provider = ', headers: { HTTP-Referer: "https://example.com/app", X-Title: My team }';
    const gateway = await before(named("openrouter"), {}, { provider });
    const own = { provider: { order: ["acme"] }, models: ["a/b"], transforms: [], usage: { include: true }, top_k: 5 };
    const { headers } = await gateway.chat({ ...says("hi"), ...own });
    const [request] = gateway.upstream.requests;
    expect(request?.headers).toMatchObject({ "http-referer": "https://example.com/app", "x-title": "My team" });
    expect(request?.body).toMatchObject({ model: "openai/gpt-4o-mini", ...own });
    expect(headers.get("x-specgate-changes")).toBeNull();
  });

  test.each(servers.flatMap((server) => ["", "/", "/v1", "/v1/"].map((path) => ({ ...server, path }))))(
    "$name at its base URL with '$path' behind",
    async ({ path, ...server }) => {
      const gateway = await before(server, {}, { baseUrl: `\${UPSTREAM}${path}` });
      await gateway.chat(says("hi"));
      const root = path.length < 2 ? (server.root ?? "/v1") : "/v1";
      expect(gateway.upstream.requests.map((request) => request.path)).toEqual([`${root}/chat/completions`]);
    },
  );

  test.each<[ServerName, ErrorName]>([
    ["openai", "model_not_found"],
    ["openrouter", "model_not_found"],
    ["vllm", "model_not_found"],
    ["ollama", "model_not_found"],
    ["lmstudio", "upstream_error"],
    ["llamacpp", "model_not_found"],
  ])("%s at a wrong base URL: the log has a hint", async (name, error) => {
    const gateway = await before(named(name), {}, { baseUrl: "${UPSTREAM}/api/v2", planned: [error] });
    for (const stream of [false, true]) await gateway.post({ model: "test-model", stream, ...says("hi") });
    await gateway.log.until((line) => line.error === error && line.stream === true);
    expect(gateway.log.text()).toContain("the provider's base_url may be wrong");
  });

  test("Ollama without what it would pass over, and the client is told", async () => {
    const gateway = await before(named("ollama"), {}, { model: "qwen3:8b" });
    const asked = {
      num_ctx: 8192,
      logit_bias: { 5: 1 },
      user: "u",
      max_completion_tokens: 50,
      reasoning_effort: "minimal",
    };
    const { headers } = await gateway.chat({ ...says("hi"), ...asked });
    expect(headers.get("x-specgate-changes")?.split(", ").toSorted()).toEqual(
      ["clamped:reasoning_effort", "reported:logit_bias", "reported:num_ctx", "reported:user"].toSorted(),
    );
    expect(gateway.upstream.requests[0]?.body).toEqual({
      model: "qwen3:8b",
      ...says("hi"),
      max_tokens: 50,
      reasoning_effort: "low",
    });
  });

  test.each(servers.filter(({ name }) => !hostFacts(name).developerRole))(
    "$name with a developer's word, also where its template is strict",
    async (server) => {
      const messages = [{ role: "developer", content: "Be brief." }, ...says("hi").messages];
      const gateway = await before(server, '{ "server": [strict_roles], "answers": [] }');
      await gateway.chat({ messages });
      expect(gateway.upstream.requests[0]?.body).toMatchObject({ messages: [{ role: "system" }, { role: "user" }] });
    },
  );

  test("a template's refusal of a role comes back as it is", async () => {
    const messages = [{ role: "system", content: "Be brief." }, ...says("hi").messages];
    const gateway = await before(named("vllm"), '{ "server": [no_system], "answers": [] }');
    const { status, body } = await gateway.post({ model: "test-model", messages });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { message: "System role not supported", type: "invalid_request_error", code: null },
    });
  });

  test("what tools show, as the user's, and the place of what is wrong with it", async () => {
    const gateway = await before(named("openai"), { text: "Hi." }, { planned: ["invalid_image_url"] });
    const call = { id: "call_1", type: "function", function: { name: "look", arguments: "{}" } };
    const shows = (url: string): object => ({
      messages: [
        { role: "user", content: "hi" },
        { role: "model", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "call_1", content: ["Seen:", { type: "input_image", image_url: url }] },
      ],
    });
    const url = "https://a.example/x.png";
    expect((await gateway.chat(shows(url))).headers.get("x-specgate-changes")).toBeNull();
    expect(gateway.upstream.requests[0]?.body).toMatchObject({
      messages: [
        { role: "user" },
        { role: "assistant" },
        { role: "tool", content: [{ type: "text", text: "Seen:" }] },
        { role: "user", content: [{ type: "image_url", image_url: { url } }] },
      ],
    });
    const { status, text } = await gateway.post({ model: "test-model", ...shows("ftp://a.example/x.png") });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: {
        message:
          "Invalid 'messages[2].content[1].image_url'. Expected a valid URL, but got a value with an invalid format.",
        param: "messages[2].content[1].image_url",
        code: "invalid_image_url",
      },
    });
  });

  test.each(servers)("$name for any JSON object", async (server) => {
    const gateway = await before(server, { json: { a: 1 } });
    const { body } = await gateway.chat({ ...says("Say JSON"), response_format: { type: "json_object" } });
    expect(body.choices[0]?.message.content).toBe('{"a":1}');
  });

  test.each(servers)("$name for a deprecated function", async (server) => {
    const gateway = await before(server, { calls: [{ name: "get_weather", args: { city: "Paris" } }] });
    const functions = [weather.function];
    const function_call = { name: "get_weather", arguments: '{"city":"Paris"}' };
    const { body } = await gateway.chat({ ...says("Weather?"), functions });
    expect(body.choices[0]).toMatchObject({ finish_reason: "function_call", message: { function_call } });
    const streamed = await gateway.client.chat.completions
      .stream({ model: "test-model", ...says("Weather?"), functions })
      .finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({ finish_reason: "function_call", message: { function_call } });
    const messages = [
      ...says("Weather?").messages,
      { role: "assistant", content: null, function_call },
      { role: "function", name: "get_weather", content: "sunny" },
    ];
    expect((await gateway.post({ model: "test-model", messages })).status).toBe(200);
  });
});

/** What the gateway counts of answers that are not as their upstream's own spec has them. */
async function oddities(gateway: TestGateway): Promise<readonly string[]> {
  const { text } = await gateway.get("/metrics");
  return text.match(/^specgate_upstream_violations_total\{.*$/gm) ?? [];
}

const head = { id: "chatcmpl-1", created: 1, model: "llama-3.3-70b-versatile" } as const;
const whole = {
  ...head,
  object: "chat.completion",
  choices: [
    { index: 0, message: { role: "assistant", content: "Hi.", refusal: null }, logprobs: null, finish_reason: "stop" },
  ],
};

describe("the place of what is wrong is the client's own", () => {
  const call = { id: "abcdefghi", type: "function", function: { name: "look", arguments: "{}" } };
  const shown = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
  /** An instruction at the end, which goes before what the user said last. */
  const instructed = [
    { role: "user", content: "Hi." },
    { role: "assistant", content: "Hello." },
    { role: "user", content: [{ type: "text", text: "Go on." }] },
    { role: "system", content: "Be brief." },
  ];
  /** What the tool has shown becomes a message of the user's behind the result. */
  const looked = [
    { role: "user", content: "Look!" },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "abcdefghi", content: [shown] },
    { role: "assistant", content: "Blue." },
    { role: "user", content: "Sure?" },
  ];
  const detail = (...loc: readonly (string | number)[]) => ({
    status: 422,
    body: JSON.stringify({
      object: "error",
      message: {
        detail: [{ type: "string_type", loc: ["body", "messages", ...loc], msg: "Input should be a string" }],
      },
    }),
  });
  const says400 = (message: string) => ({
    status: 400,
    body: JSON.stringify({ error: { message, type: "invalid_request_error", param: null, code: null } }),
  });

  test.each<[ServerName, readonly object[], { status: number; body: string }, object]>([
    ["mistral", instructed, detail(2, "content"), { param: "messages[3].content" }],
    ["mistral", instructed, detail(3, "user", "content", 0), { param: "messages[2].user.content[0]" }],
    ["mistral", instructed, detail(1, "content"), { param: "messages[1].content" }],
    ["mistral", looked, detail(4, "content"), { param: "messages[3].content" }],
    ["mistral", looked, detail(3, "content", 0), { param: "messages[2].content[0]" }],
    ["mistral", [...looked, instructed[3] ?? {}], detail(5, "content"), { param: "messages[5].content" }],
    ["mistral", [...looked, instructed[3] ?? {}], detail(6, "content"), { param: "messages[4].content" }],
    [
      "deepseek",
      looked,
      says400("Missing `reasoning_content` field in the assistant message at message index 4."),
      { message: "Missing `reasoning_content` field in the assistant message at message index 3." },
    ],
    [
      "groq",
      looked,
      says400("'messages.4' : the following must be satisfied[('messages.4.content' : value must be a string)]"),
      {
        message: "'messages[3]' : the following must be satisfied[('messages[3].content' : value must be a string)]",
      },
    ],
    [
      "openai",
      looked,
      says400("Invalid 'messages[5].content': bad."),
      { message: "Invalid 'messages[4].content': bad." },
    ],
    // Where nothing was moved, words stay as they are.
    ["groq", instructed, says400("'messages.2' : bad"), { message: "'messages.2' : bad" }],
  ])("%s #%#", async (name, messages, { status, body }, error) => {
    const raw = { status, type: "application/json", body };
    const gateway = await before(named(name), { raw });
    const answered = await gateway.post({ model: "test-model", messages });
    expect(answered).toMatchObject({ status: 400, body: { error } });
  });
});

describe("a class of service in a server's own words", () => {
  test.each([
    ["on_demand", "default"],
    ["performance", "priority"],
    ["flex", "flex"],
    // No word that anybody documents: of that the gateway tells.
    ["brand_new", undefined],
  ])("Groq's %s is no oddity, and the client's %s", async (said, told) => {
    const answer = { events: [{ ...whole, service_tier: said }] };
    const gateway = await before(named("groq"), answer);
    const { body } = await gateway.chat(says("hi"));
    expect(body.service_tier ?? undefined).toBe(told);
    expect(await oddities(gateway)).toHaveLength(told === undefined ? 1 : 0);
    const choices = [{ index: 0, delta: { role: "assistant", content: "Hi." }, logprobs: null, finish_reason: "stop" }];
    const chunk = { ...head, object: "chat.completion.chunk", choices, service_tier: said };
    const streamed = await before(named("groq"), { events: [chunk] });
    const { chunks } = await streamed.stream(says("hi"));
    expect(chunks.at(-1)?.service_tier ?? undefined).toBe(told);
    expect(await oddities(streamed)).toHaveLength(told === undefined ? 1 : 0);
  });
});

describe.each(servers)("the counts of $name", (server) => {
  const script: Answer = { text: "Hi.", usage: { input: 12, output: 3 } };

  test("are in log and metrics, and in the stream of a client that asks for them only", async () => {
    const gateway = await before(server, script);
    const plain = await gateway.stream(says("hi"));
    // What Groq says in a member of its own is Groq's own.
    expect(plain.text.replace(/"x_groq":\{.*\}/g, "")).not.toContain('"usage"');
    // Mistral gives them unasked, and refuses the question.
    const asked = hostFacts(server.name).streamOptions === "none" ? undefined : { include_usage: true };
    expect(gateway.upstream.requests[0]?.body).toEqual(
      expect.objectContaining(asked === undefined ? { stream: true } : { stream_options: asked }),
    );
    expect(await gateway.log.until(({ stream }) => stream === true)).toMatchObject({ tokens_in: 12, tokens_out: 3 });
    expect(await countedTokens(gateway)).toMatchObject({ input: 12, output: 3 });

    const counted = await gateway.stream({ ...says("hi"), stream_options: { include_usage: true } });
    expect(counted.chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
    });
    expect(counted.chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });
});

test("OpenRouter's cost comes along with its counts, whole and streamed", async () => {
  const gateway = await before(named("openrouter"), { text: "Hi.", usage: { input: 1000, output: 100 } });
  const cost = 0.00035;
  expect((await gateway.chat(says("hi"))).body.usage).toMatchObject({ cost });
  const streamed = await gateway.stream({ ...says("hi"), stream_options: { include_usage: true } });
  expect(streamed.chunks.at(-1)?.usage).toMatchObject({ cost });
});

test("llama.cpp's timings come along, whole and streamed", async () => {
  const gateway = await before(named("llamacpp"), { text: "Hi.", usage: { input: 5, output: 2 } });
  const timings = { prompt_n: 5, predicted_n: 2 };
  expect((await gateway.chat(says("hi"))).body).toMatchObject({ timings });
  expect((await gateway.stream(says("hi"))).chunks.at(-1)).toMatchObject({ timings });
});

describe("bytes on the wire", () => {
  const events = [
    '{"id": "c1", "object": "chat.completion.chunk", "created": 5, "model": "llama-3.1-8b", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}',
    '{"choices":[{"odds":1.0,"finish_reason":null,"delta":{"content":"\\u00fc \\/"},"index":0}],"model":"llama-3.1-8b","created":5,"object":"chat.completion.chunk","id":"c1"}',
    '{"id":"c1","object":"chat.completion.chunk","created":5,"model":"llama-3.1-8b","choices":[{"index":0,"delta":{},"finish_reason":"stop","stop_reason":null}]}',
  ];
  const script = { events: [...events, "[DONE]"] };
  const framed = (list: readonly string[]) => [...list, "[DONE]"].map((data) => `data: ${data}\n\n`).join("");

  test("are the server's own where the model's name may be seen", async () => {
    const gateway = await before(named("vllm"), script, { more: ", response_model: upstream" });
    expect((await gateway.stream(says("hi"))).text).toBe(framed(events));
  });

  test("are the server's own but for the model's name", async () => {
    const gateway = await before(named("vllm"), script);
    expect((await gateway.stream(says("hi"))).text).toBe(
      framed(events.map((event) => event.replace("llama-3.1-8b", "test-model"))),
    );
  });

  test("are the same to the SDK", async () => {
    const gateway = await before(named("vllm"), script);
    const chunks = await collect(
      await gateway.client.chat.completions.create({ model: "test-model", stream: true, ...says("hi") }),
    );
    expect(chunks.map(({ choices }) => choices[0]?.delta.content)).toEqual(["", "ü /", undefined]);
  });
});
