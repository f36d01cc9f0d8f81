import { describe, expect, test } from "vitest";
import { streamProblems } from "../_stream-rules.ts";
import { createWatch } from "../_wire.ts";
import { startUpstream } from "../upstream/_servers.ts";

const choice = (delta: object, finish_reason: string | null = null) => ({
  index: 0,
  delta,
  logprobs: null,
  finish_reason,
});
const head = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
const chunk = (delta: object, finish: string | null = null, more: object = {}): string =>
  JSON.stringify({ ...head, choices: [choice(delta, finish)], ...more });
const role = chunk({ role: "assistant", content: "" });
const text = chunk({ content: "Hi" });
const finish = chunk({}, "stop");
const failed = '{"error":{"message":"x","type":"server_error","param":null,"code":null}}';
const textHead = { id: "c", object: "text_completion", created: 1, model: "m" };
const textChunk = (text: string, finish_reason: string | null = null, more: object = {}): string =>
  JSON.stringify({ ...textHead, choices: [{ text, index: 0, logprobs: null, finish_reason }], ...more });
const word = textChunk("Hi");
const end = textChunk("", "stop");
const call = { index: 0, id: "call_1", type: "function", function: { name: "f", arguments: "{}" } };

describe("the rules that every streamed answer of these tests is held against", () => {
  test("find nothing wrong with a good stream", () => {
    expect(streamProblems([role, text, finish, "[DONE]"], false)).toEqual([]);
    expect(streamProblems([role, chunk({ tool_calls: [call] }), finish, "[DONE]"], false)).toEqual([]);
    expect(streamProblems([role, text, failed], false)).toEqual([]);
  });

  test.each<[string, readonly string[], string]>([
    ["an end without a word", [role, text, finish], "neither [DONE] nor an error at the end"],
    ["a failure that is called done", [role, text, failed, "[DONE]"], "something after the end"],
    ["no role", [text, finish, "[DONE]"], "choice 0: opens without a role"],
    ["two roles", [role, role, finish, "[DONE]"], "choice 0: says its role twice"],
    ["no finish", [role, text, "[DONE]"], "choice 0: does not finish at its end"],
    ["text after the finish", [role, finish, text, "[DONE]"], "choice 0: does not finish at its end"],
    ["two finishes", [role, finish, finish, "[DONE]"], "choice 0: finishes more than once"],
    [
      "counts nobody asked for",
      [role, chunk({}, "stop", { usage: null }), "[DONE]"],
      "usage or an empty chunk that nobody asked for",
    ],
    [
      "another id",
      [role, chunk({}, "stop", { id: "d" }), "[DONE]"],
      "chunks of several answers: c 1 m chat.completion.chunk, d 1 m chat.completion.chunk",
    ],
    [
      "a call opened twice",
      [role, chunk({ tool_calls: [call] }), chunk({ tool_calls: [call] }), finish, "[DONE]"],
      "choice 0: call 0 is opened twice",
    ],
    [
      "a call numbered from 1",
      [role, chunk({ tool_calls: [{ ...call, index: 1 }] }), finish, "[DONE]"],
      "choice 0: calls are not numbered from 0",
    ],
  ])("find %s", (_name, events, problem) => {
    expect(streamProblems(events, false)).toContain(problem);
  });

  test("find nothing wrong with a good stream of a legacy completion", () => {
    expect(streamProblems([word, word, end, "[DONE]"], false)).toEqual([]);
    expect(streamProblems([textChunk("Hi", "length"), "[DONE]"], false)).toEqual([]);
    expect(streamProblems([word, failed], false)).toEqual([]);
  });

  test.each<[string, readonly string[], string]>([
    ["an end without a word", [word, end], "neither [DONE] nor an error at the end"],
    ["no finish", [word, "[DONE]"], "choice 0: does not finish at its end"],
    ["text after the finish", [end, word, "[DONE]"], "choice 0: does not finish at its end"],
    ["two finishes", [word, end, end, "[DONE]"], "choice 0: finishes more than once"],
    ["counts nobody asked for", [textChunk("Hi", "stop", { usage: null }), "[DONE]"], "nobody asked for"],
    ["a chunk of chat", [word, finish, "[DONE]"], "chunks of several answers"],
  ])("find %s in one of a legacy completion", (_name, events, problem) => {
    expect(streamProblems(events, false).join()).toContain(problem);
  });

  test("find counts that were asked for and did not come", () => {
    expect(streamProblems([role, finish, "[DONE]"], true)).toEqual([
      "a chunk without `usage: null`",
      "no counts at the end",
    ]);
  });
});

describe("the watch over every answer of these tests", () => {
  const good = { "content-type": "application/json", "x-request-id": "r" };

  test.each<[string, number, Record<string, string>, string, RegExp]>([
    ["a body that breaks the spec", 200, good, '{"id":"x"}', /required/],
    ["an error without its four members", 400, good, '{"error":{"message":"x","type":"y"}}', /required/],
    ["an error that says more", 400, good, failed.replace('"code"', '"trace":1,"code"'), /of another shape/],
    ["an answer without an id", 400, { "content-type": "application/json" }, failed, /no x-request-id/],
    ["a page", 502, { ...good, "content-type": "text/html" }, "<html>Bad gateway</html>", /a page of an upstream/],
    ["a secret", 400, good, failed.replace('"x"', '"my secret-1"'), /shows secret-1/],
    ["a secret in a header", 400, { ...good, "x-up": "secret-1" }, failed, /shows secret-1/],
    [
      "an event that breaks the spec",
      200,
      { ...good, "content-type": "text/event-stream" },
      'data: {"id":"x"}\n\n',
      /required/,
    ],
    [
      "an event on two lines",
      200,
      { ...good, "content-type": "text/event-stream" },
      "event: x\ndata: 1\n\n",
      /not one line/,
    ],
    [
      "half an event",
      200,
      { ...good, "content-type": "text/event-stream" },
      `data: ${role}\n\ndata: {`,
      /unfinished event/,
    ],
  ])("finds %s", async (_name, status, headers, body, problem) => {
    expect(await problemsOf("/v1/chat/completions", status, headers, body)).toMatch(problem);
  });

  const stream = { ...good, "content-type": "text/event-stream" };
  const whole = end.replace('"stop"', '"length"');

  test.each<[string, Record<string, string>, string, RegExp]>([
    ["nothing wrong with a good one", good, whole, /^$/],
    ["nothing wrong with a good stream", stream, `data: ${word}\n\ndata: ${end}\n\ndata: [DONE]\n\n`, /^$/],
    ["a body that breaks the spec", good, whole.replace(',"logprobs":null', ""), /required/],
    ["a whole answer without an end", good, word, /has no end/],
    ["an answer of chat", good, '{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[]}', /enum/],
    ["a chunk of chat", stream, `data: ${role}\n\n`, /required|enum/],
  ])("finds in legacy completions: %s", async (_name, headers, body, problem) => {
    for (const path of ["/v1/completions", "/completions/", "/openai/deployments/m/completions?api-version=1"]) {
      expect(await problemsOf(path, 200, headers, body)).toMatch(problem);
    }
  });

  async function problemsOf(path: string, status: number, headers: Record<string, string>, body: string) {
    const upstream = await startUpstream((response) => response.writeHead(status, headers).end(body));
    const watch = createWatch(["secret-1"]);
    const response = await watch.fetch(`${upstream.origin}${path}`, { method: "POST", body: "{}" });
    await response.text();
    return watch.problems.join("\n");
  }
});
