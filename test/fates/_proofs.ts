import { expect } from "vitest";
import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { parseRoutes } from "../../src/config/load.ts";
import { chat } from "../../src/dialects/gemini/chat/index.ts";
import { parseChat } from "../../src/operations/chat.ts";
import { createRouter } from "../../src/routing/resolve.ts";
import { startGateway } from "../_setup.ts";
import { factsFor } from "./_cases.ts";

/** Shows that a field makes a difference where no single upstream body can. */
type Proof = () => Promise<void> | void;

const messages = [{ role: "user", content: "Hi there." }];
const call = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });
const tool = (name: string) => ({
  type: "function",
  function: { name, parameters: { type: "object", properties: { q: {} } } },
});
const twoCalls = `
answers:
  - calls: [{ name: look_up, args: { q: one } }, { name: look_up, args: { q: two } }]
`;

/** By the name a fate gives its contract case, or by the field that a step of the gateway consumes. */
export const proofs: ReadonlyMap<string, Proof> = new Map<string, Proof>([
  [
    "model",
    () => {
      const text = `
providers: { vertex: { type: vertex, project: p, location: global, auth: none } }
models: { one: vertex/gemini-2.5-flash, two: vertex/gemini-2.5-pro }`;
      const loaded = parseRoutes(text, { file: "routes.yaml", env: {} });
      if (!("config" in loaded)) throw new Error(JSON.stringify(loaded.mistakes));
      const router = createRouter(loaded.config, (_deployment, upstreamModel) => ({ upstreamModel, weight: 1 }));
      expect(router.resolve("one", 0).targets).toEqual([{ upstreamModel: "gemini-2.5-flash", weight: 1 }]);
      expect(router.resolve("two", 0).targets).toEqual([{ upstreamModel: "gemini-2.5-pro", weight: 1 }]);
    },
  ],
  [
    "stream",
    () => {
      expect(parseChat({ model: "m", messages, stream: true }, "m").stream).toBe(true);
      expect(parseChat({ model: "m", messages }, "m").stream).toBe(false);
    },
  ],
  ["stream_options", provesUsageChunk],
  ["stream_options.include_usage", provesUsageChunk],
  [
    "chat/n",
    async () => {
      const gateway = await startGateway();
      const one = await gateway.chat({ messages });
      const callsForOne = gateway.upstream.requests.length;
      const three = await gateway.chat({ messages, n: 3 });
      expect(one.body.choices).toHaveLength(1);
      expect(three.body.choices.map((choice) => choice.index)).toEqual([0, 1, 2]);
      expect(callsForOne).toBe(1);
      expect(gateway.upstream.requests).toHaveLength(4);
      expect(three.body.usage?.prompt_tokens).toBe(3 * (one.body.usage?.prompt_tokens ?? 0));
    },
  ],
  [
    "chat/parallel_tool_calls",
    async () => {
      const gateway = await startGateway({ script: twoCalls });
      const request = { messages, tools: [tool("look_up")] };
      const both = await gateway.chat(request);
      const first = await gateway.chat({ ...request, parallel_tool_calls: false });
      expect(both.body.choices[0]?.message.tool_calls).toHaveLength(2);
      expect(first.body.choices[0]?.message.tool_calls).toHaveLength(1);
      expect(first.body.choices[0]?.finish_reason).toBe("tool_calls");
    },
  ],
  ["chat/tool-results", provesPairing],
]);

async function provesUsageChunk(): Promise<void> {
  const gateway = await startGateway();
  const without = await gateway.stream({ messages, stream: true });
  const withIt = await gateway.stream({ messages, stream: true, stream_options: { include_usage: true } });
  expect(without.chunks.some((chunk) => chunk.usage !== undefined)).toBe(false);
  expect(withIt.chunks.at(-1)?.choices).toEqual([]);
  expect(withIt.chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
}

/** Results find their calls by id, or by name in the deprecated form, whatever order they come in. */
function provesPairing(): void {
  const results = (first: string, second: string) => [
    ...messages,
    { role: "assistant", tool_calls: [call("call_a", "look_up"), call("call_b", "find")] },
    { role: "tool", tool_call_id: first, content: "of a" },
    { role: "tool", tool_call_id: second, content: "of b" },
  ];
  expect(resultsOf(results("call_a", "call_b"))).toEqual([
    ["look_up", "of a"],
    ["find", "of b"],
  ]);
  expect(resultsOf(results("call_b", "call_a"))).toEqual([
    ["look_up", "of b"],
    ["find", "of a"],
  ]);
  const custom = { id: "call_c", type: "custom", custom: { name: "write", input: "x" } };
  const written = [
    ...messages,
    { role: "assistant", tool_calls: [custom] },
    { role: "tool", tool_call_id: "call_c", content: "ok" },
  ];
  expect(resultsOf(written)).toEqual([["write", "ok"]]);
  const lost = [
    ...messages,
    { role: "assistant", tool_calls: [custom] },
    { role: "tool", tool_call_id: "call_z", content: "ok" },
  ];
  expect(() => resultsOf(lost)).toThrow("must be a response to a preceeding message");
  const legacy = (name: string) => [
    ...messages,
    { role: "assistant", function_call: { name: "look_up", arguments: "{}" } },
    { role: "function", name, content: "fine" },
  ];
  expect(resultsOf(legacy("look_up"))).toEqual([["look_up", "fine"]]);
  expect(() => resultsOf(legacy("find"))).toThrow("must be a response to a preceeding message");
}

/** Name and text of each result in the upstream body. */
function resultsOf(conversation: readonly object[]): readonly (readonly unknown[])[] {
  const request: unknown = { model: "m", messages: conversation };
  if (!validateCreateChatCompletionRequest(request)) throw new Error("not a chat request");
  const body = JSON.stringify(chat.open(request, factsFor("gemini-2.5-flash")).body);
  const found = body.matchAll(/"functionResponse":\{"name":"(\w+)","response":\{"output":"([^"]*)"/g);
  return [...found].map((match) => match.slice(1));
}
