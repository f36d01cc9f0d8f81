import { describe, expect, test } from "vitest";
import { validateCreateCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { compileAudit } from "../../src/dialects/audit.ts";
import { chat } from "../../src/dialects/openai/chat/index.ts";
import { conditions } from "../../src/operations/completions/conditions.ts";
import { completionsOverChat } from "../../src/operations/completions/over-chat.ts";
import type { CompletionRequest } from "../../src/operations/types.ts";
import { factsFor } from "./_rows.ts";

/** What the suites of test/operations take for granted: legacy completions where chat stands in. */
const facts = factsFor("org/up", "other");
const { operation } = completionsOverChat(chat, compileAudit(chat.fates));

function asked(members: object): CompletionRequest {
  const request: unknown = { model: "m", prompt: "Once", ...members };
  if (validateCreateCompletionRequest(request)) return request;
  throw new Error(JSON.stringify(validateCreateCompletionRequest.errors));
}

describe.each(Object.entries(conditions))("the condition %s", (_name, { holds, example }) => {
  test("holds for its example, and not for the shortest request", () => {
    expect(holds(facts, asked(example.request ?? {}))).toBe(true);
    expect(holds(facts, asked({}))).toBe(false);
  });
});

test("an error in place of an answer names the client's own parameter", () => {
  const error = { message: "Too many.", type: "invalid_request_error", param: "max_completion_tokens", code: null };
  const { response, stream } = operation.open(asked({ max_tokens: 9 }), facts, "unary");
  const text = JSON.stringify({ error });
  expect(response(JSON.parse(text), text)).toMatchObject({ status: 400, param: "max_tokens" });
  expect(stream().onEvent(text)).toMatchObject({ status: 400, param: "max_tokens" });
});
