import { describe, expect, test } from "vitest";
import { compileReading, type Reading } from "../../../src/dialects/audit.ts";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { chat } from "../../../src/dialects/openai/chat/index.ts";
import type { ChatRequest } from "../../../src/operations/types.ts";
import { factsFor, openChat, toChatRequest, toldOf } from "./_translate.ts";

const read: Reading<ChatRequest> = compileReading(chat.fates);

const at = (host: string, upstreamModel: string): Facts => ({ ...factsFor(host), upstreamModel });

/** Where a request's limit goes. Azure's deployments have names that no client knows; elsewhere it knows the model. */
const limits: readonly (readonly [host: string, model: string, sent: string, goes: string])[] = [
  ["azure", "o4-mini", "max_tokens", "max_completion_tokens"],
  ["azure", "gpt-5-mini", "max_tokens", "max_completion_tokens"],
  ["azure", "gpt-5-chat", "max_tokens", "max_tokens"],
  ["azure", "gpt-4o", "max_tokens", "max_tokens"],
  ["azure", "gpt-4o", "max_completion_tokens", "max_completion_tokens"],
  ["azure-older", "o1-mini", "max_tokens", "max_tokens"],
  ["azure-older", "o1-mini", "max_completion_tokens", "max_tokens"],
  ["openai", "o4-mini", "max_tokens", "max_tokens"],
  ["other", "o4-mini", "max_tokens", "max_tokens"],
  ["openrouter", "gpt-5", "max_tokens", "max_tokens"],
  ["llamacpp", "gpt-5", "max_completion_tokens", "max_tokens"],
  ["mistral", "magistral-small", "max_completion_tokens", "max_tokens"],
];

describe.each(limits)("at %s, for %s, %s goes as %s", (host, model, sent, goes) => {
  const request = toChatRequest({ [sent]: 9 });

  test("in the body", () => {
    const { body } = chat.open(request, at(host, model), "unary");
    expect(body).toEqual({ model, messages: request.messages, [goes]: 9 });
  });

  test("in the table", () => {
    const fates = read(request, at(host, model)).filter(({ path }) => path === sent);
    expect(fates).toMatchObject([{ fate: { kind: "mapped", to: [goes] } }]);
  });
});

test.each([
  ["openai", "developer"],
  ["openrouter", "developer"],
  ["azure", "system"],
  ["azure-older", "system"],
  ["other", "system"],
])("a developer's word at %s is of the role %s", (host, role) => {
  const messages = [
    { role: "developer", content: "Be brief." },
    { role: "user", content: "Hi." },
  ];
  expect(openChat({ host, request: { messages } }).body).toMatchObject({ messages: [{ role }, { role: "user" }] });
});

test.each([
  ["openai", true],
  ["azure", true],
  ["azure-older", false],
  ["groq", false],
])("tools whose input is plain text at %s: %s", (host, taken) => {
  const request = { tools: [{ type: "custom", custom: { name: "run" } }] };
  if (taken) expect(toldOf(request, host)).toEqual([]);
  else expect(() => toldOf(request, host)).toThrow(expect.objectContaining({ status: 400, param: "tools[0]" }));
});

test.each(["none", "low", "medium", "high"])("reasoning_effort: %s goes to Groq as it is", (effort) => {
  const request = { reasoning_effort: effort };
  const { body, changes } = openChat({ host: "groq", request });
  expect([body, changes]).toMatchObject([request, []]);
});
