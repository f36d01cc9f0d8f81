import { expect, test } from "vitest";
import { startGateway, type TestGateway } from "../_setup.ts";

const call = { id: "8f2kq1xz", type: "function", function: { name: "look_up", arguments: "{}" } } as const;
const messages = [
  { role: "user", content: "Look it up." },
  { role: "assistant", content: null, tool_calls: [call] },
  { role: "tool", tool_call_id: call.id, content: "42" },
] as const;
const tools = [{ type: "function", function: { name: "look_up" } }] as const;
const routes = "models: { test-model: { deployments: [vertex/gemini-3-flash-preview], conformance: enforce } }";

const start = (script: string): Promise<TestGateway> => startGateway({ routes, script });
const sentIds = ({ upstream }: TestGateway): readonly boolean[] =>
  upstream.requests.map(({ body }) => JSON.stringify(body).includes(call.id));

test("§5.4 ids of calls go back where they are taken", async () => {
  const gateway = await start("{ answers: [] }");
  await gateway.chat({ messages, tools });
  expect(sentIds(gateway)).toEqual([true]);
});

test("§5.4 an upstream that refuses ids of calls is asked once more without them, and never again with them", async () => {
  const gateway = await start("{ server: [older], answers: [] }");
  await gateway.chat({ messages, tools });
  expect(sentIds(gateway)).toEqual([true, false]);
  await gateway.chat({ messages, tools });
  await gateway.stream({ messages, tools });
  expect(sentIds(gateway)).toEqual([true, false, false, false]);
});

test("§5.4 so are the choices of one request, whose bytes are shared", async () => {
  const gateway = await start("{ server: [older], answers: [] }");
  const { body } = await gateway.chat({ messages, tools, n: 3 });
  expect(body.choices).toHaveLength(3);
  expect(sentIds(gateway).filter((sent) => !sent)).toHaveLength(3);
});

test("another refusal is the client's, and nothing is learned from it", async () => {
  const gateway = await start("{ answers: [{ error: { status: 400, message: \"Invalid value at 'contents'.\" } }] }");
  const { status } = await gateway.post({ model: "test-model", messages, tools });
  expect(status).toBe(400);
  expect(sentIds(gateway)).toEqual([true]);
});

test("§2 the service tier leaves in a header of its own request", async () => {
  const gateway = await start("{ answers: [] }");
  await gateway.chat({ messages: [messages[0]], service_tier: "flex" });
  await gateway.chat({ messages: [messages[0]] });
  const name = "x-vertex-ai-llm-shared-request-type";
  expect(gateway.upstream.requests.map(({ headers }) => headers[name])).toEqual(["flex", undefined]);
});
