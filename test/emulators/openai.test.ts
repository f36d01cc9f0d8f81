import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { collect } from "../_promises.ts";
import { apiError, clientOf, emulate, eventsIn, mustBeValid, post, says, weather } from "./_openai.ts";

const model = "gpt-4o";
const hi = [{ role: "user" as const, content: "Hi" }];
const tools = [weather];

describe("OpenAI's SDK against the built-in model", () => {
  test("gets a text, with token counts that add up", async () => {
    const emulator = await emulate();
    const messages = [{ role: "user" as const, content: "Good morning" }];
    const answer = await clientOf(emulator).chat.completions.create({ model, messages });
    expect(answer.choices[0]?.message.content).toContain("You said: Good morning");
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = answer.usage ?? {};
    expect(prompt_tokens).toBeGreaterThan(0);
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
    expect(answer._request_id).toMatch(/^req_[0-9a-f]{32}$/);
    expect(emulator.requests[0]?.headers["authorization"]).toBe("Bearer [masked]");
  });

  test("an alias answers as the release it stands for", async () => {
    const client = clientOf(await emulate());
    expect((await client.chat.completions.create({ model, messages: hi })).model).toBe("gpt-4o-2024-08-06");
    const tuned = "ft:gpt-4o-mini:acme::abc";
    expect((await client.chat.completions.create({ model: tuned, messages: hi })).model).toBe(tuned);
  });

  test("streams a text in several chunks, with padding and no counts", async () => {
    const client = clientOf(await emulate());
    const messages = [{ role: "user" as const, content: "Tell me a story" }];
    const chunks = await collect(await client.chat.completions.create({ model, messages, stream: true }));
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "", refusal: null });
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toContain(
      "You said: Tell me a story.",
    );
    expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(["stop"]);
    expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1);
    expect(chunks.every((chunk) => "obfuscation" in chunk && !("usage" in chunk))).toBe(true);
  });

  test("include_usage gives one last chunk with counts, and null in the others", async () => {
    const client = clientOf(await emulate());
    const stream_options = { include_usage: true, include_obfuscation: false };
    const chunks = await collect(
      await client.chat.completions.create({ model, messages: hi, stream: true, stream_options }),
    );
    const last = chunks.pop();
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    expect(chunks.every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.some((chunk) => "obfuscation" in chunk)).toBe(false);
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: "stop" });
  });

  test.each(["system", "developer"] as const)("follows the %s message so far as it mentions it", async (role) => {
    const client = clientOf(await emulate());
    const messages = [{ role, content: "Be brief." }, ...hi];
    const answer = await client.chat.completions.create({ model, messages });
    expect(answer.choices[0]?.message.content).toContain("I keep to my instruction: Be brief.");
  });

  test("calls a declared function, with arguments that fit its schema", async () => {
    const client = clientOf(await emulate());
    const messages = [{ role: "user" as const, content: "What is the weather in Paris?" }];
    const { choices } = await client.chat.completions.create({ model, messages, tools });
    expect(choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        content: null,
        tool_calls: [
          {
            id: expect.stringMatching(/^call_\w{24}$/),
            type: "function",
            function: { name: "get_weather", arguments: '{"city":"Paris","unit":"celsius"}' },
          },
        ],
      },
    });
  });

  test("streams a call: its id and name first, its arguments in pieces", async () => {
    const { body, text } = await post(await emulate(), says("Weather in Oslo?", { tools, stream: true }));
    expect(body).toBeUndefined();
    const calls = eventsIn(text, true).flatMap(({ choices }) =>
      JSON.parse(JSON.stringify(choices)).flatMap(
        (choice: { delta: { tool_calls?: unknown[] } }) => choice.delta.tool_calls ?? [],
      ),
    );
    expect(calls[0]).toMatchObject({
      index: 0,
      id: expect.any(String),
      function: { name: "get_weather", arguments: "" },
    });
    expect(calls.length).toBeGreaterThan(2);
    expect(calls.slice(1).every((call) => call.id === undefined && call.function.name === undefined)).toBe(true);
    expect(calls.map((call) => call.function.arguments).join("")).toBe('{"city":"Oslo","unit":"celsius"}');
  });

  test("uses the results of tools until it is done, in both forms of runTools", async () => {
    const client = clientOf(await emulate());
    const tool = {
      type: "function" as const,
      function: {
        ...weather.function,
        parse: JSON.parse,
        function: ({ city }: { city: string }) => `sunny in ${city}`,
      },
    };
    const messages = [{ role: "user" as const, content: "What is the weather in Paris and Rome?" }];
    const runner = client.chat.completions.runTools({ model, messages, tools: [tool] });
    expect(await runner.finalContent()).toContain("get_weather says: sunny in Paris. get_weather says: sunny in Rome.");
    const streamed = client.chat.completions.runTools({ model, messages, tools: [tool], stream: true });
    expect(await streamed.finalContent()).toContain("sunny in Rome");
  });

  test("parallel_tool_calls: false leaves one call", async () => {
    const client = clientOf(await emulate());
    const messages = [{ role: "user" as const, content: "What is the weather in Paris and Rome?" }];
    const both = await client.chat.completions.create({ model, messages, tools });
    const single = await client.chat.completions.create({ model, messages, tools, parallel_tool_calls: false });
    expect(both.choices[0]?.message.tool_calls).toHaveLength(2);
    expect(single.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  test.each<[OpenAI.ChatCompletionToolChoiceOption, boolean, string]>([
    ["auto", true, "tool_calls"],
    ["required", true, "tool_calls"],
    ["none", false, "stop"],
    // A forced call ends as a text does.
    [{ type: "function", function: { name: "get_weather" } }, true, "stop"],
    [{ type: "allowed_tools", allowed_tools: { mode: "required", tools: [weather] } }, true, "tool_calls"],
    [{ type: "allowed_tools", allowed_tools: { mode: "auto", tools: [] } }, false, "stop"],
  ])("tool_choice %j is honoured", async (tool_choice, calls, reason) => {
    const client = clientOf(await emulate());
    const { choices } = await client.chat.completions.create({ model, messages: hi, tools, tool_choice });
    expect(choices[0]?.message.tool_calls !== undefined).toBe(calls);
    expect(choices[0]?.finish_reason).toBe(reason);
  });

  test("a custom tool is called with text, whole and streamed", async () => {
    const client = clientOf(await emulate());
    const custom = [{ type: "custom" as const, custom: { name: "run", description: "Runs a program" } }];
    const messages = [{ role: "user" as const, content: "print hello" }];
    const { choices } = await client.chat.completions.create({ model: "gpt-5", messages, tools: custom });
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { type: "custom", custom: { name: "run", input: "print hello" } },
    ]);
    const { text } = await post(await emulate(), says("print hello", { tools: custom, stream: true }));
    expect(text).toContain('"type":"custom","custom":{"name":"run","input":""}');
    expect(eventsIn(text, true).length).toBeGreaterThan(3);
  });

  test("the older functions are called in the older form", async () => {
    const client = clientOf(await emulate());
    const functions = [weather.function];
    const messages = [{ role: "user" as const, content: "Weather in Oslo?" }];
    const { choices } = await client.chat.completions.create({ model, messages, functions });
    expect(choices[0]).toMatchObject({
      finish_reason: "function_call",
      message: { content: null, function_call: { name: "get_weather", arguments: '{"city":"Oslo","unit":"celsius"}' } },
    });
    const result = { role: "function" as const, name: "get_weather", content: "snow" };
    const call = choices[0]?.message ?? { role: "assistant" };
    const told = await client.chat.completions.create({ model, messages: [...messages, call, result], functions });
    expect(told.choices[0]?.message.content).toContain("get_weather says: snow.");
    const { text } = await post(await emulate(), says("Weather in Oslo?", { functions, stream: true }));
    expect(text).toContain('"delta":{"function_call":{"name":"get_weather","arguments":""}}');
    expect(eventsIn(text, true).length).toBeGreaterThan(3);
  });

  test("parse gets output that fits its schema", async () => {
    const client = clientOf(await emulate());
    const schema = {
      type: "object",
      properties: {
        name: { type: "string" },
        size: { enum: ["small", "large"] },
        count: { type: "integer", minimum: 7 },
      },
      required: ["name", "size", "count"],
      additionalProperties: false,
    };
    const response_format = { type: "json_schema" as const, json_schema: { name: "city", strict: true, schema } };
    const messages = [{ role: "user" as const, content: "Describe Berlin" }];
    const { choices } = await client.chat.completions.parse({ model, messages, response_format });
    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual({ name: "Berlin", size: "small", count: 7 });
    const streamed = client.chat.completions.stream({ model, messages, response_format });
    expect(JSON.parse((await streamed.finalContent()) ?? "")).toEqual({ name: "Berlin", size: "small", count: 7 });
  });

  test("json_object gives an object", async () => {
    const client = clientOf(await emulate());
    const messages = [{ role: "user" as const, content: "Answer in JSON" }];
    const response_format = { type: "json_object" as const };
    const { choices } = await client.chat.completions.create({ model, messages, response_format });
    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual({ answer: expect.any(String) });
  });

  test.each(["max_tokens", "max_completion_tokens"])("%s cuts the text and says so", async (limit) => {
    const client = clientOf(await emulate());
    const answer = await client.chat.completions.create({ model, messages: hi, [limit]: 5 });
    expect(answer.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "Hello! You said: Hi." } });
    expect(answer.usage?.completion_tokens).toBe(5);
  });

  test("a thinking model hides its thoughts and counts them", async () => {
    const client = clientOf(await emulate());
    const { choices, usage } = await client.chat.completions.create({ model: "gpt-5", messages: hi });
    expect(JSON.stringify(choices)).not.toContain("The user wants");
    const reasoning = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
    expect(reasoning).toBeGreaterThan(0);
    expect(usage?.completion_tokens).toBeGreaterThan(reasoning);
    const short = await client.chat.completions.create({ model: "gpt-5", messages: hi, max_completion_tokens: 3 });
    expect(short.choices[0]).toMatchObject({ finish_reason: "length", message: { content: null } });
    const none = await client.chat.completions.create({ model: "gpt-5", messages: hi, reasoning_effort: "none" });
    expect(none.usage?.completion_tokens_details?.reasoning_tokens).toBe(0);
  });

  test.each<[string | string[]]>([[" small"], [["emulator", " small"]]])(
    "stop %j ends the text before it",
    async (stop) => {
      const client = clientOf(await emulate());
      const { choices } = await client.chat.completions.create({ model, messages: hi, stop });
      expect(choices[0]).toMatchObject({
        finish_reason: "stop",
        message: { content: expect.stringMatching(/I am the$/) },
      });
    },
  );

  test("n gives so many choices, and streams them side by side", async () => {
    const client = clientOf(await emulate());
    const whole = await client.chat.completions.create({ model, messages: hi, n: 3 });
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    const chunks = await collect(await client.chat.completions.create({ model, messages: hi, n: 2, stream: true }));
    expect(chunks.slice(0, 4).map(({ choices }) => choices[0]?.index)).toEqual([0, 1, 0, 1]);
  });

  test("likelihoods come with their alternatives, whole and streamed", async () => {
    const client = clientOf(await emulate());
    const asked = { model, messages: hi, logprobs: true, top_logprobs: 3 };
    const { choices } = await client.chat.completions.create(asked);
    const content = choices[0]?.logprobs?.content ?? [];
    expect(content.map(({ token }) => token).join("")).toBe(choices[0]?.message.content);
    expect(content[0]?.top_logprobs).toHaveLength(3);
    const chunks = await collect(await client.chat.completions.create({ ...asked, stream: true }));
    const streamed = chunks.flatMap((chunk) => chunk.choices[0]?.logprobs?.content ?? []);
    expect(streamed.map(({ token }) => token).join("")).toBe(choices[0]?.message.content);
  });

  test("the models are listed and can be asked for, tuned ones too", async () => {
    const client = clientOf(await emulate());
    const models = await collect(client.models.list());
    expect(models.map(({ id }) => id)).toContain("gpt-4o");
    for (const one of models) mustBeValid(one);
    expect(await client.models.retrieve("ft:gpt-4o:acme")).toMatchObject({ id: "ft:gpt-4o:acme", object: "model" });
    expect(await apiError(client.models.retrieve("gpt-9"))).toMatchObject({ status: 404, code: "model_not_found" });
  });

  test("an emulator can have models of its own", async () => {
    const client = clientOf(await emulate("answers: []", { models: ["mine/own"] }));
    expect((await collect(client.models.list())).map(({ id }) => id)).toEqual(["mine/own"]);
    expect((await client.models.retrieve("mine/own")).id).toBe("mine/own");
    expect(await apiError(client.chat.completions.create({ model, messages: hi }))).toMatchObject({ status: 404 });
  });
});

describe("OpenAI's SDK against a script", () => {
  test("gets what is written", async () => {
    const client = clientOf(
      await emulate(`
        answers:
          - text: It is cold.
            thoughts: Winter.
            calls: [{ name: f, args: { a: [1] }, id: call_1 }, { name: g }]
            finish: content_filter
            model_version: gpt-x
            usage: { input: 100, cached: 40, cache_write: 10, output: 7, thinking: 3 }
      `),
    );
    const answer = await client.chat.completions.create({ model, messages: hi });
    expect(answer).toMatchObject({
      model: "gpt-x",
      choices: [
        {
          finish_reason: "content_filter",
          message: {
            content: "It is cold.",
            tool_calls: [
              { id: "call_1", function: { name: "f", arguments: '{"a":[1]}' } },
              { function: { name: "g", arguments: "{}" } },
            ],
          },
        },
      ],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 10,
        total_tokens: 110,
        prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    });
    expect(JSON.stringify(answer)).not.toContain("Winter");
  });

  test("sources, sound and pictures have their places", async () => {
    const source = "{ uri: https://a.example, title: A, quote: cold }";
    const client = clientOf(
      await emulate(`
        answers:
          - { times: 1, text: It is cold., sources: [${source}] }
          - { times: 1, text: Hello., media: [{ mime_type: audio/wav, data: AAAA }, { mime_type: image/png, data: iVBO }] }
      `),
    );
    const cited = await client.chat.completions.create({ model, messages: hi });
    expect(cited.choices[0]?.message.annotations).toEqual([
      { type: "url_citation", url_citation: { start_index: 6, end_index: 10, url: "https://a.example", title: "A" } },
    ]);
    const said = await client.chat.completions.create({ model, messages: hi });
    expect(said.choices[0]?.message).toMatchObject({
      content: null,
      audio: { data: "AAAA", transcript: "Hello." },
      images: [{ image_url: { url: "data:image/png;base64,iVBO" } }],
    });
  });

  test("sources, sound and pictures have their places in streams too", async () => {
    const emulator = await emulate(`
      answers:
        - { times: 1, text: It is cold., sources: [{ uri: https://a.example }] }
        - { text: Hello., media: [{ mime_type: audio/wav, data: AAAA }, { mime_type: image/png, data: iVBO }] }
    `);
    const cited = await post(emulator, says("Hi", { stream: true }));
    expect(eventsIn(cited.text, true).at(-2)).toMatchObject({
      choices: [
        { delta: { annotations: [{ url_citation: { start_index: 0, end_index: 11, url: "https://a.example" } }] } },
      ],
    });
    const said = await post(emulator, says("Hi", { stream: true }));
    expect(eventsIn(said.text, true).slice(1, 3)).toMatchObject([
      { choices: [{ delta: { audio: { data: "AAAA", transcript: "Hello." } } }] },
      { choices: [{ delta: { images: [{ type: "image_url" }] } }] },
    ]);
  });

  test("rules look at the model, the text, streams, tools, results and JSON", async () => {
    const emulator = await emulate(`
      otherwise: fail
      answers:
        - { when: { stream: true }, text: streamed, chunks: 1 }
        - { when: { json: true }, json: { a: 1 } }
        - { when: { tool_result: true }, text: result }
        - { when: { tools: true, says: oslo }, text: tool }
        - { when: { model: gpt-4.1* }, text: model }
    `);
    const called = { id: "c", type: "function", function: { name: "get_weather", arguments: "{}" } };
    const talk = [
      { role: "user", content: "x" },
      { role: "assistant", tool_calls: [called] },
      { role: "tool", tool_call_id: "c", content: "y" },
    ];
    const cases: readonly (readonly [object, string])[] = [
      [says("x", { stream: true }), "streamed"],
      [says("json", { response_format: { type: "json_object" } }), String.raw`{\"a\":1}`],
      [{ model, messages: talk }, "result"],
      [says("In Oslo", { tools }), "tool"],
      [says("x", { model: "gpt-4.1-mini" }), "model"],
    ];
    for (const [body, text] of cases) expect((await post(emulator, body)).text).toContain(text);
    expect(await post(emulator, says("x"))).toMatchObject({
      status: 500,
      body: { error: { message: "The script has no answer for this request." } },
    });
  });

  test.each<[string, new (...given: never[]) => Error, object]>([
    ["{ status: 400 }", OpenAI.BadRequestError, { type: "invalid_request_error", code: null }],
    ["{ status: 401 }", OpenAI.AuthenticationError, { code: "invalid_api_key" }],
    ["{ status: 403 }", OpenAI.PermissionDeniedError, { type: "invalid_request_error" }],
    ["{ status: 404 }", OpenAI.NotFoundError, { type: "invalid_request_error" }],
    ["{ status: 429 }", OpenAI.RateLimitError, { type: "requests", code: "rate_limit_exceeded" }],
    [
      "{ status: 429, reason: insufficient_quota, code: insufficient_quota, message: Broke. }",
      OpenAI.RateLimitError,
      { type: "insufficient_quota", code: "insufficient_quota", message: "429 Broke." },
    ],
    ["{ status: 503 }", OpenAI.InternalServerError, { type: "server_error", code: "server_is_overloaded" }],
    ["{ status: 599 }", OpenAI.InternalServerError, { status: 599, type: "server_error" }],
  ])("an error %s is the SDK's own class, with type and code", async (error, kind, members) => {
    const client = clientOf(await emulate(`answers: [{ error: ${error} }]`));
    const thrown = await apiError(client.chat.completions.create({ model, messages: hi }));
    expect(thrown).toBeInstanceOf(kind);
    expect(thrown).toMatchObject({ ...members, requestID: expect.stringMatching(/^req_/) });
  });

  test("429 says when to come back, in seconds and in milliseconds", async () => {
    const client = clientOf(await emulate("answers: [{ error: { status: 429, retry_after: 1.5s } }]"));
    const { headers } = await apiError(client.chat.completions.create({ model, messages: hi }));
    expect([headers?.get("retry-after"), headers?.get("retry-after-ms")]).toEqual(["2", "1500"]);
    expect(headers?.get("x-ratelimit-remaining-requests")).toBe("0");
  });

  test("an error passes when it is used up, so that a client that retries gets through", async () => {
    const { url } = await emulate("answers: [{ times: 2, error: { status: 503, retry_after: 1ms } }, { text: Now. }]");
    const client = new OpenAI({ apiKey: "k", baseURL: `${url}/v1`, maxRetries: 2 });
    const { choices } = await client.chat.completions.create({ model, messages: hi });
    expect(choices[0]?.message.content).toBe("Now.");
  });

  test("a blocked prompt is 400 with the word for it", async () => {
    const client = clientOf(await emulate("answers: [{ blocked: content_policy_violation }]"));
    const error = await apiError(client.chat.completions.create({ model, messages: hi }));
    expect(error).toMatchObject({ status: 400, code: "content_policy_violation", type: "invalid_request_error" });
  });
});

describe("the older completions", () => {
  const old = "gpt-3.5-turbo-instruct";

  test("continue a text, cut at sixteen tokens unless told otherwise", async () => {
    const client = clientOf(await emulate());
    const answer = await client.completions.create({ model: old, prompt: "Once upon a time" });
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^cmpl-/),
      object: "text_completion",
      choices: [
        { index: 0, text: expect.stringContaining("You said: Once upon"), finish_reason: "length", logprobs: null },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 16, total_tokens: 20 },
    });
    const long = await client.completions.create({ model: old, prompt: "Once", max_tokens: 200 });
    expect(long.choices[0]?.finish_reason).toBe("stop");
  });

  test("several prompts give n answers each, those of the first prompt first", async () => {
    const client = clientOf(await emulate());
    const prompt = ["One", "Two"];
    const { choices, usage } = await client.completions.create({ model: old, prompt, n: 2, best_of: 3 });
    expect(choices.map(({ index, text }) => [index, /You said: (\w+)/.exec(text)?.[1]])).toEqual([
      [0, "One"],
      [1, "One"],
      [2, "Two"],
      [3, "Two"],
    ]);
    // What best_of throws away is paid for.
    expect(usage?.completion_tokens).toBe(2 * 3 * 16);
  });

  test.each<[unknown, number]>([
    [[1, 2, 3], 3],
    [[[1, 2], [3]], 3],
    [null, 4],
  ])("prompt %j counts %i tokens", async (prompt, tokens) => {
    const { status, body } = await post(await emulate(), { model: old, prompt }, "/v1/completions");
    expect(status).toBe(200);
    expect(body).toMatchObject({ usage: { prompt_tokens: tokens } });
  });

  test("echo, stop, suffix and likelihoods", async () => {
    const emulator = await emulate("answers: [{ when: { says: cut } }, { text: ' there was' }]");
    const client = clientOf(emulator);
    const echoed = await client.completions.create({ model: old, prompt: "Once", echo: true, logprobs: 2 });
    expect(echoed.choices[0]).toEqual({
      index: 0,
      text: "Once there was",
      finish_reason: "stop",
      logprobs: {
        tokens: ["Once", " there", " was"],
        token_logprobs: [null, -0.2, -0.3],
        top_logprobs: [null, { " there": -0.2, " alt1": -3 }, { " was": -0.3, " alt1": -3 }],
        text_offset: [0, 4, 10],
      },
    });
    const plain = await client.completions.create({ model: old, prompt: "Once", logprobs: 0, suffix: " end" });
    expect(plain.choices[0]?.logprobs).toMatchObject({ text_offset: [4, 10], top_logprobs: [null, null] });
    const stopped = await client.completions.create({ model: old, prompt: "cut", stop: ["You"], max_tokens: 99 });
    expect(stopped.choices[0]?.text).toBe("Hello! ");
  });

  test("stream in objects of the same kind, the echo first, counts last", async () => {
    const body = { model: old, prompt: ["One", "Two"], echo: true, stream: true, logprobs: 1 };
    const { text } = await post(
      await emulate("answers: [{ text: abc, chunks: 3 }]"),
      { ...body, stream_options: { include_usage: true } },
      "/v1/completions",
    );
    const events = eventsIn(text, true);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(new Set(events.map(({ object }) => object))).toEqual(new Set(["text_completion"]));
    const choices = events.flatMap((event) => (Array.isArray(event["choices"]) ? event["choices"] : []));
    const words = (index: number) => choices.filter((choice) => choice.index === index).map((choice) => choice.text);
    expect(words(0)).toEqual(["One", "a", "b", "c", ""]);
    expect(words(1).join("")).toBe("Twoabc");
    expect(events.map(({ usage }) => usage === null)).toEqual([...events.slice(1).map(() => true), false]);
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 2, completion_tokens: 2 } });
  });
});

describe("embeddings", () => {
  const small = "text-embedding-3-small";

  test("the SDK asks for base64 and decodes it", async () => {
    const emulator = await emulate();
    const client = clientOf(emulator);
    const { data, usage } = await client.embeddings.create({ model: small, input: ["one text", "another"] });
    expect(emulator.requests[0]?.body).toMatchObject({ encoding_format: "base64" });
    expect(data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
      [0, 1536],
      [1, 1536],
    ]);
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 4);
    expect(usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
  });

  test("numbers are the same as base64, the same each time, and different for another text", async () => {
    const client = clientOf(await emulate());
    const vector = async (input: string, encoding_format: "float" | "base64"): Promise<number[]> =>
      (await client.embeddings.create({ model: small, input, encoding_format, dimensions: 4 })).data[0]?.embedding ??
      [];
    const floats = await vector("a", "float");
    const { body } = await post(
      await emulate(),
      { model: small, input: "a", encoding_format: "base64", dimensions: 4 },
      "/v1/embeddings",
    );
    const encoded = /"embedding":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? "";
    const bytes = Buffer.from(encoded, "base64");
    expect([0, 4, 8, 12].map((at) => bytes.readFloatLE(at))).toEqual(floats);
    expect(await vector("a", "float")).toEqual(floats);
    expect(await vector("b", "float")).not.toEqual(floats);
  });

  test.each<[unknown, number, number]>([
    ["text", 1, 1],
    [[1, 2, 3], 1, 3],
    [[[1, 2], [3]], 2, 3],
  ])("input %j gives %i vectors of %i tokens", async (input, count, tokens) => {
    const { body } = await post(await emulate(), { model: small, input }, "/v1/embeddings");
    expect(body).toMatchObject({ object: "list", usage: { prompt_tokens: tokens, total_tokens: tokens } });
    expect(JSON.stringify(body).split('"object":"embedding"')).toHaveLength(count + 1);
  });
});

test.each([
  ["ollama", "nomic-embed-text"],
  ["vllm", "BAAI/bge-m3"],
  ["openrouter", "openai/text-embedding-3-small"],
] as const)("no vector of %s is longer than its model makes them", async (personality, model) => {
  const emulator = await emulate("answers: []", { personality });
  const { body } = await post(emulator, { model, input: "a", dimensions: 1_000_000_000 }, "/v1/embeddings");
  expect(Object(body).data?.[0]?.embedding).toHaveLength(768);
});

describe.each(["gpt-4o", "gpt-5", "o4-mini", "gpt-3.5-turbo"])("what %s answers is valid", (name) => {
  const schema = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
  const limit = name === "gpt-5" || name === "o4-mini" ? "max_completion_tokens" : "max_tokens";
  test.each<[string, object]>([
    ["a text", {}],
    ["calls", { messages: [{ role: "user", content: "Weather in Rome and Oslo" }], tools }],
    ["JSON", { response_format: { type: "json_schema", json_schema: { name: "a", schema } } }],
    ["a cut text", { [limit]: 1 }],
    ["two choices", { n: 2 }],
  ])("%s, whole and streamed", async (_name, more) => {
    const emulator = await emulate();
    const whole = await post(emulator, says("Go", { model: name, ...more }));
    expect(whole.status).toBe(200);
    mustBeValid(whole.body);
    const stream = { stream: true, stream_options: { include_usage: true } };
    const streamed = await post(emulator, says("Go", { model: name, ...more, ...stream }));
    expect(eventsIn(streamed.text, true).length).toBeGreaterThan(2);
    expect(streamed.text.endsWith("data: [DONE]\n\n")).toBe(true);
  });
});

test("the validators of these tests do look", () => {
  expect(() => mustBeValid({ object: "chat.completion", choices: [{ finish_reason: "tired" }] })).toThrow("required");
  expect(() => mustBeValid({ error: { message: "x", type: "y", param: null, code: 400 } })).toThrow("type");
});
