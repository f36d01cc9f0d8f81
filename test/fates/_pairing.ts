import { expect } from "vitest";
import { factsFor, rowOf } from "./_rows.ts";

const messages = [{ role: "user", content: "Hi there." }];
const call = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });

/** Results find their calls by id, or by name in the deprecated form, whatever order they come in. */
export function provesPairing(): void {
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
  const request = { model: "m", messages: conversation };
  const { body, refusal } = rowOf("gemini chat").translate(request, factsFor("gemini-2.5-flash"));
  if (refusal !== undefined) throw refusal;
  const found = JSON.stringify(body).matchAll(/"functionResponse":\{"name":"(\w+)","response":\{"output":"([^"]*)"/g);
  return [...found].map((match) => match.slice(1));
}
