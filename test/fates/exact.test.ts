import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { open } from "../dialects/gemini/_translate.ts";
import { fold, openChat, openText, readWell } from "../dialects/openai/_translate.ts";

/** What a difference alone does not show: which word it is, and that two places are filled and not only one emptied. */
function whole(answer: object, members: object = {}) {
  const read = open(members).response(answer, JSON.stringify(answer));
  if (read instanceof GatewayError) throw read;
  const [choice] = read.body.choices;
  if (choice === undefined) throw new Error("no choice");
  return choice;
}

function streamed(answer: object, members: object = {}) {
  const fold = open(members).stream();
  const pieces = [fold.onEvent(JSON.stringify(answer)), fold.onEnd()].flatMap((made) => {
    if (made instanceof GatewayError) throw made;
    return [...made];
  });
  return pieces.flatMap(({ chunk }) => chunk.choices);
}

const answerOf = (parts: readonly object[], finishReason = "STOP") => ({
  candidates: [{ content: { role: "model", parts }, finishReason }],
});

describe("gemini chat", () => {
  describe("turns", () => {
    test("keep their speakers and their order", () => {
      const { body } = open({
        messages: [
          { role: "system", content: "Be kind." },
          { role: "user", content: "One." },
          { role: "assistant", content: "Two." },
          { role: "user", content: "Three." },
          { role: "user", content: "Four." },
        ],
      });
      expect(body).toEqual({
        systemInstruction: { parts: [{ text: "Be kind." }] },
        contents: [
          { role: "user", parts: [{ text: "One." }] },
          { role: "model", parts: [{ text: "Two." }] },
          { role: "user", parts: [{ text: "Three." }, { text: "Four." }] },
        ],
      });
    });
  });

  describe("thoughts", () => {
    const answer = answerOf([{ text: "Hm.", thought: true }, { text: "Yes." }]);

    test("are shown beside the answer", () => {
      const { message } = whole(answer);
      expect([message.reasoning_content, message.content]).toEqual(["Hm.", "Yes."]);
    });

    test("are streamed beside the answer", () => {
      const deltas = streamed(answer).map((choice) => choice.delta);
      expect(deltas).toEqual([
        { role: "assistant", content: "", refusal: null },
        { reasoning_content: "Hm." },
        { content: "Yes." },
        {},
      ]);
    });
  });

  test("a stream without a finish reason was cut, whatever it said before", () => {
    const fold = open({}).stream();
    fold.onEvent(JSON.stringify({ candidates: [{ content: { role: "model", parts: [{ text: "So f" }] } }] }));
    expect(fold.onEnd()).toMatchObject({ errorName: "upstream_stream_cut" });
  });

  describe("structured output beside tools", () => {
    const members = {
      tools: [{ type: "function", function: { name: "look_up" } }],
      response_format: {
        type: "json_schema",
        json_schema: { name: "fruit", schema: { type: "object", properties: { a: { type: "string" } } } },
      },
    };
    const schema = { type: "object", properties: { a: { type: "string" } } };

    test("is a function before Gemini 3, and some function must be called", () => {
      const { body } = open(members);
      expect(body).toMatchObject({
        tools: [{ functionDeclarations: [{ name: "look_up" }, { name: "answer", parametersJsonSchema: schema }] }],
        toolConfig: { functionCallingConfig: { mode: "ANY" } },
      });
      expect(body).not.toHaveProperty("generationConfig");
    });

    test("comes back as content, whole and streamed", () => {
      const answer = answerOf([{ functionCall: { name: "answer", args: { a: "pear" } } }]);
      const { message, finish_reason } = whole(answer, members);
      expect([message.content, message.tool_calls, finish_reason]).toEqual(['{"a":"pear"}', undefined, "stop"]);
      expect(streamed(answer, members).map((choice) => choice.delta.content)).toContain('{"a":"pear"}');
      expect(streamed(answer, members).at(-1)?.finish_reason).toBe("stop");
    });

    test("is what it is from Gemini 3 on", () => {
      const { body } = open(members, "gemini-3-flash-preview");
      expect(body).toMatchObject({
        tools: [{ functionDeclarations: [{ name: "look_up" }] }],
        generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema },
      });
      expect(body).not.toHaveProperty("toolConfig");
    });
  });

  describe("finish reasons", () => {
    const rows: readonly (readonly [string, string])[] = [
      ["STOP", "stop"],
      ["MAX_TOKENS", "length"],
      ["CONTINUATION", "length"],
      ["SAFETY", "content_filter"],
      ["RECITATION", "content_filter"],
      ["LANGUAGE", "content_filter"],
      ["BLOCKLIST", "content_filter"],
      ["PROHIBITED_CONTENT", "content_filter"],
      ["SPII", "content_filter"],
      ["MODEL_ARMOR", "content_filter"],
      ["IMAGE_SAFETY", "content_filter"],
      ["IMAGE_PROHIBITED_CONTENT", "content_filter"],
      ["IMAGE_RECITATION", "content_filter"],
      ["NO_IMAGE", "stop"],
      ["IMAGE_OTHER", "stop"],
      ["OTHER", "stop"],
      ["FINISH_REASON_UNSPECIFIED", "stop"],
      ["A_WORD_OF_TOMORROW", "stop"],
    ];
    test.each(rows)("%s is %s", (reason, finish) => {
      const answer = answerOf([{ text: "So." }], reason);
      expect(whole(answer).finish_reason).toBe(finish);
      expect(streamed(answer).at(-1)?.finish_reason).toBe(finish);
    });
  });
});

const inTwoChoices = (members: (word: string) => object) => ({ choices: [members("One."), members("Two.")] });

describe("openai chat", () => {
  test("choices without a number are counted as they come", () => {
    const answer = inTwoChoices((content) => ({ message: { content }, finish_reason: "stop" }));
    const { choices } = readWell(openChat(), answer).body;
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, "One."],
      [1, "Two."],
    ]);
  });

  test("choices without a number are counted as they come, streamed", () => {
    const event = inTwoChoices((content) => ({ delta: { content }, finish_reason: "stop" }));
    const { pieces, failure } = fold(openChat({ kind: "stream" }), [event, "[DONE]"]);
    expect(failure).toBeUndefined();
    const said = pieces.flatMap(({ chunk }) => chunk.choices);
    const told = said.filter(({ delta }) => delta.content).map(({ index, delta }) => [index, delta.content]);
    expect(told).toEqual([
      [0, "One."],
      [1, "Two."],
    ]);
    expect(said.filter((one) => one.finish_reason !== null).map(({ index }) => index)).toEqual([0, 1]);
  });
});

describe("openai completions", () => {
  test("choices without a number are counted as they come", () => {
    const answer = inTwoChoices((text) => ({ text, finish_reason: "stop" }));
    const whole = readWell(openText(), answer).body.choices;
    const { pieces } = fold(openText({ kind: "stream" }), [answer, "[DONE]"]);
    const streamed = pieces.flatMap(({ chunk }) => chunk.choices);
    for (const choices of [whole, streamed]) {
      expect(choices.map(({ index, text }) => [index, text])).toEqual([
        [0, "One."],
        [1, "Two."],
      ]);
    }
  });
});
