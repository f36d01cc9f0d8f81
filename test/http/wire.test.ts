import { describe, expect, test } from "vitest";
import { startGateway } from "../_setup.ts";
import { ask } from "./_ask.ts";
import { upstreams, wireRows } from "./_wire-rows.ts";

const path = "/v1/chat/completions";

/** The data of each event. What is between two events is one empty line, and nothing else. */
function dataOf(text: string): readonly string[] {
  expect(text).toMatch(/^(?:data: [^\n\r]+\n\n)+$/);
  return text
    .split("\n\n")
    .slice(0, -1)
    .map((event) => event.slice("data: ".length));
}

/** @see reference: openai-surface §7 */
describe.each(upstreams)("an answer of %s on the wire", (name, setup) => {
  test.each(wireRows)("$rule", async ({ request, script, whole, chunks, inPieces }) => {
    const gateway = await startGateway({ ...setup, script });
    const body = { model: "test-model", ...request };
    if (whole !== undefined) {
      const answer = await ask(gateway, { path, body });
      expect(answer.body).toMatchObject({
        id: expect.stringMatching(/^chatcmpl-/),
        object: "chat.completion",
        created: expect.any(Number),
        model: "test-model",
      });
      expect(Reflect.get(Object(answer.body), "choices")).toEqual(whole.choices);
      expect(Reflect.get(Object(answer.body), "usage")).toEqual(whole.usage);
    }
    const data = dataOf((await ask(gateway, { path, body: { ...body, stream: true } })).text);
    expect(data.at(-1)).toBe("[DONE]");
    const events = data.slice(0, -1).map((event): unknown => JSON.parse(event));
    const [first] = events;
    const head = {
      id: expect.stringMatching(/^chatcmpl-/),
      object: "chat.completion.chunk",
      created: Number(Reflect.get(Object(first), "created")),
      model: "test-model",
    };
    const wanted = name === "OpenAI" ? (inPieces ?? chunks) : chunks;
    expect(events.map(bare)).toEqual(wanted.map((chunk) => ({ ...head, ...chunk })));
    expect(new Set(events.map((event) => Reflect.get(Object(event), "id"))).size).toBe(1);
  });

  test("an error within a stream is its last event, and no [DONE] follows", async () => {
    const script = "answers: [{ words: 60, chunks: 6, cut: { after_events: 3 } }]";
    const gateway = await startGateway({ ...setup, script, planned: ["upstream_stream_cut"] });
    const { status, text } = await ask(gateway, {
      path,
      body: { model: "test-model", messages: [{ role: "user", content: "hi" }], stream: true },
    });
    expect(status).toBe(200);
    expect(JSON.parse(dataOf(text).at(-1) ?? "")).toEqual({
      error: { message: expect.any(String), type: "server_error", param: null, code: "upstream_stream_cut" },
    });
  });
});

/** Without what OpenAI adds to chunks of its own. */
function bare(event: unknown): unknown {
  const { service_tier: _tier, system_fingerprint: _print, obfuscation: _padding, ...rest } = Object(event);
  return rest;
}
