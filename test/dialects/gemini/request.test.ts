import { describe, expect, test } from "vitest";
import { open } from "./_translate.ts";

const hi = { role: "user", parts: [{ text: "Hi." }] };
const user = { role: "user", content: "Hi." };
const call = (id: string, name: string, args: string) => ({
  id,
  type: "function",
  function: { name, arguments: args },
});

/** One client's messages beside the turns they become. */
const conversations: readonly (readonly [name: string, messages: readonly object[], want: object, model?: string])[] = [
  [
    "instructions from anywhere are gathered in order",
    [{ role: "system", content: "A." }, user, { role: "developer", content: [{ type: "text", text: "B." }] }],
    { systemInstruction: { parts: [{ text: "A." }, { text: "B." }] }, contents: [hi] },
  ],
  [
    "of instructions alone the last one is asked",
    [
      { role: "system", content: "A." },
      { role: "system", content: "B." },
    ],
    { systemInstruction: { parts: [{ text: "A." }] }, contents: [{ role: "user", parts: [{ text: "B." }] }] },
  ],
  [
    "a model without a system instruction is told by the user",
    [{ role: "system", content: "A." }, user],
    { contents: [{ role: "user", parts: [{ text: "A." }, { text: "Hi." }] }] },
    "gemma-3-27b-it",
  ],
  [
    "empty texts are left out",
    [{ role: "user", content: "" }, user, { role: "assistant", content: "" }],
    { contents: [hi] },
  ],
  [
    "parts keep their bounds",
    [
      {
        role: "user",
        content: [
          { type: "text", text: "One" },
          { type: "text", text: "two." },
        ],
      },
    ],
    { contents: [{ role: "user", parts: [{ text: "One" }, { text: "two." }] }] },
  ],
  [
    "an older model may go on with its own turn",
    [user, { role: "assistant", content: "Well," }],
    { contents: [hi, { role: "model", parts: [{ text: "Well," }] }] },
  ],
  [
    "a newer model is asked to continue",
    [user, { role: "assistant", content: "Well," }],
    { contents: [hi, { role: "model", parts: [{ text: "Well," }] }, { role: "user", parts: [{ text: "Continue." }] }] },
    "gemini-3.7-flash",
  ],
  [
    "a data URL is sent inline, parameters of its type left out, base64 mended",
    [
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "data:image/png;charset=x;base64,-_8" } },
          { type: "image_url", image_url: { url: "data:text/plain,a%20b" } },
        ],
      },
    ],
    {
      contents: [
        {
          role: "user",
          parts: [
            { inlineData: { mimeType: "image/png", data: "+/8=" } },
            { inlineData: { mimeType: "text/plain", data: "YSBi" } },
          ],
        },
      ],
    },
  ],
  [
    "addresses are passed on with a type",
    [
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "gs://b/x.webp" } },
          { type: "image_url", image_url: { url: "https://a.example/y.png?v=1" } },
          { type: "file", file: { file_id: "gs://b/z.pdf" } },
        ],
      },
    ],
    {
      contents: [
        {
          role: "user",
          parts: [
            { fileData: { mimeType: "image/webp", fileUri: "gs://b/x.webp" } },
            { fileData: { mimeType: "image/png", fileUri: "https://a.example/y.png?v=1" } },
            { fileData: { mimeType: "application/pdf", fileUri: "gs://b/z.pdf" } },
          ],
        },
      ],
    },
  ],
  [
    "calls follow the text, and results follow the calls in their order",
    [
      user,
      { role: "assistant", content: "Let me see.", tool_calls: [call("a", "f", '{"x":1}'), call("b", "g", "")] },
      { role: "tool", tool_call_id: "b", content: '{"error":"no"}' },
      {
        role: "tool",
        tool_call_id: "a",
        content: [
          { type: "text", text: "4" },
          { type: "text", text: "2" },
        ],
      },
      { role: "user", content: "Thanks." },
    ],
    {
      contents: [
        hi,
        {
          role: "model",
          parts: [
            { text: "Let me see." },
            { functionCall: { name: "f", args: { x: 1 } } },
            { functionCall: { name: "g", args: {} } },
          ],
        },
        {
          role: "user",
          parts: [
            { functionResponse: { name: "f", response: { output: "4\n2" } } },
            { functionResponse: { name: "g", response: { output: '{"error":"no"}' } } },
          ],
        },
        { role: "user", parts: [{ text: "Thanks." }] },
      ],
    },
  ],
  [
    "arguments that are no object are wrapped",
    [
      user,
      { role: "assistant", tool_calls: [call("a", "f", "[1]"), call("b", "f", '{"cut')] },
      { role: "tool", tool_call_id: "a", content: "x" },
      { role: "tool", tool_call_id: "b", content: "" },
    ],
    {
      contents: [
        hi,
        {
          role: "model",
          parts: [
            { functionCall: { name: "f", args: { value: [1] } } },
            { functionCall: { name: "f", args: { _raw: '{"cut' } } },
          ],
        },
        {
          role: "user",
          parts: [
            { functionResponse: { name: "f", response: { output: "x" } } },
            { functionResponse: { name: "f", response: { output: "" } } },
          ],
        },
      ],
    },
  ],
  [
    "from Gemini 3 on, ids that Google gave and signatures go back; a stand-in fills the first call's place only",
    [
      user,
      {
        role: "assistant",
        tool_calls: [{ ...call("g1", "f", "{}"), extra_content: { google: { thought_signature: "c2ln" } } }],
      },
      { role: "tool", tool_call_id: "g1", content: "1" },
      { role: "assistant", tool_calls: [call("call_x", "f", "{}"), call("call_y", "f", "{}")] },
      { role: "tool", tool_call_id: "call_x", content: "2" },
      { role: "tool", tool_call_id: "call_y", content: "3" },
    ],
    {
      contents: [
        hi,
        { role: "model", parts: [{ functionCall: { id: "g1", name: "f", args: {} }, thoughtSignature: "c2ln" }] },
        { role: "user", parts: [{ functionResponse: { id: "g1", name: "f", response: { output: "1" } } }] },
        {
          role: "model",
          parts: [
            { functionCall: { name: "f", args: {} }, thoughtSignature: "skip_thought_signature_validator" },
            { functionCall: { name: "f", args: {} } },
          ],
        },
        {
          role: "user",
          parts: [
            { functionResponse: { name: "f", response: { output: "2" } } },
            { functionResponse: { name: "f", response: { output: "3" } } },
          ],
        },
      ],
    },
    "gemini-3-flash-preview",
  ],
];

describe("conversations", () => {
  for (const [name, messages, want, model] of conversations) {
    test(name, () => expect(open({ messages }, model).body).toEqual(want));
  }
});

const fn = (name: string, parameters?: object) => ({
  type: "function",
  function: { name, ...(parameters && { parameters }) },
});

describe("tools", () => {
  test("are declared together, schemas in Gemini's reading of JSON Schema", () => {
    const parameters = {
      type: "object",
      properties: { const: { const: "a" }, node: { $ref: "#/definitions/N" } },
      definitions: { N: { type: "string" } },
    };
    expect(open({ tools: [fn("f", parameters), fn("g", { type: "object" }), fn("h")] }).body).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            {
              name: "f",
              description: "",
              parametersJsonSchema: {
                type: "object",
                properties: { const: { enum: ["a"] }, node: { $ref: "#/$defs/N" } },
                $defs: { N: { type: "string" } },
              },
            },
            { name: "g", description: "" },
            { name: "h", description: "" },
          ],
        },
      ],
    });
  });

  test("of names Gemini does not take are renamed, everywhere and back", () => {
    const opened = open({
      tools: [fn("1st")],
      tool_choice: { type: "function", function: { name: "1st" } },
      messages: [
        user,
        { role: "assistant", tool_calls: [call("a", "1st", "{}")] },
        { role: "tool", tool_call_id: "a", content: "" },
      ],
    });
    expect(opened.changes).toEqual([{ verb: "renamed", path: "tools[0].function.name" }]);
    expect(JSON.stringify(opened.body)).not.toContain('"1st"');
    expect(opened.body).toMatchObject({
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["_1st"] } },
    });
    const answer = { candidates: [{ content: { parts: [{ functionCall: { name: "_1st" } }] }, finishReason: "STOP" }] };
    expect(opened.response(answer, JSON.stringify(answer))).toMatchObject({
      body: {
        choices: [
          {
            message: {
              content: null,
              tool_calls: [{ id: "call_c0ffee_0", function: { name: "1st", arguments: "{}" } }],
            },
            finish_reason: "tool_calls",
          },
        ],
      },
    });
  });

  test.each([
    ["two of one name", { tools: [fn("f"), fn("f")] }, "tools[1].function.name"],
    [
      "a choice nobody declared",
      { tools: [fn("f")], tool_choice: { type: "function", function: { name: "g" } } },
      "tool_choice.function.name",
    ],
    ["a choice without tools", { tool_choice: "required" }, "tool_choice"],
  ])("%s are refused", (_name, members, param) => {
    expect(() => open(members)).toThrow(expect.objectContaining({ status: 400, param }));
  });
});

/** Effort, model, the thinking it becomes and whether the client is told of a change. */
const efforts: readonly (readonly [effort: string, model: string, want: object, clamped: boolean, limit?: number])[] = [
  ["none", "gemini-2.5-flash", { thinkingBudget: 0 }, false],
  ["none", "gemini-2.5-pro", { thinkingBudget: 128 }, true],
  ["low", "gemini-2.5-flash-lite", { thinkingBudget: 1024 }, false],
  ["medium", "gemini-2.5-flash", { thinkingBudget: 8192 }, false],
  ["high", "gemini-2.5-pro", { thinkingBudget: 24_576 }, false],
  ["max", "gemini-2.5-pro", { thinkingBudget: 32_768 }, false],
  ["high", "gemini-2.5-flash", { thinkingBudget: 500 }, true, 1000],
  ["minimal", "gemini-3-flash-preview", { thinkingLevel: "MINIMAL" }, false],
  ["minimal", "gemini-3.7-flash", { thinkingLevel: "LOW" }, true],
  ["medium", "gemini-3-pro-preview", { thinkingLevel: "HIGH" }, true],
  ["high", "gemini-3.1-pro-preview", { thinkingLevel: "HIGH" }, false],
  ["xhigh", "gemini-3.1-pro-preview", { thinkingLevel: "HIGH" }, true],
  ["xhigh", "gemini-4-hydrogen", { thinkingLevel: "XHIGH" }, false],
  ["none", "gemini-9-nova", { thinkingLevel: "LOW" }, true],
];

describe("reasoning_effort", () => {
  for (const [reasoning_effort, model, thinkingConfig, clamped, limit] of efforts) {
    test(`${reasoning_effort} on ${model}${limit === undefined ? "" : ` with ${limit} tokens at most`}`, () => {
      const { body, changes } = open({ reasoning_effort, ...(limit && { max_completion_tokens: limit }) }, model);
      expect(body).toMatchObject({ generationConfig: { thinkingConfig } });
      expect(changes).toEqual(clamped ? [{ verb: "clamped", path: "reasoning_effort" }] : []);
    });
  }

  test.each([
    ["gemini-2.5-flash", 5, { thinkingBudget: 0 }],
    ["gemini-2.5-flash", 1023, { thinkingBudget: 0 }],
    ["gemini-2.5-pro", 1000, { thinkingBudget: 500 }],
    ["gemini-2.5-pro", 5, { thinkingBudget: 128 }],
    ["gemini-3-flash-preview", 10, { thinkingLevel: "MINIMAL" }],
    ["gemini-3.1-pro-preview", 10, { thinkingLevel: "LOW" }],
    ["gemini-2.5-flash", 1024, undefined],
    ["gemini-2.0-flash-001", 10, undefined],
  ])("is the least where %s may say %i tokens and the client did not say how much to think", (model, limit, want) => {
    for (const member of ["max_tokens", "max_completion_tokens"]) {
      const { body, changes } = open({ [member]: limit }, model);
      const config = { maxOutputTokens: limit, ...(want && { thinkingConfig: want }) };
      expect(body).toMatchObject({ generationConfig: config });
      expect(body).not.toMatchObject(
        want === undefined ? { generationConfig: { thinkingConfig: {} } } : { no: "thing" },
      );
      expect(changes).toEqual(want === undefined ? [] : [{ verb: "clamped", path: "reasoning_effort" }]);
    }
  });

  test("is not passed to a model that does not think", () => {
    expect(open({ reasoning_effort: "low" }, "gemini-2.0-flash-001").body).toEqual({ contents: [hi] });
  });
});

describe("sampling", () => {
  test("seeds are folded into 32 bits, and 0 is one", () => {
    const seedOf = (seed: number) => open({ seed }).body;
    expect(seedOf(0)).toMatchObject({ generationConfig: { seed: 0 } });
    expect(seedOf(2 ** 31)).toMatchObject({ generationConfig: { seed: -(2 ** 31) } });
    expect(seedOf(2 ** 32 + 5)).toMatchObject({ generationConfig: { seed: 5 } });
    expect(seedOf(-7)).toMatchObject({ generationConfig: { seed: -7 } });
  });

  test("penalties stay below 2, and the client is told", () => {
    const { body, changes } = open({ presence_penalty: 2, frequency_penalty: -2 });
    expect(body).toMatchObject({ generationConfig: { presencePenalty: 1.99, frequencyPenalty: -2 } });
    expect(changes).toEqual([{ verb: "clamped", path: "presence_penalty" }]);
  });

  test("max_completion_tokens wins over max_tokens; empty stops are left out", () => {
    const { body } = open({ max_completion_tokens: 5, max_tokens: 9, stop: ["", "END"] });
    expect(body).toMatchObject({ generationConfig: { maxOutputTokens: 5, stopSequences: ["END"] } });
  });
});
