import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../src/errors.ts";
import { parseChat } from "../../../src/operations/chat.ts";
import { refusalOf } from "./_ask.ts";

const hi = [{ role: "user", content: "Hi." }];
const tool = (name: string) => ({ type: "function", function: { name } });

/** What is refused whatever the upstream, before anything is translated. */
function shapeOf(body: object): string {
  try {
    parseChat(body, "m");
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.status === 400) return `${thrown.errorName} ${thrown.param}`;
    throw thrown;
  }
  return "taken";
}

describe("§16 refused by its shape", () => {
  test.each<[name: string, body: object, refusal: string]>([
    ["no messages", {}, "missing_required_parameter messages"],
    ["an empty list of messages", { messages: [] }, "empty_array messages"],
    ["an unknown role", { messages: [{ role: "oracle", content: "Hi." }] }, "invalid_value messages[0].role"],
    [
      "an unknown part",
      { messages: [{ role: "user", content: [{ type: "smell" }] }] },
      "invalid_value messages[0].content[0].type",
    ],
    ["top_logprobs without logprobs", { messages: hi, top_logprobs: 3 }, "invalid_request top_logprobs"],
    ["too many choices", { messages: hi, n: 129 }, "integer_above_max_value n"],
    ["no choice at all", { messages: hi, n: 0 }, "integer_below_min_value n"],
    ["five texts to stop at", { messages: hi, stop: ["a", "b", "c", "d", "e"] }, "array_above_max_length stop"],
    ["a text to stop at that is none", { messages: hi, stop: ["a", null] }, "invalid_type stop[1]"],
    ["a temperature of 3", { messages: hi, temperature: 3 }, "decimal_above_max_value temperature"],
    ["a top_p above 1", { messages: hi, top_p: 1.1 }, "decimal_above_max_value top_p"],
    ["a penalty above 2", { messages: hi, presence_penalty: 2.1 }, "decimal_above_max_value presence_penalty"],
    ["a penalty below -2", { messages: hi, frequency_penalty: -2.1 }, "decimal_below_min_value frequency_penalty"],
    ["a seed beyond 64 bits", { messages: hi, seed: 1e30 }, "integer_above_max_value seed"],
    ["a seed with a fraction", { messages: hi, seed: 1.5 }, "invalid_type seed"],
    ["no token at all", { messages: hi, max_completion_tokens: 0 }, "integer_below_min_value max_completion_tokens"],
    ["21 likelihoods", { messages: hi, logprobs: true, top_logprobs: 21 }, "integer_above_max_value top_logprobs"],
    ["a bias of 101", { messages: hi, logit_bias: { "1": 101 } }, "integer_above_max_value logit_bias.1"],
    [
      "no name of a tool",
      { messages: hi, tools: [{ type: "function" }] },
      "missing_required_parameter tools[0].function",
    ],
    [
      "a long identifier",
      { messages: hi, safety_identifier: "x".repeat(65) },
      "string_above_max_length safety_identifier",
    ],
  ])("%s", (_name, body, refusal) => {
    expect(shapeOf(body)).toBe(refusal);
  });
});

describe("§16 refused for Gemini", () => {
  test.each<[name: string, members: object, refusal: string, model?: string]>([
    [
      "a result that answers no call",
      { messages: [...hi, { role: "tool", tool_call_id: "x", content: "1" }] },
      "invalid_request messages.[1].role",
    ],
    [
      "logprobs where the model gives none",
      { logprobs: true },
      "unsupported_parameter logprobs",
      "gemini-3.1-pro-preview",
    ],
    [
      "audio in another format",
      { modalities: ["audio"], audio: { voice: "Kore", format: "mp3" } },
      "unsupported_value audio.format",
      "gemini-2.5-flash-preview-tts",
    ],
    ["two tools of one name", { tools: [tool("f"), tool("f")] }, "invalid_value tools[1].function.name"],
    [
      "a choice of a tool that is not there",
      { tools: [tool("f")], tool_choice: { type: "function", function: { name: "g" } } },
      "invalid_value tool_choice.function.name",
    ],
    [
      "audio that is no base64",
      { messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "!", format: "wav" } }] }] },
      "invalid_base64 messages[0].content[0].input_audio.data",
    ],
    [
      "an image that is no base64",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,!" } }] }] },
      "invalid_base64 messages[0].content[0].image_url.url",
    ],
    [
      "an image of a kind no model reads",
      {
        messages: [
          { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/gif;base64,AAAA" } }] },
        ],
      },
      "invalid_image_format messages[0].content[0].image_url.url",
    ],
    ["a tier nobody has", { service_tier: "turbo" }, "invalid_value service_tier"],
    ["a verbosity nobody has", { verbosity: "endless" }, "invalid_value verbosity"],
    ["an effort nobody has", { reasoning_effort: "huge" }, "invalid_value reasoning_effort"],
    ["a modality nobody has", { modalities: ["smell"] }, "invalid_value modalities[0]"],
    ["moderation", { moderation: { model: "omni" } }, "unsupported_parameter moderation"],
  ])("%s", (_name, members, refusal, model) => {
    expect(refusalOf(members, model)).toBe(refusal);
  });
});
