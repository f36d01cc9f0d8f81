import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type GatewayOptions, says, startGateway, startOpenAIServer } from "../_setup.ts";
import { seenStreamed, seenWhole } from "../contract/_seen.ts";

const setup: GatewayOptions = {
  upstream: (script) => startOpenAIServer(script, "openai"),
  providers: 'providers: { up: { type: openai, base_url: "${UPSTREAM}/v1", auth: { bearer: "${TOKEN}" } } }',
  routes: "models: { test-model: { deployments: [up/gpt-4o], conformance: enforce } }",
};

/** The habits that the emulator knows, so that a new one gets its row by itself. */
const { components } = parse(readFileSync(new URL("../../specs/emulator.yaml", import.meta.url), "utf8"));
const habits: readonly string[] = components.schemas.Quirk.enum;

const tools = [{ type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }];
const talk = {
  text: "Hello there.",
  chunks: 3,
  calls: [
    { name: "f", id: "call_1", args: { a: 1 } },
    { name: "f", id: "call_2", args: {} },
  ],
};
const usage = { input: 5, output: 3 };

/** What a client reads of an answer, whole and streamed. The watch holds both against the spec and the rules of streams. */
async function read(answer: object, more: object = { stream_options: { include_usage: true } }) {
  const gateway = await startGateway({ ...setup, script: JSON.stringify({ answers: [{ usage, ...answer }] }) });
  const { body } = await gateway.chat({ ...says("hi"), tools });
  const streamed = await gateway.stream({ ...says("hi"), tools, ...more });
  return {
    whole: seenWhole(body),
    streamed: seenStreamed(streamed.chunks),
    done: streamed.done,
    counts: [body.usage?.prompt_tokens, streamed.chunks.at(-1)?.usage?.prompt_tokens],
  };
}

/**
 * Servers that call themselves OpenAI-compatible have habits. No client sees any of them.
 *
 * @see reference: upstream-auth §9
 */
describe("an answer with text and calls is the same to its reader", () => {
  const counted = habits.filter((habit) => habit !== "no_usage");

  test.each(counted)("whether its server has the habit %s or not", async (habit) => {
    const [plain, bent] = [await read(talk), await read({ ...talk, quirks: [habit] })];
    expect(bent).toEqual(plain);
    expect(plain.whole[0]).toMatchObject({
      content: "Hello there.",
      finish: "tool_calls",
      calls: [{ name: "f" }, { name: "f" }],
    });
    expect(plain.streamed).toEqual(plain.whole);
  });

  test("and without counts there are none", async () => {
    const bent = await read({ ...talk, quirks: ["no_usage"] }, {});
    expect(bent).toEqual({ ...(await read(talk)), counts: [undefined, undefined] });
  });

  test("whatever habits a server has at once", async () => {
    const quirks = [
      "no_index",
      "repeated_ids",
      "no_head",
      "azure_first",
      "null_delta",
      "usage_everywhere",
      "no_done",
      "pings",
      "crlf",
      "no_space",
    ];
    expect(await read({ ...talk, quirks })).toEqual(await read(talk));
  });
});

describe("an error is OpenAI's", () => {
  test.each([[], ["integer_codes"], ["string_errors"], ["ok_errors"], ["integer_codes", "ok_errors"]])(
    "with the habits %s %s",
    async (...quirks) => {
      const error = { status: 400, message: "The value is wrong." };
      const script = JSON.stringify({ answers: [{ error, quirks }] });
      const gateway = await startGateway({ ...setup, script });
      for (const stream of [false, true]) {
        const { status, body } = await gateway.post({ model: "test-model", stream, ...says("hi") });
        expect(body).toEqual({
          error: { message: "The value is wrong.", type: "invalid_request_error", param: null, code: null },
        });
        expect(status).toBe(400);
      }
    },
  );
});
