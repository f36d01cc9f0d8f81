import { describe, expect, test } from "vitest";
import { emulate, post, usual } from "./_anthropic.ts";
import { calls, declared, media, messages, shapes } from "./_anthropic-refusals.ts";
import { limits, schemas, thoughts } from "./_anthropic-refusals-settings.ts";
import type { Case } from "./_anthropic-turns.ts";
import {
  assistant,
  call,
  hi,
  image,
  jpeg,
  linked,
  pdf,
  png,
  result,
  system,
  talk,
  text,
  tool,
  tools,
  user,
} from "./_anthropic-turns.ts";

describe.each<[string, readonly Case[]]>([
  ["a shape is refused:", shapes],
  ["a message is refused:", messages],
  ["media are refused:", media],
  ["a call is refused:", calls],
  ["tools are refused:", declared],
  ["a setting is refused:", limits],
  ["a schema is refused:", schemas],
  ["thinking is refused:", thoughts],
])("%s", (_group, cases) => {
  test.each<Case>(cases)("%s", async (_name, body, want, headers) => {
    const posted = await post(await emulate(), body, { headers: { ...usual, ...headers } });
    expect(posted.body).toMatchObject({
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringContaining(want) },
      request_id: posted.headers.get("request-id"),
    });
    expect(posted.status).toBe(400);
  });
});

test("a script hides no bad request, and a stream is refused as a whole", async () => {
  const { status, headers } = await post(await emulate("answers: [{ text: Yes. }]"), hi({ stream: true, n: 1 }));
  expect([status, headers.get("content-type")]).toEqual([400, "application/json"]);
});

test("a count is refused for the same reasons", async () => {
  const { max_tokens: _, ...body } = { max_tokens: 0, ...talk([user(text("a")), assistant(call())], { tools }) };
  const { status, text: said } = await post(await emulate(), body, { path: "/v1/messages/count_tokens" });
  expect([status, said]).toEqual([400, expect.stringContaining("`tool_use` ids were found without")]);
});

describe("what Anthropic takes is taken:", () => {
  const eight = { model: "claude-opus-4-8" };

  test.each<[string, unknown, Record<string, string>?]>([
    ["two messages of the user", talk([user(text("a")), user(text("b"))])],
    ["the assistant's last on older models", talk([user(text("a")), assistant(text("b"))])],
    ["an empty last one", talk([user(text("a")), assistant()])],
    ["the system's in the middle", talk([user(text("a")), system(), assistant(text("b")), user(text("c"))], eight)],
    ["the system's at the end", talk([user(text("a")), system([text("b")])], eight)],
    [
      "results in another order",
      talk([user(text("a")), assistant(call("1"), call("2")), user(result("2"), result("1"))], { tools }),
    ],
    ["results and then a text", talk([user(text("a")), assistant(call()), user(result(), text("b"))], { tools })],
    ["an empty result", talk([user(text("a")), assistant(call()), user(result("t1", { content: "" }))], { tools })],
    [
      "no result at all",
      talk([user(text("a")), assistant(call()), user({ type: "tool_result", tool_use_id: "t1" })], { tools }),
    ],
    ["pictures of their own types", talk([user(image("image/png", png), image("image/jpeg", jpeg))])],
    ["a picture and a PDF by address", talk([user(linked("image"), linked("document"))])],
    ["a PDF", talk([user(pdf(Buffer.from("%PDF-1.7").toString("base64")))])],
    ["a combinator below the top", hi({ tools: [tool({ properties: { a: { anyOf: [{ type: "null" }, {}] } } })] })],
    ["other names below the top", hi({ tools: [tool({ properties: { a: { properties: { "b c": {} } } } })] })],
    [
      "a forced choice with adaptive thinking",
      hi({ model: "claude-opus-4-6", tools, tool_choice: { type: "any" }, thinking: { type: "adaptive" } }),
    ],
    ["a tool of Anthropic's", hi({ tools: [{ type: "web_search_20260318", name: "web_search" }] })],
    [
      "four marks, the longer ones first",
      hi({
        tools: [tool({}, { cache_control: { type: "ephemeral", ttl: "1h" } })],
        system: [
          text("a", { cache_control: { type: "ephemeral", ttl: "1h" } }),
          text("b", { cache_control: { type: "ephemeral" } }),
        ],
        cache_control: { type: "ephemeral" },
      }),
    ],
    ["usual sampling on a newer model", hi({ model: "claude-opus-4-8", temperature: 1, top_p: 1 })],
    ["all of it on an older one", hi({ model: "claude-sonnet-4", temperature: 0.1, top_p: 0.5, top_k: 5 })],
    [
      "likelihoods from 0.95 on with thinking",
      hi({ max_tokens: 2000, top_p: 0.95, thinking: { type: "enabled", budget_tokens: 1024 } }),
    ],
    [
      "xhigh without thinking, where it can always be off",
      hi({ model: "claude-opus-4-7", thinking: { type: "disabled" }, output_config: { effort: "xhigh" } }),
    ],
    [
      "members of a beta feature",
      hi({ model: "claude-opus-5", context_management: { edits: [{ type: "clear_tool_uses_20250919" }] } }),
      { "anthropic-beta": "context-management-2025-06-27" },
    ],
    [
      "a document of the assistant in the older version",
      talk([
        user(text("a")),
        assistant({ type: "document", source: { type: "text", media_type: "text/plain", data: "a" } }),
      ]),
    ],
  ])("%s", async (_name, body, headers) => {
    const posted = await post(await emulate(), body, { headers: { ...usual, ...headers } });
    expect([posted.status, posted.text]).toEqual([200, expect.any(String)]);
  });
});
