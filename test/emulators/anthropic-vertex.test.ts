import { describe, expect, test } from "vitest";
import { parseScript } from "../../src/emulators/script.ts";
import { startVertexEmulator } from "../../src/emulators/vertex.ts";
import { emulate, eventsIn, post } from "./_anthropic.ts";
import { closed, linked, result, talk, text, tool, user } from "./_anthropic-turns.ts";

const version = "vertex-2023-10-16";
const base = { anthropic_version: version, max_tokens: 1000, messages: [{ role: "user", content: "Good morning" }] };
const headers = { authorization: "Bearer t" };
const pathOf = (model = "claude-haiku-4-5@20251001", call = "rawPredict"): string =>
  `/v1/projects/p/locations/us-east5/publishers/anthropic/models/${model}:${call}`;

describe("Claude on Vertex AI", () => {
  test("answers whole, with the model of the path and ids of its own", async () => {
    const emulator = await emulate("answers: [{ text: Hi., calls: [{ name: f }] }]");
    const { body, status, headers: answered } = await post(emulator, base, { path: pathOf(), headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^msg_vrtx_01/),
      model: "claude-haiku-4-5-20251001",
      content: [{ text: "Hi." }, { id: expect.stringMatching(/^toolu_vrtx_01/) }],
    });
    expect(answered.get("request-id")).toMatch(/^req_vrtx_011C/);
    expect(answered.get("anthropic-ratelimit-requests-limit")).toBeNull();
  });

  test("streams, where path and body say so", async () => {
    const asked = { ...base, stream: true };
    const { text: said } = await post(await emulate(), asked, {
      path: pathOf("claude-opus-5", "streamRawPredict"),
      headers,
    });
    expect(eventsIn(said).at(-1)).toEqual({ event: "message_stop", data: { type: "message_stop" } });
  });

  test("counts, with the model in the body", async () => {
    const { max_tokens: _, ...rest } = base;
    const asked = { ...rest, model: "claude-opus-5" };
    const { body } = await post(await emulate(), asked, { path: pathOf("count-tokens"), headers });
    expect(body).toEqual({ input_tokens: expect.any(Number) });
  });

  test("has the script's beta features in the body too", async () => {
    const asked = { ...base, anthropic_beta: ["context-management-2025-06-27"], context_management: { edits: [] } };
    expect(await post(await emulate(), asked, { path: pathOf(), headers })).toMatchObject({ status: 200 });
  });

  test.each<[string, object, string]>([
    ["a model in the body", { ...base, model: "claude-haiku-4-5" }, "model: Extra inputs are not permitted"],
    ["no version", { ...base, anthropic_version: undefined }, "anthropic_version: Field required"],
    ["the other version", { ...base, anthropic_version: "2023-06-01" }, '"2023-06-01" is not a valid version'],
    ["a user", { ...base, metadata: { user_id: "u" } }, "metadata: Extra inputs are not permitted"],
    ["a tier", { ...base, service_tier: "auto" }, "service_tier: Extra inputs are not permitted"],
    [
      "a picture by address",
      { ...base, messages: [user(linked("image"))] },
      "messages.0.content.0.image.source.url: URL sources are not supported",
    ],
    ["a document by address", { ...base, messages: [user(linked("document"))] }, "URL sources are not supported"],
    [
      "one within a result",
      { ...base, messages: [user(result("t1", { content: [linked("image")] }))] },
      "messages.0.content.0.tool_result.content.0.image.source.url: URL sources are not supported",
    ],
    [
      "a file of Anthropic's",
      { ...base, messages: [user({ type: "document", source: { type: "file", file_id: "file_1" } })] },
      "messages.0.content.0.document.source: Input tag 'file' found using 'type'",
    ],
    [
      "a newer search",
      { ...base, tools: [{ type: "web_search_20260209", name: "web_search" }] },
      "tools.0: Input tag 'web_search_20260209'",
    ],
    [
      "code that Anthropic runs",
      { ...base, tools: [{ type: "code_execution_20250825", name: "code_execution" }] },
      "tools.0: Input tag",
    ],
    ["a stream at the other path", { ...base, stream: true }, "stream: the value does not agree with the path"],
    [
      "a beta feature it has not",
      { ...base, anthropic_beta: ["structured-outputs-2025-11-13"] },
      "Unexpected value(s) `structured-outputs-2025-11-13`",
    ],
    ["no max_tokens", { ...base, max_tokens: undefined }, "max_tokens: Field required"],
  ])("refuses %s", async (_name, asked, message) => {
    const { status, body } = await post(await emulate(), asked, { path: pathOf(), headers });
    expect(body).toMatchObject({
      error: { type: "invalid_request_error", message: expect.stringContaining(message) },
      request_id: expect.stringMatching(/^req_vrtx_/),
    });
    expect(status).toBe(400);
  });

  test("has the early search", async () => {
    const asked = { ...base, tools: [{ type: "web_search_20250305", name: "web_search" }] };
    expect(await post(await emulate(), asked, { path: pathOf(), headers })).toMatchObject({ status: 200 });
  });

  test("refuses a whole answer at the path of streams", async () => {
    const { text: said } = await post(await emulate(), base, {
      path: pathOf("claude-opus-5", "streamRawPredict"),
      headers,
    });
    expect(said).toContain("stream: the value does not agree with the path");
  });

  const schema = { output_config: { format: { type: "json_schema", schema: closed({}) } } };
  test.each<[string, object]>([
    ["an answer by a schema", schema],
    ["strict tools", { tools: [tool(closed({}), { strict: true })] }],
  ])("has %s only where the organisation allows it", async (_name, more) => {
    const off = await post(await emulate(), { ...base, ...more }, { path: pathOf(), headers });
    expect(off).toMatchObject({ status: 400, body: { error: { code: 400, status: "FAILED_PRECONDITION" } } });
    expect(off.text).toContain("constraints/vertexai.allowedPartnerModelFeatures");
    const on = await emulate("answers: []", { structuredOutputs: true });
    expect(await post(on, { ...base, ...more }, { path: pathOf(), headers })).toMatchObject({ status: 200 });
  });

  test("compiles smaller schemas", async () => {
    const names = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`p${at}`, { type: "string" }]));
    const asked = { output_config: { format: { type: "json_schema", schema: closed(names, { required: [] }) } } };
    const emulator = await emulate("answers: []", { structuredOutputs: true });
    const { text: said } = await post(emulator, { ...base, ...asked }, { path: pathOf(), headers });
    expect(said).toContain("The compiled grammar is too large");
    expect(await post(emulator, talk([user(text("a"))], asked))).toMatchObject({ status: 200 });
  });
});

describe("Google in front of Claude", () => {
  test.each<[string, string, Record<string, string>, number, string]>([
    ["no token", pathOf(), {}, 401, "UNAUTHENTICATED"],
    ["a wrong token", pathOf(), { authorization: "Bearer wrong" }, 401, "UNAUTHENTICATED"],
    ["a model that is not Claude", pathOf("gemini-2.5-pro"), { authorization: "Bearer right" }, 404, "NOT_FOUND"],
    [
      "a date in Anthropic's form",
      pathOf("claude-haiku-4-5-20251001"),
      { authorization: "Bearer right" },
      404,
      "NOT_FOUND",
    ],
    [
      "a date where there is none",
      pathOf("claude-opus-4-6@20260205"),
      { authorization: "Bearer right" },
      404,
      "NOT_FOUND",
    ],
  ])("%s", async (_name, path, given, code, status) => {
    const emulator = await emulate("answers: []", { token: "right" });
    const posted = await post(emulator, base, { path, headers: given });
    expect(posted).toMatchObject({ status: code, body: { error: { code, status } } });
    expect(posted.headers.get("request-id")).toBeNull();
  });

  test.each<[string, string, number, object]>([
    [
      "a quota is Google's",
      "status: 429, retry_after: 2s",
      429,
      { error: { code: 429, status: "RESOURCE_EXHAUSTED" } },
    ],
    ["so are its words", "status: 400, reason: FAILED_PRECONDITION", 400, { error: { status: "FAILED_PRECONDITION" } }],
    ["overload is Anthropic's", "status: 529", 529, { type: "error", error: { type: "overloaded_error" } }],
    ["a limit of Anthropic's", "status: 429, reason: rate_limit_error", 429, { error: { type: "rate_limit_error" } }],
  ])("%s", async (_name, members, status, body) => {
    const emulator = await emulate(`answers: [{ error: { ${members} } }]`);
    expect(await post(emulator, base, { path: pathOf(), headers })).toMatchObject({ status, body });
  });

  test("Gemini and Claude are answered by one emulator, from one script", async () => {
    const script = parseScript("answers: [{ times: 2, text: Both. }]");
    const emulator = await startVertexEmulator({ script, auth: "none" });
    const claude = await post(emulator, base, { path: pathOf() });
    const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: "Hi" }] }] });
    const path = "/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:generateContent";
    const gemini = await (await fetch(emulator.url + path, { method: "POST", body })).text();
    await emulator.close();
    expect([claude.text, gemini]).toEqual([expect.stringContaining("Both."), expect.stringContaining("Both.")]);
  });
});
