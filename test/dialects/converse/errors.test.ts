import { describe, expect, test } from "vitest";
import { exceptionIn, toConverseError } from "../../../src/dialects/converse/errors.ts";
import { firstClientPath, withClientPaths } from "../../../src/dialects/converse/field-paths.ts";
import type { ErrorName, GatewayError } from "../../../src/errors.ts";
import { contextFor } from "./_reading.ts";
import { translate } from "./_translate.ts";

type Places = Parameters<typeof toConverseError>[2];

const errorOf = (message: string, type = "ValidationException", status = 400, places?: Places): GatewayError =>
  toConverseError(
    { status, headers: { "x-amzn-errortype": type }, text: JSON.stringify({ message }) },
    "my-model",
    places,
  );

describe("refusals of Bedrock's", () => {
  test.each<readonly [message: string, name: ErrorName, param: string | undefined, told: string]>([
    [
      "Input is too long for requested model.",
      "context_length_exceeded",
      "messages",
      "This model's maximum context length is exceeded: your messages resulted in more tokens. Please reduce the length of the messages.",
    ],
    [
      "The model returned the following errors: prompt is too long: 1200 tokens > 1000 maximum",
      "context_length_exceeded",
      "messages",
      "This model's maximum context length is 1000 tokens. However, your messages resulted in 1200 tokens. Please reduce the length of the messages.",
    ],
    [
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
      "context_length_exceeded",
      "messages",
      "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens. Please reduce the length of the messages.",
    ],
    [
      "Too many input tokens. Max input tokens: 8192, request input token count: 9000",
      "context_length_exceeded",
      "messages",
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.",
    ],
    [
      "The prompt exceeds maximum length of the model.",
      "context_length_exceeded",
      "messages",
      "This model's maximum context length is exceeded: your messages resulted in more tokens. Please reduce the length of the messages.",
    ],
    [
      "Input Tokens Exceeded: Number of input tokens exceeds maximum length.",
      "context_length_exceeded",
      "messages",
      "This model's maximum context length is exceeded: your messages resulted in more tokens. Please reduce the length of the messages.",
    ],
    [
      "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.",
      "invalid_value",
      "max_tokens",
      "max_tokens is too large. This model supports at most 4096 completion tokens.",
    ],
    [
      "The provided model identifier is invalid.",
      "model_not_found",
      undefined,
      "The model `my-model` does not exist or you do not have access to it.",
    ],
    ["A value is wrong.", "invalid_request", undefined, "A value is wrong."],
    ["", "invalid_request", undefined, "The server had an error while processing your request."],
    [
      "The model returned the following errors: Malformed input request: #/inferenceConfig/topP: too high",
      "invalid_request",
      "top_p",
      "Malformed input request: top_p: too high",
    ],
    [
      "The value at inferenceConfig.temperature is wrong.",
      "invalid_request",
      "temperature",
      "The value at temperature is wrong.",
    ],
    [
      "User: arn:aws:iam::123456789012:role/gw of 123456789012 is wrong.",
      "invalid_request",
      undefined,
      "User: arn:aws:… of … is wrong.",
    ],
    ["See arn:aws-us-gov:bedrock:x:1:y, then stop.", "invalid_request", undefined, "See arn:aws:…, then stop."],
  ])("%s", (message, name, param, told) => {
    const error = errorOf(message);
    expect([error.errorName, error.param, error.message]).toEqual([name, param ?? null, told]);
  });

  test.each<readonly [type: string, status: number, name: ErrorName, told: string]>([
    ["AccessDeniedException", 403, "permission_denied", "The upstream does not let the gateway's account do this."],
    ["UnrecognizedClientException", 403, "upstream_auth_error", "The upstream refused the gateway's credentials."],
    [
      "ResourceNotFoundException",
      404,
      "model_not_found",
      "The model `my-model` does not exist or you do not have access to it.",
    ],
    ["ThrottlingException", 429, "rate_limit_exceeded", "Said."],
    ["ServiceUnavailableException", 503, "overloaded", "Said."],
    ["ModelTimeoutException", 408, "upstream_timeout", "Said."],
    ["InternalServerException", 500, "upstream_error", "Said."],
  ])("%s (%d) is %s", (type, status, name, told) => {
    const error = errorOf("Said.", type, status);
    expect([error.errorName, error.message, error.param]).toEqual([name, told, null]);
  });

  test.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after-ms": "150" }, 150],
    [{}, undefined],
  ])("wait as the headers say: %o", (headers, want) => {
    const failure = { status: 429, headers: { "x-amzn-errortype": "ThrottlingException", ...headers }, text: "{}" };
    expect(toConverseError(failure, "my-model").retryAfterMs).toBe(want);
  });
});

test.each<readonly [status: number, name: ErrorName]>([
  [400, "invalid_request"],
  [401, "upstream_auth_error"],
  [403, "upstream_auth_error"],
  [404, "model_not_found"],
  [408, "upstream_timeout"],
  [409, "invalid_request"],
  [413, "request_too_large"],
  [422, "invalid_request"],
  [424, "upstream_error"],
  [429, "rate_limit_exceeded"],
  [500, "upstream_error"],
  [502, "upstream_unreachable"],
  [503, "overloaded"],
  [504, "upstream_timeout"],
  [599, "upstream_error"],
])("%d that is not Amazon's is told by its status alone: %s", (status, name) => {
  const error = toConverseError({ status, headers: {}, text: "<html>10.0.0.1</html>" }, "my-model");
  expect(error.errorName).toBe(name);
  expect(error.message).not.toMatch(/html|10\.0/);
});

describe("exceptions of a stream", () => {
  test.each([
    ["throttlingException", "rate_limit_exceeded"],
    ["validationException", "invalid_request"],
    ["internalServerException", "upstream_error"],
    ["modelStreamErrorException", "upstream_error"],
    ["serviceUnavailableException", "overloaded"],
    ["modelTimeoutException", "upstream_timeout"],
  ])("%s is %s", (name, want) => {
    expect(exceptionIn({ [name]: { message: "Said." } }, contextFor())?.errorName).toBe(want);
  });

  test.each([
    undefined,
    null,
    5,
    "x",
    {},
    [],
    { messageStart: {} },
    { throttlingException: null },
    { newException: {} },
  ])("%o is none", (event) => {
    expect(exceptionIn(event, contextFor())).toBeUndefined();
  });

  test("tell the client's own model and places", () => {
    const context = contextFor({ places: (usual) => `my.${usual}` });
    const unknown = exceptionIn(
      { validationException: { message: "The provided model identifier is invalid." } },
      context,
    );
    expect(unknown?.message).toContain("`some-model`");
    const long = exceptionIn({ validationException: { message: "Input is too long for requested model." } }, context);
    expect(long?.param).toBe("my.messages");
  });
});

const usual: NonNullable<Places> = (path) => path;

describe("paths in the client's own words", () => {
  test.each([
    ["messages.0", "messages[0]"],
    ["messages.0.content", "messages[0].content"],
    ["messages.2.content.1", "messages[2].content[1]"],
    ["messages[2].content[1].text", "messages[2].content[1]"],
    ["#/messages/2/content/1/image/source", "messages[2].content[1]"],
    ["messages.2.content.1.toolResult.content.0", "messages[2].content[1]"],
    ["messages.2.role", "messages[2]"],
    ["system.0.text", "messages"],
    ["inferenceConfig.maxTokens", "max_tokens"],
    ["inferenceConfig.temperature", "temperature"],
    ["inferenceConfig.topP", "top_p"],
    ["inferenceConfig.stopSequences.0", "stop"],
    ["toolConfig", "tools"],
    ["toolConfig.toolChoice.any", "tool_choice"],
    ["toolConfig.tools.1", "tools[1].function"],
    ["toolConfig.tools.1.toolSpec.name", "tools[1].function.name"],
    ["toolConfig.tools.1.toolSpec.description", "tools[1].function.description"],
    ["toolConfig.tools.1.toolSpec.strict", "tools[1].function.strict"],
    ["toolConfig.tools.1.name", "tools[1].function.name"],
    ["toolConfig.tools.1.toolSpec.inputSchema", "tools[1].function.parameters"],
    ["toolConfig.tools.1.toolSpec.inputSchema.json", "tools[1].function.parameters"],
    ["toolConfig.tools.1.toolSpec.inputSchema.json.properties.a", "tools[1].function.parameters.properties.a"],
    ["#/toolConfig/tools/0/toolSpec/inputSchema/json/anyOf/1", "tools[0].function.parameters.anyOf[1]"],
    ["outputConfig.textFormat.structure", "response_format"],
    ["serviceTier.type", "service_tier"],
    ["performanceConfig.latency", "service_tier"],
    ["additionalModelRequestFields.reasoningConfig", "reasoning_effort"],
  ])("%s is %s", (path, want) => {
    expect(withClientPaths(`The value at '${path}' is wrong.`, usual)).toBe(`The value at '${want}' is wrong.`);
    expect(firstClientPath(`The value at '${path}' is wrong.`, usual)).toBe(want);
  });

  test.each(["inferenceConfig", "messages", "guardrailConfig.trace", "mysystem.0"])("%s stays as it is", (path) => {
    expect(withClientPaths(`At ${path}.`, usual)).toBe(`At ${path}.`);
  });

  test.each([
    ["The maximum tokens are too many.", "max_tokens"],
    ["max_tokens is wrong", "max_tokens"],
    ["This model doesn't support the stopSequences field.", "stop"],
    ["topP must be below 1", "top_p"],
    ["The temperature is too high.", "temperature"],
    ["The toolChoice is unknown.", "tool_choice"],
    ["This model doesn't support tool use.", "tools"],
    ["A toolSpec is wrong.", "tools"],
    ["Expected toolResult blocks", "messages"],
    ["A conversation must start with a user message.", "messages"],
    ["Something is wrong.", undefined],
  ])("%s is about %s", (text, want) => {
    expect(firstClientPath(text, usual)).toBe(want);
  });

  test("of several the first that the client has is told", () => {
    const places = (path: string): string | undefined => (path === "tools" ? path : undefined);
    expect(firstClientPath("system.0 and toolConfig are wrong", places)).toBe("tools");
    expect(firstClientPath("The temperature is wrong.", places)).toBeUndefined();
    expect(withClientPaths("system.0 and toolConfig are wrong", places)).toBe("system.0 and tools are wrong");
  });
});

describe("an error speaks of what the client sent", () => {
  const user = (content: string) => ({ role: "user", content });
  const fn = (name: string) => ({
    type: "function",
    function: { name, parameters: { type: "object", properties: {} } },
  });

  test.each<readonly [name: string, members: object, path: string, want: string | undefined]>([
    [
      "a turn by the message that began it",
      { messages: [{ role: "system", content: "A." }, user("B.")] },
      "messages.0.content.0",
      "messages[1].content",
    ],
    ["a turn of several by the first", { messages: [user("A."), user("B.")] }, "messages.0.content.1", "messages[0]"],
    [
      "a turn of our own by the messages",
      { messages: [{ role: "assistant", content: "A." }, user("B.")] },
      "messages.7",
      "messages",
    ],
    [
      "a tool by its place",
      { tools: [fn("f"), fn("g")] },
      "toolConfig.tools.1.toolSpec.inputSchema.json.properties",
      "tools[1].function.parameters.properties",
    ],
    [
      "a tool in its deprecated form",
      { functions: [{ name: "f" }] },
      "toolConfig.tools.0.toolSpec.name",
      "functions[0].name",
    ],
    [
      "the tool that takes the answer by the form",
      {
        response_format: {
          type: "json_schema",
          json_schema: { name: "n", schema: { type: "object", properties: {} } },
        },
      },
      "toolConfig.tools.0",
      "response_format",
    ],
    [
      "the limit by the member that holds it",
      { max_completion_tokens: 5 },
      "inferenceConfig.maxTokens",
      "max_completion_tokens",
    ],
    ["a setting that the client did not make by nothing", {}, "inferenceConfig.topP", undefined],
  ])("%s", (_name, members, path, want) => {
    const { places } = translate(members).context;
    expect(errorOf(`The value at ${path} is wrong.`, "ValidationException", 400, places).param).toBe(want ?? null);
  });

  test("a limit that is too high by the member that holds it", () => {
    const { places } = translate({ max_completion_tokens: 5 }).context;
    const error = errorOf(
      "The maximum tokens you requested exceeds the model limit of 4.",
      "ValidationException",
      400,
      places,
    );
    expect(error).toMatchObject({
      param: "max_completion_tokens",
      message: "max_completion_tokens is too large. This model supports at most 4 completion tokens.",
    });
  });
});
