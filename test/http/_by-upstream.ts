import { type GatewayOptions, project, says, startOpenAIServer } from "../_setup.ts";

/** What only the upstream knows of a request: it refuses, and the client reads OpenAI's own answer. */
export interface Told {
  readonly name: string;
  /** Who is asked; Vertex AI's words come from the emulator's own rules or a script, as OpenAI's do. */
  readonly by: "vertex" | "openai";
  /** The upstream's model. */
  readonly model?: string;
  /** Beside the model. */
  readonly request: object;
  /** What the upstream answers; without it the emulator's own rules judge. */
  readonly error?: object;
  readonly status: number;
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A gateway before the upstream of a row. */
export function setupOf({ by, model, error }: Told): GatewayOptions {
  const script = JSON.stringify({ answers: error === undefined ? [] : [{ error }] });
  if (by === "vertex") return { script, routes: `models: { test-model: "vertex/${model ?? "gemini-2.5-flash"}" }` };
  return {
    script,
    upstream: (answers) => startOpenAIServer(answers, "openai"),
    providers:
      'providers: { up: { type: openai, server: openai, base_url: "${UPSTREAM}/v1", auth: { bearer: "${TOKEN}" } } }',
    routes: `models: { test-model: "up/${model ?? "gpt-4o"}" }`,
  };
}

const hi = says("hi");
const declare = (parameters: object): object => ({
  ...hi,
  tools: [{ type: "function", function: { name: "f", parameters } }],
});
const picture = (url: string): object => ({
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
});
const tooLarge = (asked: number, most: number): string =>
  `max_tokens is too large: ${asked}. This model supports at most ${most} completion tokens, whereas you provided ${asked}.`;

/** @see reference: openai-surface §3 */
export const told: readonly Told[] = [
  {
    name: "parameter not for this model",
    by: "openai",
    model: "o3",
    request: { ...hi, max_tokens: 5 },
    status: 400,
    param: "max_tokens",
    code: "unsupported_parameter",
    message:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  },
  {
    name: "value not for this model",
    by: "openai",
    model: "o3",
    request: { ...hi, temperature: 0.2 },
    status: 400,
    param: "temperature",
    code: "unsupported_value",
    message:
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
  },
  {
    name: "unknown parameter",
    by: "openai",
    request: { ...hi, brand_new: 1 },
    status: 400,
    param: "brand_new",
    code: "unknown_parameter",
    message: "Unknown parameter: 'brand_new'.",
  },
  {
    name: "unknown parameter, nested",
    by: "openai",
    request: { messages: [{ role: "user", content: "hi", phase: 1 }] },
    status: 400,
    param: "messages[0].phase",
    code: "unknown_parameter",
    message: "Unknown parameter: 'messages[0].phase'.",
  },
  {
    name: "unknown parameter, in the older words",
    by: "openai",
    model: "gpt-4o",
    request: { ...hi, reasoning_effort: "low" },
    status: 400,
    param: "reasoning_effort",
    message: "Unrecognized request argument supplied: reasoning_effort",
  },
  {
    name: "max tokens too high",
    by: "openai",
    request: { ...hi, max_tokens: 100_000 },
    status: 400,
    param: "max_tokens",
    code: "invalid_value",
    message: tooLarge(100_000, 16_384),
  },
  {
    name: "max tokens too high",
    by: "vertex",
    request: { ...hi, max_tokens: 100_000 },
    status: 400,
    param: "max_tokens",
    code: "invalid_value",
    message: tooLarge(100_000, 65_535),
  },
  {
    name: "bad schema",
    by: "openai",
    request: declare({ type: "string" }),
    status: 400,
    param: "tools[0].function.parameters",
    code: "invalid_function_parameters",
    message:
      "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'.",
  },
  {
    name: "bad schema of the answer",
    by: "openai",
    request: {
      ...hi,
      response_format: { type: "json_schema", json_schema: { name: "s", schema: { type: "string" } } },
    },
    status: 400,
    param: "response_format",
    message:
      "Invalid schema for response_format 's': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'.",
  },
  {
    name: "image problems: its address",
    by: "openai",
    request: picture("ftp://example.com/a.png"),
    status: 400,
    param: "messages[0].content[0].image_url.url",
    code: "invalid_image_url",
    message:
      "Invalid 'messages[0].content[0].image_url.url'. Expected a valid URL, but got a value with an invalid format.",
  },
  ...["invalid_image_url", "invalid_base64", "image_parse_error", "invalid_image_format"].map(
    (code): Told => ({
      name: `image problems: ${code}`,
      by: "openai",
      request: picture("https://example.com/a.png"),
      error: { status: 400, code, message: "The image is of no use." },
      status: 400,
      code,
      message: "The image is of no use.",
    }),
  ),
  ...["content_policy_violation", "content_filter"].map(
    (code): Told => ({
      name: `policy: ${code}`,
      by: "openai",
      request: hi,
      error: { status: 400, code, message: "Your request was rejected." },
      status: 400,
      code,
      message: "Your request was rejected.",
    }),
  ),
  {
    name: "rate limit of tokens",
    by: "openai",
    request: hi,
    error: {
      status: 429,
      reason: "tokens",
      code: "rate_limit_exceeded",
      message:
        "Rate limit reached for gpt-4o on tokens per min. Limit 10, Used 9, Requested 3. Please try again in 1.2s.",
    },
    status: 429,
    type: "requests",
    code: "rate_limit_exceeded",
    message:
      "Rate limit reached for gpt-4o on tokens per min. Limit 10, Used 9, Requested 3. Please try again in 1.2s.",
    headers: { "retry-after": "2", "retry-after-ms": "1200" },
  },
  {
    name: "region: the gateway's own trouble",
    by: "openai",
    request: hi,
    error: {
      status: 403,
      reason: "request_forbidden",
      code: "unsupported_country_region_territory",
      message: "Country, region, or territory not supported",
    },
    status: 502,
    type: "server_error",
    code: "upstream_auth_error",
    message: "The upstream refused the gateway's credentials.",
    headers: { "x-should-retry": "false" },
  },
  ...["server_is_overloaded", "slow_down"].map(
    (code): Told => ({
      name: `upstream failure: ${code}`,
      by: "openai",
      request: hi,
      error: { status: 503, code, message: "Slow down." },
      status: 503,
      type: "server_error",
      code: "overloaded",
      message: "Slow down.",
    }),
  ),
  {
    name: "a message that names our project",
    by: "vertex",
    request: hi,
    error: { status: 400, message: `Not in projects/${project}/locations/global.` },
    status: 400,
    message: "Not in projects/…",
  },
];
