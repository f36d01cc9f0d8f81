import { expect } from "vitest";
import type { Facts } from "../../src/dialects/dialect.ts";
import { factsFor, type Row, rowOf } from "./_rows.ts";

const messages = [{ role: "user", content: "Hi there." }];
const call = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });

/** The results in an upstream's body: the name of the call and the text, of each. */
export type ResultsOf = (conversation: readonly object[]) => readonly (readonly unknown[])[];

/** Results find their calls by id, or by name in the deprecated form, whatever order they come in. */
export function provesPairing(resultsOf: ResultsOf = resultsOfGemini): void {
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

function bodyOf(conversation: readonly object[], name: Row["name"], facts: Facts): unknown {
  const { body, refusal } = rowOf(name).translate({ model: "m", messages: conversation }, facts);
  if (refusal !== undefined) throw refusal;
  return body;
}

/** Claude's results bear the ids of their calls. */
export function resultsOfClaude(conversation: readonly object[]): readonly (readonly unknown[])[] {
  const text = JSON.stringify(bodyOf(conversation, "anthropic chat", factsFor("claude-opus-5", "anthropic")));
  const calls = text.matchAll(/"type":"tool_use","id":"(\w+)","name":"(\w+)"/g);
  const names = new Map([...calls].map(([, id, name]) => [id, name]));
  const found = text.matchAll(/"type":"tool_result","tool_use_id":"(\w+)","content":"([^"]*)"/g);
  return [...found].map(([, id, said]) => [names.get(id), said]);
}

function resultsOfGemini(conversation: readonly object[]): readonly (readonly unknown[])[] {
  const body = bodyOf(conversation, "gemini chat", factsFor("gemini-2.5-flash"));
  const found = JSON.stringify(body).matchAll(/"functionResponse":\{"name":"(\w+)","response":\{"output":"([^"]*)"/g);
  return [...found].map((match) => match.slice(1));
}
