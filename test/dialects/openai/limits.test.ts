import { expect, test } from "vitest";
import { says } from "../../_setup.ts";
import { event, openStream, startBefore } from "../../upstream/_openai-raw.ts";

const call = (index: number) => ({
  index,
  id: `c${index}`,
  type: "function",
  function: { name: "f", arguments: "{}" },
});
const calls = (from: number, count: number) => ({
  tool_calls: Array.from({ length: count }, (_, at) => call(from + at)),
});
const choices = (count: number): string => {
  const listed = Array.from({ length: count }, (_, index) => ({
    index,
    delta: { content: "a" },
    finish_reason: "stop",
  }));
  return `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "x", choices: listed })}\n\n`;
};
const done = "data: [DONE]\n\n";

test.each([
  ["128 choices", choices(128) + done],
  ["2048 calls, in two events", event(calls(0, 1024)) + event(calls(1024, 1024)) + event({}, "tool_calls") + done],
])("%s are read", async (_name, text) => {
  const gateway = await startBefore((response) => void openStream(response).end(text));
  const { error, done: isDone } = await gateway.stream(says("hi"));
  expect([error, isDone]).toEqual([undefined, true]);
});

/** What is sought in a list for each of its items must not be long: the gateway serves others too. */
test.each([
  ["choices in one event", choices(200_000) + done],
  ["calls in one event", event(calls(0, 50_000)) + done],
  ["calls in the end", Array.from({ length: 60 }, (_, at) => event(calls(at * 1000, 1000))).join("") + done],
])("a mad server's %s are refused, and soon", async (_name, text) => {
  const gateway = await startBefore((response) => void openStream(response).end(text), {
    planned: ["upstream_invalid_response"],
  });
  const began = performance.now();
  const { text: said } = await gateway.post({ model: "test-model", stream: true, ...says("hi") });
  expect(said).toContain("upstream_invalid_response");
  expect(performance.now() - began).toBeLessThan(3_000);
});
