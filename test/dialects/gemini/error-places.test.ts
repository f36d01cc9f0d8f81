import { describe, expect, test } from "vitest";
import type { Open } from "../../../src/dialects/dialect.ts";
import type { ChatChunk, ChatCompletion } from "../../../src/operations/types.ts";
import { open } from "./_translate.ts";

const fn = (name: string, parameters: object = {}) => ({ type: "function", function: { name, parameters } });
const strings = { type: "object", properties: { a: { type: "string" } } };
const some = { tools: [fn("one"), { type: "custom", custom: { name: "two" } }, fn("three", strings)] };
const answer = { response_format: { type: "json_schema", json_schema: { name: "x", schema: strings } } };
const chosen = { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [fn("three")] } };

/** What the client is told when Google finds fault with a field. */
function paramFor({ toError }: Open<ChatCompletion, ChatChunk>, field: string): string | null | undefined {
  const details = [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field }] }];
  const error = { code: 400, status: "INVALID_ARGUMENT", message: "Request contains an invalid argument.", details };
  return toError?.({ status: 400, headers: {}, text: JSON.stringify({ error }) }, "asked").param;
}

describe("§12 an error names what the client has", () => {
  test.each([
    ["a function", some, "tools[0].function_declarations[2].name", "tools[2].function.name"],
    ["a custom tool", some, "tools[0].function_declarations[1].name", "tools[1].custom.name"],
    ["the schema we make for a custom tool", some, "tools[0].function_declarations[1].parameters", "tools[1].custom"],
    [
      "a place within parameters",
      some,
      "tools[0].function_declarations[2].parameters_json_schema.properties.a.type",
      "tools[2].function.parameters.properties.a.type",
    ],
    [
      "a place that only Google's form of the parameters has",
      some,
      "tools[0].function_declarations[2].parameters.properties[0].value.type",
      "tools[2].function.parameters.properties",
    ],
    [
      "deprecated functions",
      { functions: [{ name: "f" }] },
      "tools[0].function_declarations[0].name",
      "functions[0].name",
    ],
    [
      "the function that stands in for an answer",
      { ...some, ...answer },
      "tools[0].function_declarations[3].parameters_json_schema",
      "response_format",
    ],
    ["a function that nobody declared", {}, "tools[0].function_declarations[3].name", null],
    ["the newer limit", { max_completion_tokens: 9 }, "generation_config.max_output_tokens", "max_completion_tokens"],
    ["the older limit", { max_tokens: 9 }, "generation_config.max_output_tokens", "max_tokens"],
    ["a limit of ours", {}, "generation_config.max_output_tokens", null],
    [
      "another vendor's word for thinking",
      { thinking: { type: "enabled", budget_tokens: 2000 } },
      "generation_config.thinking_config",
      "thinking",
    ],
    [
      "a schema of vLLM's",
      { guided_json: strings },
      "generation_config.response_json_schema.properties.a",
      "guided_json",
    ],
    ["a schema of OpenAI's", answer, "generation_config.response_json_schema", "response_format.json_schema.schema"],
    ["thresholds of the operator's", {}, "safety_settings[0].threshold", null],
    ["a conversation", {}, "contents[3].parts[0]", "messages"],
    [
      "a choice in the older form",
      { functions: [{ name: "f" }], function_call: "none" },
      "tool_config",
      "function_call",
    ],
  ])("%s", (_name, members, field, want) => {
    expect(paramFor(open(members), field)).toBe(want);
  });

  test("where older models are shown some of the functions only", () => {
    const opened = open({ ...some, tool_choice: chosen }, "gemini-1.5-pro-002");
    expect(paramFor(opened, "tools[0].function_declarations[0].parameters")).toBe("tools[2].function.parameters");
  });

  test("also where a limit is too high", () => {
    const message =
      "Unable to submit request because it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 65536 (exclusive).";
    const text = JSON.stringify({ error: { code: 400, status: "INVALID_ARGUMENT", message } });
    const { toError } = open({ max_completion_tokens: 100_000 });
    expect(toError?.({ status: 400, headers: {}, text }, "asked")).toMatchObject({
      errorName: "invalid_value",
      param: "max_completion_tokens",
      message: expect.stringMatching(/^max_completion_tokens is too large: 100000/),
    });
  });
});

describe("§8 an error that names no field in the form of a path, but says what it is about", () => {
  const effort = { reasoning_effort: "minimal" };
  test.each<[string, object, string | null]>([
    ["Thinking level is unsupported: THINKING_LEVEL_MINIMAL", effort, "reasoning_effort"],
    ["Thinking level MINIMAL is not supported for this model", effort, "reasoning_effort"],
    ["Thinking level MINIMAL is not supported for this model", { enable_thinking: true }, "enable_thinking"],
    ["Unable to submit request because thinking is not supported by this model.", effort, "reasoning_effort"],
    ["The thinking_budget is out of range", { thinking_budget: 700 }, "thinking_budget"],
    ["Budget 0 is invalid. This model only works in thinking mode.", { reasoning: { effort: "low" } }, "reasoning"],
    ["Thinking level is unsupported: THINKING_LEVEL_MINIMAL", {}, null],
    ["Logprobs is not supported for the current model.", { logprobs: true }, "logprobs"],
    ["Logprobs is not supported for the current model.", {}, null],
    ["Multiple candidates is not enabled for this model", { n: 1 }, "n"],
    ["The text says: thinking is fine", effort, null],
  ])("%s, %j: %s", (message, members, want) => {
    const error = { code: 400, status: "INVALID_ARGUMENT", message };
    const text = JSON.stringify({ error });
    expect(open(members).toError?.({ status: 400, headers: {}, text }, "asked").param).toBe(want);
  });
});
