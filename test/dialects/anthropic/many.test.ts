import { describe, expect, test } from "vitest";
import type { InputMessage, MessageBody } from "../../../src/dialects/anthropic/types.ts";
import { translate } from "./_translate.ts";

const user = { role: "user", content: "Hi." };

const send = (messages: readonly object[], model?: string): MessageBody => translate({ messages }, model).body;

type Block = Exclude<InputMessage["content"], string>[number];
const blocksOf = (message: InputMessage | undefined): readonly Block[] =>
  typeof message?.content === "object" ? message.content : [];

/** A turn that calls tools, and their results from last to first. */
function turn(names: readonly string[], id = (at: number) => `c${at}`): readonly object[] {
  const calls = names.map((name, i) => ({ id: id(i), type: "function", function: { name, arguments: "{}" } }));
  const results = names.map((_, i) => ({ role: "tool", tool_call_id: id(i), content: `r${i}` }));
  return [{ role: "assistant", tool_calls: calls }, ...results.reverse()];
}

describe("requests with very much of one thing", () => {
  test("§4 thousands of calls in one turn get each their own result, in the order of the calls", () => {
    const names = Array.from({ length: 5000 }, (_, i) => `f${i}`);
    const [, , results] = send([user, ...turn(names)]).messages;
    const got = blocksOf(results).map((block) => block.type === "tool_result" && [block.tool_use_id, block.content]);
    expect(got).toEqual(names.map((_, i) => [`c${i}`, `r${i}`]));
  });

  test("§4 of two calls with one id the first is the one that is answered, and the other lacks its result", () => {
    const call = (name: string) => ({ id: "c", type: "function", function: { name, arguments: "{}" } });
    const messages = [
      user,
      { role: "assistant", tool_calls: [call("f"), call("g")] },
      { role: "tool", tool_call_id: "c", content: "r" },
    ];
    expect(() => send(messages)).toThrow("did not have response messages: c");
  });

  test("§4 thousands of calls with one id stay apart", () => {
    const turns = Array.from({ length: 3000 }, () => [user, ...turn(["f"], () => "call_0")]).flat();
    const ids = send(turns).messages.flatMap((message) =>
      blocksOf(message).flatMap((block) => (block.type === "tool_use" ? [block.id] : [])),
    );
    expect(ids.slice(0, 3)).toEqual(["call_0", "call_0_2", "call_0_3"]);
    expect(new Set(ids).size).toBe(3000);
  });

  test("§5 thousands of names that become the same stay apart", () => {
    const names = Array.from({ length: 3000 }, (_, i) => `${String.fromCharCode(0x4e00 + i)}`);
    const [, calls] = send([user, ...turn(names)]).messages;
    const got = blocksOf(calls).flatMap((block) => (block.type === "tool_use" ? [block.name] : []));
    expect(got.slice(0, 3)).toEqual(["_", "__2", "__3"]);
    expect(new Set(got).size).toBe(3000);
    expect(got.every((name) => /^[A-Za-z0-9_-]{1,128}$/.test(name))).toBe(true);
  });

  test("§3 messages of more parts than a call takes arguments become one turn", () => {
    const content = Array.from({ length: 150_000 }, () => ({ type: "text", text: "a" }));
    const { system, messages } = send([{ role: "system", content }, user, { role: "user", content }]);
    expect(messages.map((message) => blocksOf(message).length)).toEqual([150_001]);
    expect(system).toHaveLength(150_000);
  });

  test("§8 of thousands of marks the last four stay", () => {
    const content = Array.from({ length: 20_000 }, () => ({ type: "text", text: "a", cache_control: {} }));
    const { body, changes } = translate({ messages: [{ role: "user", content }] });
    const marked = blocksOf(body.messages[0]).flatMap((block, i) => ("cache_control" in block ? [i] : []));
    expect(marked).toEqual([19_996, 19_997, 19_998, 19_999]);
    expect(changes).toHaveLength(19_996);
  });
});
