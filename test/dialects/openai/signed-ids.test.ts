import { expect, test } from "vitest";
import { chat } from "../../../src/dialects/openai/chat/index.ts";
import { factsFor, toChatRequest } from "./_translate.ts";

const talkWith = (...ids: readonly string[]) => ({
  model: "m",
  messages: [
    { role: "user", content: "Hi." },
    {
      role: "assistant",
      content: null,
      tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "f", arguments: "{}" } })),
    },
    ...ids.map((tool_call_id) => ({ role: "tool", tool_call_id, content: "1" })),
  ],
});

/** The ids that leave, on calls and on their results. */
function idsOf(request: object, upstreamModel: string): readonly string[] {
  const parsed = toChatRequest(request);
  const { body } = chat.open(parsed, { ...factsFor("other", undefined), upstreamModel }, "unary");
  return [...JSON.stringify(body).matchAll(/"(?:id|tool_call_id)":"([^"]*)"/g)].map(([, id = ""]) => id);
}

test("§9.3 signatures of Gemini's leave the ids of calls and results before a server that is not Gemini's", () => {
  const long = `call_1__thought__${"c2ln".repeat(500)}`;
  expect(idsOf(talkWith(long, "call_2"), "gpt-4o")).toEqual(["call_1", "call_2", "call_1", "call_2"]);
});

test("§9.3 they stay where another gateway stands before Gemini", () => {
  const long = "call_1__thought__c2ln";
  expect(idsOf(talkWith(long), "gemini/gemini-3-flash-preview")).toEqual([long, long]);
});

test("messages without them stay the very same", () => {
  const parsed = toChatRequest(talkWith("call_1"));
  const { body } = chat.open(parsed, factsFor("other", undefined), "unary");
  expect(Reflect.get(Object(body), "messages")).toBe(parsed.messages);
});
