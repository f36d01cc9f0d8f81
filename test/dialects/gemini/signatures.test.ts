import { describe, expect, test } from "vitest";
import { ask, developer } from "./_ask.ts";
import { answerOf, choiceOf, deltasOf, eventOf, finishesOf, stop, streamed } from "./_reading.ts";

const three = "gemini-3-flash-preview";
const standIn = "skip_thought_signature_validator";
const fn = { name: "f", arguments: "{}" };
const call = (id: string, more: object = {}) => ({ id, type: "function", function: fn, ...more });
const result = (tool_call_id: string) => ({ role: "tool", tool_call_id, content: "1" });
const signed = (thought_signature: string) => ({ extra_content: { google: { thought_signature } } });

/** The signatures of the model's parts: the text's, if there is one, then those of the calls. */
function signaturesOf(message: object, ids: readonly string[], model = three): readonly unknown[] {
  const messages = [{ role: "user", content: "Hi." }, { role: "assistant", ...message }, ...ids.map(result)];
  const contents: unknown = ask({ messages }, model).body["contents"];
  if (!Array.isArray(contents)) throw new Error("no contents");
  return contents[1].parts.map((part: object) => Reflect.get(part, "thoughtSignature"));
}

/** Where clients keep a call's signature. */
const carriers: readonly (readonly [name: string, message: object, id: string])[] = [
  ["Google's own place", { tool_calls: [call("g", signed("c2ln"))] }, "g"],
  ["the id", { tool_calls: [call("g__thought__c2ln")] }, "g__thought__c2ln"],
  ["LiteLLM's fields", { tool_calls: [call("g", { provider_specific_fields: { thought_signature: "c2ln" } })] }, "g"],
  [
    "LiteLLM's fields of the function",
    { tool_calls: [call("g", { function: { ...fn, provider_specific_fields: { thought_signature: "c2ln" } } })] },
    "g",
  ],
  ["Portkey's member", { tool_calls: [call("g", { function: { ...fn, thought_signature: "c2ln" } })] }, "g"],
  [
    "envoy's thinking blocks",
    { tool_calls: [call("g")], thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }] },
    "g",
  ],
  [
    "OpenRouter's details, by the call's id",
    {
      tool_calls: [call("g")],
      reasoning_details: [
        { type: "reasoning.text", text: "Hm." },
        { type: "reasoning.encrypted", id: "g", format: "google-gemini-v1", data: "c2ln" },
      ],
    },
    "g",
  ],
  [
    "OpenRouter's details without an id",
    { tool_calls: [call("g")], reasoning_details: [{ type: "reasoning.encrypted", data: "c2ln" }] },
    "g",
  ],
  [
    "a custom call",
    { tool_calls: [{ id: "g", type: "custom", custom: { name: "f", input: "" }, ...signed("c2ln") }] },
    "g",
  ],
];

describe("§9.3 signatures come back", () => {
  test.each(carriers)("in %s", (_name, message, id) => {
    expect(signaturesOf(message, [id])).toEqual(["c2ln"]);
    expect(signaturesOf(message, [id], "gemini-2.5-flash")).toEqual(["c2ln"]);
    expect(signaturesOf(message, [id], "gemini-2.0-flash-001")).toEqual([undefined]);
  });

  test.each<[name: string, call: object]>([
    ["the id", { id: "g__thought__b2xk" }],
    ["LiteLLM's", { provider_specific_fields: { thought_signature: "b2xk" } }],
    ["Portkey's", { function: { ...fn, thought_signature: "b2xk" } }],
  ])("Google's own place counts more than %s", (_name, more) => {
    const one = { ...call("g", signed("c2ln")), ...more };
    expect(signaturesOf({ tool_calls: [one] }, [one.id])).toEqual(["c2ln"]);
  });

  test("an id is matched with the result's, whichever of them bears the signature", () => {
    expect(signaturesOf({ tool_calls: [call("g__thought__c2ln")] }, ["g"])).toEqual(["c2ln"]);
    expect(signaturesOf({ tool_calls: [call("g", signed("c2ln"))] }, ["g__thought__c2ln"])).toEqual(["c2ln"]);
  });

  test.each<[name: string, message: object]>([
    ["nothing", {}],
    ["an empty one", { tool_calls: [call("g", signed(""))] }],
    [
      "another maker's details",
      { reasoning_details: [{ type: "reasoning.encrypted", format: "openai-responses-v1", data: "eA==" }] },
    ],
    [
      "Claude's blocks",
      { tool_calls: [call("toolu_1")], thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "eA==" }] },
    ],
  ])("where there is %s a word stands in", (_name, message) => {
    const whole = { tool_calls: [call("g")], ...message };
    expect(signaturesOf(whole, [whole.tool_calls[0]?.id ?? ""])).toEqual([standIn]);
  });

  test("the word stands on the first call alone", () => {
    expect(signaturesOf({ tool_calls: [call("a"), call("b")] }, ["a", "b"])).toEqual([standIn, undefined]);
    const real = { tool_calls: [call("a", signed("c2ln")), call("b")] };
    expect(signaturesOf(real, ["a", "b"])).toEqual(["c2ln", undefined]);
    const second = { tool_calls: [call("a"), call("b", signed("c2ln"))] };
    expect(signaturesOf(second, ["a", "b"])).toEqual([standIn, "c2ln"]);
    expect(signaturesOf({ content: "So.", tool_calls: [call("a")] }, ["a"])).toEqual([undefined, standIn]);
  });

  test("§9.2 in every step of a turn the first call bears one", () => {
    const step = (id: string) => [{ role: "assistant", tool_calls: [call(id)] }, result(id)];
    const messages = [{ role: "user", content: "Hi." }, ...step("a"), ...step("b")];
    const { body } = ask({ messages }, three);
    expect(JSON.stringify(body).split(standIn)).toHaveLength(3);
  });

  test("§9.2 models that do not demand them get no word", () => {
    for (const model of ["gemini-2.5-flash", "gemini-2.0-flash-001", "gemini-3-pro-image-preview"]) {
      expect(signaturesOf({ tool_calls: [call("a")] }, ["a"], model)).toEqual([undefined]);
    }
    const kept = { tool_calls: [call("a", signed("c2ln"))] };
    expect(signaturesOf(kept, ["a"], "gemini-3-pro-image-preview")).toEqual(["c2ln"]);
  });

  test("§9.2 they are demanded however little the model thinks, and on both hosts", () => {
    const messages = [{ role: "user", content: "Hi." }, { role: "assistant", tool_calls: [call("a")] }, result("a")];
    for (const reasoning_effort of ["none", "minimal", "low"]) {
      for (const facts of [{}, developer]) {
        const { body } = ask({ messages, reasoning_effort }, three, facts);
        expect(body["contents"]).toMatchObject([{}, { parts: [{ thoughtSignature: standIn }] }, {}]);
      }
    }
  });

  test.each(["gemini-3-pro-preview", "gemini-3.7-flash", "gemini-4-argon", "gemini-5-unheard-of", "endpoints/4711"])(
    "§9.2 %s demands them",
    (model) => {
      expect(signaturesOf({ tool_calls: [call("a")] }, ["a"], model)).toEqual([standIn]);
    },
  );

  test("§9.2 a signed text is not merged with the next, nor its signature with another", () => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "A.", ...signed("YQ==") },
      { role: "assistant", content: "B." },
      { role: "assistant", content: "C.", ...signed("Yw==") },
      { role: "user", content: "Go." },
    ];
    const parts = [{ text: "A.", thoughtSignature: "YQ==" }, { text: "B." }, { text: "C.", thoughtSignature: "Yw==" }];
    expect(ask({ messages }, three).body["contents"]).toMatchObject([{}, { role: "model", parts }, {}]);
  });

  test("an id's own signature counts more than pieces that stand on the message", () => {
    const pieces = { thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "b2xk" }] };
    expect(signaturesOf({ tool_calls: [call("g__thought__c2ln")], ...pieces }, ["g"])).toEqual(["c2ln"]);
  });

  test("a deprecated call gets the word too", () => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", function_call: fn },
      { role: "function", name: "f", content: "1" },
    ];
    expect(ask({ messages }, three).body["contents"]).toMatchObject([
      {},
      { parts: [{ thoughtSignature: standIn }] },
      {},
    ]);
  });
});

describe("§9.1 signatures of texts", () => {
  test.each<[name: string, message: object, parts: readonly object[]]>([
    ["on the text", { content: "So." }, [{ text: "So.", thoughtSignature: "c2ln" }]],
    [
      "on the last of several",
      {
        content: [
          { type: "text", text: "A." },
          { type: "text", text: "B." },
        ],
      },
      [{ text: "A." }, { text: "B.", thoughtSignature: "c2ln" }],
    ],
    ["on an empty text where there is none", { content: "" }, [{ text: "", thoughtSignature: "c2ln" }]],
    ["on an empty text where there is nothing", { content: null }, [{ text: "", thoughtSignature: "c2ln" }]],
  ])("%s", (_name, message, parts) => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", ...message, ...signed("c2ln") },
      { role: "user", content: "Go." },
    ];
    for (const model of [three, "gemini-2.5-flash"]) {
      expect(ask({ messages }, model).body["contents"]).toMatchObject([{}, { role: "model", parts }, {}]);
    }
    expect(JSON.stringify(ask({ messages }, "gemini-2.0-flash-001").body)).not.toContain("thoughtSignature");
  });

  test("of many kilobytes come and go whole", () => {
    const long = "c2ln".repeat(16_384);
    const { message } = choiceOf(answerOf([{ functionCall: { id: "g", name: "f" }, thoughtSignature: long }]));
    expect(signaturesOf(message, ["g"])).toEqual([long]);
  });

  test("that come with the end of a stream, on an empty text, are not lost with it", () => {
    const end = eventOf([{ text: "", thoughtSignature: "c2ln" }], { finishReason: "STOP" });
    const { chunks } = streamed([eventOf([{ text: "So." }]), end]);
    const extra_content = { google: { thought_signature: "c2ln" } };
    expect(deltasOf({ chunks })).toEqual([{ content: "So." }, { extra_content }, {}]);
    expect(finishesOf({ chunks })).toEqual([[0, "stop"]]);
  });

  test("and of calls in steps are each step's own", () => {
    const step = (name: string, thoughtSignature: string) =>
      choiceOf(answerOf([{ functionCall: { id: name, name: "f" }, thoughtSignature }])).message;
    const messages = [
      { role: "user", content: "Hi." },
      ...[step("a", "YQ=="), result("a"), step("b", "Yg=="), result("b")],
    ];
    expect(ask({ messages }, three).body["contents"]).toMatchObject([
      {},
      { parts: [{ functionCall: { id: "a" }, thoughtSignature: "YQ==" }] },
      {},
      { parts: [{ functionCall: { id: "b" }, thoughtSignature: "Yg==" }] },
      {},
    ]);
  });

  test("§9.2 two of them are not joined", () => {
    const parts = [
      { text: "A.", thoughtSignature: "YQ==" },
      { text: "B.", thoughtSignature: "Yg==" },
    ];
    const extra = (thought_signature: string) => ({ google: { thought_signature } });
    expect(choiceOf(answerOf(parts)).message).toMatchObject({ content: "A.B.", extra_content: extra("Yg==") });
    expect(deltasOf(streamed([...parts.map((part) => eventOf([part])), stop]))).toEqual([
      { content: "A." },
      { extra_content: extra("YQ==") },
      { content: "B." },
      { extra_content: extra("Yg==") },
      {},
    ]);
  });

  test("a text's and a call's stay apart", () => {
    const message = { content: "So.", ...signed("dGV4dA=="), tool_calls: [call("a", signed("Y2FsbA=="))] };
    expect(signaturesOf(message, ["a"])).toEqual(["dGV4dA==", "Y2FsbA=="]);
  });
});
