import { describe, expect, test } from "vitest";
import type { ConverseRequest } from "../../../src/dialects/converse/types.ts";
import * as names from "./_translate.ts";
import { called, delta, end, start, stop, streamed } from "./_reading.ts";
import { translate } from "./_translate.ts";

const user = { role: "user", content: "Hi." };
const tools = [{ type: "function", function: { name: "f" } }];

type Message = NonNullable<ConverseRequest["messages"]>[number];

const send = (messages: readonly object[], model = names.nova): readonly Message[] =>
  translate({ tools, messages }, model).body.messages ?? [];

const usesIn = (message: Message | undefined) => (message?.content ?? []).flatMap(({ toolUse }) => toolUse ?? []);
const resultsIn = (message: Message | undefined) =>
  (message?.content ?? []).flatMap(({ toolResult }) => toolResult ?? []);

/** A turn that calls tools, and their results from last to first. */
function turn(called: readonly string[], id = (at: number) => `c${at}`): readonly object[] {
  const calls = called.map((name, i) => ({ id: id(i), type: "function", function: { name, arguments: "{}" } }));
  const results = called.map((_, i) => ({ role: "tool", tool_call_id: id(i), content: `r${i}` }));
  return [{ role: "assistant", tool_calls: calls }, ...results.reverse()];
}

describe("requests with very much of one thing", () => {
  test("thousands of calls in one turn get each their own result, in the order of the calls", () => {
    const [, , results] = send([user, ...turn(Array.from({ length: 5000 }, (_, i) => `f${i}`))]);
    const got = resultsIn(results).map(({ toolUseId, content }) => [toolUseId, content]);
    expect(got).toEqual(Array.from({ length: 5000 }, (_, i) => [`c${i}`, [{ text: `r${i}` }]]));
  });

  test("thousands of calls with one id stay apart", () => {
    const turns = Array.from({ length: 3000 }, () => [user, ...turn(["f"], () => "call_0")]).flat();
    const ids = send(turns).flatMap((message) => usesIn(message).map(({ toolUseId }) => toolUseId));
    expect(ids.slice(0, 3)).toEqual(["call_0", "call_0_2", "call_0_3"]);
    expect(new Set(ids).size).toBe(3000);
  });

  test("of calls with one id in one turn the first result is the first one's", () => {
    const [, , results] = send([user, ...turn(["f", "f", "f"], () => "c")]);
    expect(resultsIn(results).map(({ content }) => content)).toEqual([2, 1, 0].map((i) => [{ text: `r${i}` }]));
  });

  test("of two calls with one id and one result the second lacks its own", () => {
    const [calling = {}, result = {}] = turn(["f", "f"], () => "c");
    expect(() => send([user, calling, result])).toThrow("did not have response messages: c");
  });

  test("thousands of names that become the same stay apart", () => {
    const made = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(0x4e00 + i));
    const got = usesIn(send([user, ...turn(made)])[1]).map(({ name }) => name);
    expect(got.slice(0, 3)).toEqual(["_", "__2", "__3"]);
    expect(new Set(got).size).toBe(3000);
    expect(got.every((name) => /^[\w-]{1,64}$/.test(name))).toBe(true);
  });

  test("messages of more parts than a call takes arguments become one turn", () => {
    const content = Array.from({ length: 150_000 }, () => ({ type: "text", text: "a" }));
    const { system, messages } = translate({
      messages: [{ role: "system", content }, user, { role: "user", content }],
    }).body;
    expect((messages ?? []).map((message) => message.content.length)).toEqual([150_001]);
    expect(system).toHaveLength(150_000);
  });

  test("instructions of as many parts go before the user's words where they have no place", () => {
    const content = Array.from({ length: 100_000 }, () => ({ type: "text", text: "a" }));
    const messages = send([{ role: "system", content }, user], names.titan);
    expect(messages.map((message) => message.content.length)).toEqual([100_001]);
  });

  test("of thousands of marks the last four stay", () => {
    const content = Array.from({ length: 20_000 }, () => ({ type: "text", text: "a", cache_control: {} }));
    const { body, changes } = translate({ messages: [{ role: "user", content }] });
    const [message] = body.messages ?? [];
    expect(message?.content.filter(({ cachePoint }) => cachePoint !== undefined)).toHaveLength(4);
    expect(message?.content.slice(-8).map((block) => Object.keys(block)[0])).toEqual(
      Array.from({ length: 4 }, () => ["text", "cachePoint"]).flat(),
    );
    expect(changes).toHaveLength(19_996);
  });

  test("thousands of documents of one name stay apart", () => {
    const file = { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } };
    const content = Array.from({ length: 2000 }, () => file);
    const [message] = translate({ messages: [{ role: "user", content }] }).body.messages ?? [];
    const given = (message?.content ?? []).flatMap(({ document }) => document?.name ?? []);
    expect(given.slice(0, 3)).toEqual(["a", "a (2)", "a (3)"]);
    expect(new Set(given).size).toBe(2000);
  });
});

describe("answers with very much of one thing", () => {
  test("thousands of calls of a stream are numbered", () => {
    const events = Array.from({ length: 3000 }, (_, i) => called(i, "f", ["{}"], `t${i}`)).flat();
    const { chunks, failure } = streamed([start, ...events, ...end("tool_use")]);
    expect(failure).toBeUndefined();
    const indexes = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []).map(({ index }) => index);
    expect([new Set(indexes).size, indexes.at(-1)]).toEqual([3000, 2999]);
  });

  test("a text of thousands of pieces is all there", () => {
    const events = Array.from({ length: 20_000 }, () => delta(0, { text: "a" }));
    const { chunks } = streamed([start, ...events, stop(0), ...end()]);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toHaveLength(20_000);
  });
});
