import { describe, expect, test } from "vitest";
import { emulate, type PostOptions, post } from "./_vertex.ts";
import { type Case, calls, contents, parser } from "./_vertex-refusals.ts";
import { settings, thoughts, tools } from "./_vertex-refusals-tools.ts";
import {
  call,
  calling,
  config,
  declare,
  f,
  g3,
  hi,
  modelTurn,
  result,
  signed,
  talk,
  text,
  thinking,
  user,
} from "./_vertex-turns.ts";

describe.each<[string, readonly Case[]]>([
  ["the parser refuses", parser],
  ["among contents", contents],
  ["among calls", calls],
  ["among tools", tools],
  ["among settings", settings],
  ["among thinking settings", thoughts],
])("%s", (_group, cases) => {
  test.each<Case>(cases)("%s", async (_name, body, want, options) => {
    const { status, body: answer } = await post(await emulate(), body, options);
    expect(answer).toMatchObject({
      error: { code: 400, status: "INVALID_ARGUMENT", message: expect.stringContaining(want) },
    });
    expect(status).toBe(400);
  });
});

test("the parser names every violation at once", async () => {
  const { body } = await post(await emulate(), {
    contents: [user({ text: "a", x: 1 })],
    y: 2,
    generationConfig: { seed: {} },
  });
  const violations = [
    { field: "", description: expect.stringContaining('"y"') },
    { field: "contents[0].parts[0]", description: expect.stringContaining('"x"') },
    { field: "generation_config.seed", description: expect.stringContaining("TYPE_INT32") },
  ];
  const details = [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: expect.arrayContaining(violations) },
  ];
  expect(body).toMatchObject({ error: { details } });
});

describe("what Google takes is taken", () => {
  const schema = { type: "object", properties: { a: { type: "string", minLength: 2 } } };
  test.each<[string, unknown, PostOptions?]>([
    [
      "snake_case",
      {
        contents: [user(text("Hi"))],
        system_instruction: { parts: [text("x")] },
        generation_config: { max_output_tokens: 9, top_p: 1 },
      },
    ],
    ["single values for lists of one", { contents: { role: "user", parts: { text: "Hi" } } }],
    ["null for not set", { ...config({ temperature: null, stopSequences: null }), tools: null }],
    ["numbers as texts", config({ maxOutputTokens: "100", temperature: "0.5" })],
    ["types in lower case and numbers for 64 bits", { ...hi, tools: declare({ name: "f", parameters: schema }) }],
    ["a level in lower case", thinking({ thinkingLevel: "low" }), g3],
    ["a system instruction without a role", { ...hi, systemInstruction: { parts: [text("x")] } }],
    ["two turns of the user", talk(user(text("a")), user(text("b")))],
    ["a last turn of the model on older models", talk(user(text("a")), modelTurn(text("b")))],
    [
      "a signature on an empty text",
      talk(user(text("a")), modelTurn(text("b"), { text: "", ...signed }), user(text("c"))),
      g3,
    ],
    ["results and then a text", talk(user(text("a")), modelTurn(call()), user(result()), user(text("b")))],
    ["results and a text in one turn", talk(user(text("a")), modelTurn(call()), user(result(), text("b")))],
    ["results in another order", talk(user(text("a")), modelTurn(call(), call("g")), user(result("g"), result()))],
    [
      "results under the role function",
      talk(user(text("a")), modelTurn(call()), { role: "function", parts: [result()] }),
    ],
    [
      "ids that agree",
      talk(
        user(text("a")),
        modelTurn({ functionCall: { name: "f", id: "1" }, ...signed }),
        user(result("f", { id: "1" })),
      ),
      g3,
    ],
    [
      "an id left out of the result",
      talk(user(text("a")), modelTurn({ functionCall: { name: "f", id: "1" }, ...signed }), user(result())),
      g3,
    ],
    [
      "the word that skips signatures",
      talk(
        user(text("a")),
        modelTurn(call("f", { thoughtSignature: "skip_thought_signature_validator" })),
        user(result()),
      ),
      g3,
    ],
    [
      "no signature in an earlier turn",
      talk(user(text("a")), modelTurn(call()), user(result()), modelTurn(text("b")), user(text("c"))),
      g3,
    ],
    [
      "no signature where a text stands beside the results: a turn begins there",
      talk(user(text("a")), modelTurn(call()), user(result(), text("b"))),
      g3,
    ],
    ...["image/png", "image/jpeg", "image/webp", "application/pdf", "text/plain"].map(
      (mimeType): [string, unknown, PostOptions] => [
        `${mimeType} in a result, inline and in a bucket`,
        talk(
          user(text("a")),
          modelTurn(call("f", signed)),
          user(
            result("f", {
              parts: [{ inlineData: { mimeType, data: "AAAA" } }, { fileData: { mimeType, fileUri: "gs://b/x" } }],
            }),
          ),
        ),
        g3,
      ],
    ),
    [
      "media beside the results",
      talk(
        user(text("a")),
        modelTurn(call(), call("g")),
        user(result(), result("g"), { inlineData: { mimeType: "image/png", data: "AAAA" } }),
      ),
    ],
    ["no signature on a text", talk(user(text("a")), modelTurn(text("b")), user(text("c"))), g3],
    [
      "the signature of another text",
      talk(
        user(text("a")),
        modelTurn({
          text: "b",
          thoughtSignature: Buffer.from("specgate-emulator:0123456789abcdef").toString("base64"),
        }),
        user(text("c")),
      ),
      g3,
    ],
    [
      "no signature on further calls",
      talk(user(text("a")), modelTurn(call("f", signed), call("g")), user(result(), result("g"))),
      g3,
    ],
    ["no signature on 2.5", talk(user(text("a")), modelTurn(call()), user(result()))],
    [
      "no signature on image models",
      talk(user(text("a")), modelTurn(call()), user(result())),
      { model: "gemini-3-pro-image" },
    ],
    [
      "search beside functions since Gemini 3",
      { ...hi, tools: [{ functionDeclarations: [f] }, { googleSearch: {} }] },
      g3,
    ],
    ["two searches before", { ...hi, tools: [{ googleSearch: {} }, { enterpriseWebSearch: {} }] }],
    [
      "JSON beside functions since Gemini 3",
      { ...config({ responseMimeType: "application/json" }), tools: declare(f) },
      g3,
    ],
    ...["AUTO", "NONE"].map((mode): [string, object, object] => [
      `JSON beside functions since Gemini 3, mode ${mode}`,
      {
        ...config({ responseMimeType: "application/json" }),
        ...{ tools: declare(f), toolConfig: { functionCallingConfig: { mode } } },
      },
      g3,
    ]),
    ["allowed names with VALIDATED", calling({ mode: "VALIDATED", allowedFunctionNames: ["f"] })],
    ["NONE without functions", { ...hi, toolConfig: { functionCallingConfig: { mode: "NONE" } } }],
    ["a penalty of zero since Gemini 3", config({ presencePenalty: 0 }), g3],
    ["no thinking on 2.5 Flash", thinking({ thinkingBudget: 0 })],
    ["dynamic thinking on 2.5 Pro", thinking({ thinkingBudget: -1 }), { model: "gemini-2.5-pro" }],
    ["XHIGH on Hydrogen", thinking({ thinkingLevel: "XHIGH" }), { model: "gemini-4-hydrogen" }],
    ["MINIMAL on 3.6 Flash", thinking({ thinkingLevel: "MINIMAL" }), { model: "gemini-3.6-flash" }],
    [
      "pictures from image models",
      config({ responseModalities: ["TEXT", "IMAGE"] }),
      { model: "gemini-2.5-flash-image" },
    ],
    [
      "const in parameters",
      {
        ...hi,
        tools: declare({ name: "f", parametersJsonSchema: { type: "object", properties: { a: { const: 1 } } } }),
      },
    ],
    [
      "a PDF in the cloud",
      talk(user({ fileData: { mimeType: "application/pdf", fileUri: "gs://b/x.pdf" } }, text("Read"))),
    ],
    ["a picture in base64 for URLs", talk(user({ inlineData: { mimeType: "image/png", data: "-_-_" } }))],
  ])("%s", async (_name, body, options) => {
    const { status, text: answer } = await post(await emulate(), body, options);
    expect(answer).toContain('"candidates"');
    expect(status).toBe(200);
  });
});

test("a signature of the emulator belongs to its call", async () => {
  const emulator = await emulate(
    "answers: [{ when: { tool_result: false }, calls: [{ name: f, args: { b: 1, a: 2 } }] }]",
  );
  const asked = await post(emulator, hi, g3);
  const signature = /"thoughtSignature":"([^"]+)"/.exec(asked.text)?.[1];
  const again = (name: string, args: object): object =>
    talk(user(text("a")), modelTurn({ functionCall: { name, args }, thoughtSignature: signature }), user(result(name)));
  expect((await post(emulator, again("f", { a: 2, b: 1 }), g3)).status).toBe(200);
  expect((await post(emulator, again("f", { a: 3, b: 1 }), g3)).text).toContain("Thought signature is not valid.");
  expect((await post(emulator, again("g", { a: 2, b: 1 }), g3)).text).toContain("Thought signature is not valid.");
});

describe("paths and credentials", () => {
  const model = "models/gemini-2.5-flash:generateContent";
  const full = `/v1/projects/p/locations/l/publishers/google/${model}`;
  const express = `/v1/publishers/google/${model}`;

  test.each<[string, string]>([
    ["an unknown version", `/v2/projects/p/locations/l/publishers/google/${model}`],
    ["an unknown method", "/v1/publishers/google/models/gemini-2.5-flash:chat"],
    ["a missing location", `/v1/projects/p/publishers/google/${model}`],
    ["the path of the Developer API", `/v1beta/${model}`],
  ])("%s is a page of Google's front end", async (_name, path) => {
    const { status, text: page } = await post(await emulate(), hi, { path });
    expect(status).toBe(404);
    expect(page).toMatch(/^<!DOCTYPE html>[\s\S]*404/);
  });

  test("GET is a page too", async () => {
    const { url } = await emulate();
    expect((await fetch(url + full)).status).toBe(404);
  });

  test.each([
    "/v1/projects/p/locations/l/publishers/google/models/text-bison:generateContent",
    "/v1/projects/p/locations/l/publishers/anthropic/models/gemini-2.5-flash:generateContent",
    "/v1/publishers/google/models/gpt-4o:generateContent",
  ])("no such model: %s", async (path) => {
    const { status, body } = await post(await emulate(), hi, { path });
    expect(body).toMatchObject({
      error: { code: 404, status: "NOT_FOUND", message: expect.stringContaining("Publisher Model `") },
    });
    expect(status).toBe(404);
  });

  test.each([full, express, `/v1beta1/projects/p/locations/l/endpoints/123:generateContent`])(
    "%s answers",
    async (path) => {
      expect((await post(await emulate(), hi, { path })).status).toBe(200);
    },
  );

  test.each<[string, string, Record<string, string>, string | undefined]>([
    ["nothing", full, {}, "CREDENTIALS_MISSING"],
    ["nothing, in express mode", express, {}, "CREDENTIALS_MISSING"],
    ["an empty token", full, { authorization: "Bearer " }, "CREDENTIALS_MISSING"],
    ["a key where a token belongs", full, { "x-goog-api-key": "right" }, "CREDENTIALS_MISSING"],
    ["a wrong token", full, { authorization: "Bearer wrong" }, "ACCESS_TOKEN_EXPIRED"],
    ["a wrong key", express, { "x-goog-api-key": "wrong" }, "API_KEY_INVALID"],
    ["the right token", full, { authorization: "Bearer right" }, undefined],
    ["the right key", express, { "x-goog-api-key": "right" }, undefined],
    ["the right key in the query", `${express}?key=right`, {}, undefined],
  ])("with %s", async (_name, path, headers, reason) => {
    const { status, body } = await post(await emulate("answers: []", { token: "right" }), hi, { path, headers });
    if (reason === undefined) expect(status).toBe(200);
    else expect(body).toMatchObject({ error: { details: [{ reason, domain: "googleapis.com" }] } });
    if (reason !== undefined) expect(status).toBe(reason === "API_KEY_INVALID" ? 400 : 401);
  });

  test("a prefix stands before Google's path", async () => {
    const emulator = await emulate("answers: []", { prefix: "/corp/ai" });
    expect((await post(emulator, hi, { path: `/corp/ai${full}` })).status).toBe(200);
    expect((await post(emulator, hi, { path: full })).status).toBe(404);
  });
});
