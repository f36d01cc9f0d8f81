import { describe, expect, test } from "vitest";
import type { ChatAnswer, ChatRequest } from "../../src/operations/types.ts";
import { fanOut, joinAnswers, joinUsage } from "../../src/routing/fan-out.ts";
import type { Usage } from "../../src/usage/usage.ts";

const request: ChatRequest = { model: "m", messages: [{ role: "user", content: "hi" }], temperature: 1 };

describe("a request", () => {
  test.each([undefined, null, 1])("for n: %s is one call, and passed on as it is", (n) => {
    const one = n === undefined ? request : { ...request, n };
    expect(fanOut(one)).toEqual([{ request: one, firstIndex: 0 }]);
    expect(fanOut(one)[0]?.request).toBe(one);
  });

  test("for several choices is as many calls, none of which speaks of it", () => {
    const sent = { ...request, n: 3 };
    expect(fanOut(sent)).toEqual([0, 1, 2].map((firstIndex) => ({ request, firstIndex })));
    expect(sent.n).toBe(3);
  });
});

const usage: Usage = { uncachedInput: 10, cacheRead: 4, output: 3, reasoning: 2 };

function answerOf(content: string, counted: Usage | undefined): ChatAnswer {
  return {
    body: {
      id: `chatcmpl-${content}`,
      object: "chat.completion",
      created: 1,
      model: "m",
      choices: [
        { index: 0, message: { role: "assistant", content, refusal: null }, logprobs: null, finish_reason: "stop" },
      ],
    },
    usage: counted,
    changes: [{ verb: "reported", path: content }],
  };
}

describe("answers", () => {
  test("of one call are passed on as they are", () => {
    const answer = answerOf("a", usage);
    expect(joinAnswers([answer])).toBe(answer);
  });

  test("of several calls are one, choices numbered in order, usage summed, changes kept", () => {
    const joined = joinAnswers([answerOf("a", usage), answerOf("b", usage), answerOf("c", undefined)]);
    expect(joined.body.id).toBe("chatcmpl-a");
    expect(joined.body.choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, "a"],
      [1, "b"],
      [2, "c"],
    ]);
    expect(joined.usage).toEqual({ uncachedInput: 20, cacheRead: 8, output: 6, reasoning: 4 });
    expect(joined.body.usage).toMatchObject({ prompt_tokens: 28, completion_tokens: 10, total_tokens: 38 });
    expect(joined.changes.map(({ path }) => path)).toEqual(["a", "b", "c"]);
  });

  test("of which none was counted have no usage", () => {
    expect(joinAnswers([answerOf("a", undefined), answerOf("b", undefined)]).body).not.toHaveProperty("usage");
    expect(joinUsage([undefined, undefined])).toBeUndefined();
    expect(joinUsage([undefined, usage])).toEqual(usage);
  });
});
