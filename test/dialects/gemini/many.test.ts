import { describe, expect, test } from "vitest";
import { open } from "./_translate.ts";

interface Sent {
  readonly systemInstruction?: { readonly parts: readonly object[] };
  readonly contents: readonly { readonly role: string; readonly parts: readonly Part[] }[];
}

interface Part {
  readonly functionCall?: { readonly name: string };
  readonly functionResponse?: { readonly name: string; readonly response: object };
}

function send(messages: readonly object[]): Sent {
  const { body } = open({ messages });
  return Object(body);
}

const user = { role: "user", content: "Hi." };

/** A turn that calls functions, and their results from last to first. */
function turn(names: readonly string[]): readonly object[] {
  const calls = names.map((name, i) => ({ id: `c${i}`, type: "function", function: { name, arguments: "{}" } }));
  const results = names.map((_, i) => ({ role: "tool", tool_call_id: `c${i}`, content: `r${i}` }));
  return [{ role: "assistant", tool_calls: calls }, ...results.reverse()];
}

describe("requests with very much of one thing", () => {
  test("§5 thousands of calls in one turn get each their own result, in the order of the calls", () => {
    const names = Array.from({ length: 5000 }, (_, i) => `f${i}`);
    const [, , results] = send([user, ...turn(names)]).contents;
    const got = results?.parts.map(({ functionResponse }) => [functionResponse?.name, functionResponse?.response]);
    expect(got).toEqual(names.map((name, i) => [name, { output: `r${i}` }]));
  });

  test("§5 of two calls with one id the first is the one that is answered, and the other lacks its result", () => {
    const call = (name: string) => ({ id: "c", type: "function", function: { name, arguments: "{}" } });
    const messages = [
      user,
      { role: "assistant", tool_calls: [call("f"), call("g")] },
      { role: "tool", tool_call_id: "c", content: "r" },
    ];
    expect(() => send(messages)).toThrow("did not have response messages: c");
  });

  test("§6.1 thousands of names that become the same stay apart", () => {
    const names = Array.from({ length: 3000 }, (_, i) => `${String.fromCharCode(0x4e00 + i)}`);
    const [, calls] = send([user, ...turn(names)]).contents;
    const got = calls?.parts.map(({ functionCall }) => functionCall?.name ?? "") ?? [];
    expect(got.slice(0, 3)).toEqual(["_", "__2", "__3"]);
    expect(new Set(got).size).toBe(3000);
    expect(got.every((name) => /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(name))).toBe(true);
  });

  test("§6.1 an unsound name that is called again keeps the one it got", () => {
    const { contents } = send([user, ...turn(["a b", "a b"]), user, ...turn(["a b"])]);
    const names = contents.flatMap(({ parts }) => parts.flatMap(({ functionCall }) => functionCall?.name ?? []));
    expect(names).toEqual(["a_b", "a_b", "a_b"]);
  });

  test("§3 messages of more parts than a call takes arguments become one turn", () => {
    const content = Array.from({ length: 150_000 }, () => ({ type: "text", text: "a" }));
    const sent = send([{ role: "system", content }, user, { role: "user", content }]);
    expect(sent.contents.map(({ parts }) => parts.length)).toEqual([150_001]);
    expect(sent.systemInstruction?.parts).toHaveLength(150_000);
  });
});
