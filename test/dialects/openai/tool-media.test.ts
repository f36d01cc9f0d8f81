import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../src/errors.ts";
import { openai } from "./_errors.ts";
import { openChat, toldOf } from "./_translate.ts";

const user = { role: "user", content: "Hi." };
const picture = { type: "image_url", image_url: { url: "https://a.example/x.png" } };
const text = { type: "text", text: "Seen:" };
const call = (id: string) => ({ id, type: "function", function: { name: "look", arguments: "{}" } });
const result = (tool_call_id: string, ...content: readonly object[]) => ({ role: "tool", tool_call_id, content });

/** Sent are nine: what the tools have shown stands in 5 and in 8. */
const messages = [
  user,
  { role: "assistant", tool_calls: [call("call_1"), call("call_2")] },
  result("call_1", picture, text, picture),
  result("call_2", text),
  { role: "function", name: "look", content: "nothing" },
  { role: "assistant", tool_calls: [call("call_3")] },
  result("call_3", text, picture),
];

/** The place a server names, and the client's own. */
function placeOf(param: string, request: object): unknown {
  const { toError } = openChat({ request });
  if (toError === undefined) throw new Error("no reading of errors");
  const text = JSON.stringify(openai(`Invalid '${param}'.`, "invalid_value", param));
  const error = toError({ status: 400, headers: {}, text }, "asked");
  if (!(error instanceof GatewayError)) throw new Error("no error");
  expect(error.message).toBe(`Invalid '${error.param}'.`);
  return error.param;
}

describe("what tools show", () => {
  test("is sent as the user's, without a notice", () => {
    const { body } = openChat({ request: { messages } });
    expect(body).toMatchObject({
      messages: [
        user,
        {},
        { role: "tool", content: [text] },
        { role: "tool", content: [text] },
        { role: "function" },
        { role: "user", content: [picture, picture] },
        { role: "assistant" },
        { role: "tool", content: [text] },
        { role: "user", content: [picture] },
      ],
    });
    for (const host of ["other", "openai", "vllm", "ollama"]) expect(toldOf({ messages }, host)).toEqual([]);
  });

  test.each<[told: string, own: string]>([
    ["messages[0].content", "messages[0].content"],
    ["messages[2].content[0].text", "messages[2].content[1].text"],
    ["messages[2].content", "messages[2].content"],
    ["messages.[3].role", "messages[3].role"],
    ["messages[5].content[0].image_url.url", "messages[2].content[0].image_url.url"],
    ["messages[5].content[1].image_url.url", "messages[2].content[2].image_url.url"],
    ["messages[5]", "messages[2].content[0]"],
    ["messages[5].content", "messages[2].content[0]"],
    ["messages[6].tool_calls[0].id", "messages[5].tool_calls[0].id"],
    ["messages[7].content[0]", "messages[6].content[0]"],
    ["messages[8].content[0].type", "messages[6].content[1].type"],
    ["messages[9]", "messages[9]"],
    ["tools[0].function", "tools[0].function"],
  ])("an error about %s names %s", (told, own) => {
    expect(placeOf(told, { messages })).toBe(own);
  });

  test("errors about requests without any stay as they are", () => {
    expect(placeOf("messages.[1].role", { messages: [user, user] })).toBe("messages.[1].role");
  });
});
