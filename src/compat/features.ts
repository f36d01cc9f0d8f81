import type { ChatMessage, ChatRequest, CompletionRequest, EmbeddingRequest } from "../operations/types.ts";
import type { Feature, FeatureGroup } from "./feature.ts";

type Fields = Feature["fields"];

const hello = { role: "user", content: "Hello!" } as const;
const plain: ChatRequest = { model: "test-model", messages: [hello] };

function chat(
  id: string,
  title: string,
  fields: Fields,
  wish: Partial<ChatRequest>,
  beside: Partial<ChatRequest> = {},
): Feature {
  const without = { ...plain, ...beside };
  return { id, title, operation: "chat", fields, request: { ...without, ...wish }, without };
}

const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] } as const;
const weather = { type: "function", function: { name: "get_weather", parameters: { ...parameters } } } as const;
const closed = { ...parameters, additionalProperties: false };
const tools: Partial<ChatRequest> = { tools: [weather] };
const closedTools: Partial<ChatRequest> = {
  tools: [{ type: "function", function: { name: "get_weather", parameters: closed } }],
};
const strict: Partial<ChatRequest> = {
  tools: [{ type: "function", function: { name: "get_weather", parameters: closed, strict: true } }],
};
const call = (id: string, city: string) =>
  ({ id, type: "function", function: { name: "get_weather", arguments: JSON.stringify({ city }) } }) as const;
type Turn = Extract<ChatMessage, { role: "assistant" }>;
const turn = (...tool_calls: NonNullable<Turn["tool_calls"]>): Turn => ({
  role: "assistant",
  content: null,
  tool_calls,
});
const calls = turn(call("call_1", "Rome"), call("call_2", "Oslo"));
const results = [
  { role: "tool", tool_call_id: "call_1", content: "sun" },
  { role: "tool", tool_call_id: "call_2", content: "rain" },
] as const;
const form: ChatRequest["response_format"] = {
  type: "json_schema",
  json_schema: { name: "place", strict: true, schema: closed },
};

const bounded: ChatRequest["response_format"] = {
  type: "json_schema",
  json_schema: {
    name: "age",
    strict: true,
    schema: {
      type: "object",
      properties: { years: { type: "integer", minimum: 0 } },
      required: ["years"],
      additionalProperties: false,
    },
  },
};

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const picture = { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } } as const;
const look = { type: "text", text: "Look." } as const;
const shows = (...parts: Part[]): Partial<ChatRequest> => ({ messages: [{ role: "user", content: [look, ...parts] }] });

/** A part of a user's message. */
type Part = Exclude<NonNullable<Extract<ChatMessage, { role: "user" }>["content"]>, string>[number];

function media(id: string, title: string, part: Part): Feature {
  return chat(id, title, [`messages[]<user>.content[]<${part.type}>`], shows(part), shows());
}

/** A turn whose call has a result. */
function called(
  result: Extract<ChatMessage, { role: "tool" }>["content"],
  thoughts: Pick<Turn, "thinking_blocks"> = {},
): Partial<ChatRequest> {
  const called = { ...turn(call("call_1", "Rome")), ...thoughts };
  return { ...tools, messages: [hello, called, { role: "tool", tool_call_id: "call_1", content: result }] };
}
/** As earlier answers held them, a signature behind them. */
const thoughts = { thinking_blocks: [{ type: "thinking", thinking: "Hm.", signature: "c2lnbmVk" }] };
const sun = { type: "text", text: "sun" } as const;

const answering: readonly Feature[] = [
  chat("instructions", "System and developer messages", ["messages[]<system>"], {
    messages: [{ role: "system", content: "Be brief." }, hello],
  }),
  chat("streaming", "Streaming", ["stream"], { stream: true }),
  chat(
    "stream-usage",
    "Usage at the end of a stream",
    ["stream_options.include_usage"],
    { stream_options: { include_usage: true } },
    { stream: true },
  ),
  chat("n", "Several choices (n)", ["n"], { n: 2 }),
  chat("max-tokens", "Token limit", ["max_completion_tokens"], { max_completion_tokens: 8000 }),
  chat("stop", "Stop sequences", ["stop"], { stop: ["END"] }),
  chat("temperature", "temperature", ["temperature"], { temperature: 0.5 }),
  chat("top-p", "top_p", ["top_p"], { top_p: 0.5 }),
  chat("top-k", "top_k", ["top_k"], { top_k: 20 }),
  chat("seed", "seed", ["seed"], { seed: 7 }),
  chat("penalties", "Penalties for repetition", ["presence_penalty", "frequency_penalty"], {
    presence_penalty: 0.5,
    frequency_penalty: 0.5,
  }),
  chat("logit-bias", "Bias of tokens", ["logit_bias"], { logit_bias: { 50256: -100 } }),
  chat("logprobs", "Log probabilities", ["logprobs"], { logprobs: true, top_logprobs: 2 }),
  chat("verbosity", "verbosity", ["verbosity=low"], { verbosity: "low" }),
];

const calling: readonly Feature[] = [
  chat("tools", "Tools", ["tools[]<function>"], tools),
  chat("parallel-tools", "Parallel calls and results", ["messages[]<tool>.tool_call_id"], {
    ...tools,
    messages: [hello, calls, ...results],
  }),
  chat("one-call", "One call at a time", ["parallel_tool_calls"], { parallel_tool_calls: false }, tools),
  chat("forced-tool", "A forced call", ["tool_choice=required"], { tool_choice: "required" }, tools),
  chat(
    "named-tool",
    "A forced call of one tool",
    ["tool_choice<function>"],
    { tool_choice: { type: "function", function: { name: "get_weather" } } },
    tools,
  ),
  chat("no-tool", "Tools, but no call now", ["tool_choice=none"], { tool_choice: "none" }, tools),
  chat("strict-tools", "Strict tools", ["tools[]<function>.function.strict"], strict, closedTools),
  chat("custom-tools", "Custom tools, with plain text", ["tools[]<custom>"], {
    tools: [{ type: "custom", custom: { name: "apply_patch", description: "Takes a patch." } }],
  }),
  chat("functions", "The older functions", ["functions"], {
    functions: [{ name: "get_weather", parameters: { ...parameters } }],
  }),
];

const forming: readonly Feature[] = [
  chat(
    "json-mode",
    "JSON mode",
    ["response_format<json_object>"],
    {
      messages: [{ role: "user", content: "Answer in JSON." }],
      response_format: { type: "json_object" },
    },
    { messages: [{ role: "user", content: "Answer in JSON." }] },
  ),
  chat("json-schema", "JSON schema", ["response_format<json_schema>"], { response_format: form }),
  chat("json-bounds", "JSON schema with bounds", ["response_format<json_schema>"], {
    response_format: bounded,
  }),
  chat(
    "json-schema-with-tools",
    "JSON schema beside tools",
    ["response_format<json_schema>"],
    { response_format: form },
    tools,
  ),
];

const seeing: readonly Feature[] = [
  media("images", "Images, as data", picture),
  media("image-urls", "Images, by address", { type: "image_url", image_url: { url: "https://a.example/cat.png" } }),
  media("pdf", "PDF files", {
    type: "file",
    file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0xLjQK" },
  }),
  media("audio", "Audio", { type: "input_audio", input_audio: { data: "UklGRiQAAABXQVZFZm10IA==", format: "wav" } }),
  media("video", "Video", { type: "video_url", video_url: { url: "data:video/mp4;base64,AAAAIGZ0eXBpc29t" } }),
  chat(
    "tool-images",
    "Images that tools show",
    ["messages[]<tool>.content[]<image_url>"],
    called([sun, picture]),
    called([sun]),
  ),
  chat("speech", "Speech in the answer", ["modalities[]=audio", "audio"], {
    modalities: ["text", "audio"],
    audio: { voice: "alloy", format: "wav" },
  }),
];

const thinking: readonly Feature[] = [
  chat("thinking", "Thinking, by effort", ["reasoning_effort=high"], { reasoning_effort: "high" }),
  chat("thinking-off", "Thinking switched off", ["reasoning_effort=none"], { reasoning_effort: "none" }),
  chat(
    "thinking-kept",
    "Thoughts kept between turns",
    ["messages[]<assistant>.thinking_blocks"],
    called("sun", thoughts),
    called("sun"),
  ),
];

const serving: readonly Feature[] = [
  chat("web-search", "Web search", ["web_search_options"], { web_search_options: { search_context_size: "medium" } }),
  chat(
    "caching",
    "Cache marks in the prompt",
    ["messages[]<user>.content[]<text>.cache_control"],
    {
      messages: [{ role: "user", content: [{ type: "text", text: "Hello!", cache_control: { type: "ephemeral" } }] }],
    },
    { messages: [{ role: "user", content: [{ type: "text", text: "Hello!" }] }] },
  ),
  chat("priority", "Priority tier", ["service_tier=priority"], { service_tier: "priority" }),
  chat("flex", "Flex tier", ["service_tier=flex"], { service_tier: "flex" }),
  chat("end-user", "An id of the end user", ["safety_identifier"], { safety_identifier: "u-1" }),
  chat("moderation", "Moderation in the answer", ["moderation"], { moderation: { model: "omni-moderation-latest" } }),
];

const text: CompletionRequest = { model: "test-model", prompt: "Once upon" };
const vectors: EmbeddingRequest = { model: "test-model", input: "A ripe pear." };

function complete(id: string, title: string, fields: Fields, wish: Partial<CompletionRequest>): Feature {
  return { id, title, operation: "completions", fields, request: { ...text, ...wish }, without: text };
}

function embed(id: string, title: string, fields: Fields, wish: Partial<EmbeddingRequest>): Feature {
  return { id, title, operation: "embeddings", fields, request: { ...vectors, ...wish }, without: vectors };
}

const older: readonly Feature[] = [
  complete("completions", "Legacy completions", ["prompt"], { prompt: "Twice upon" }),
  complete("suffix", "suffix, a gap to fill", ["suffix"], { suffix: " the end." }),
  complete("echo", "echo", ["echo"], { echo: true }),
  complete("best-of", "best_of above n", ["best_of"], { best_of: 3 }),
  complete("completion-logprobs", "Log probabilities", ["logprobs"], { logprobs: 2 }),
];

const embedding: readonly Feature[] = [
  embed("embeddings", "Embeddings", ["input"], { input: "An old house." }),
  embed("dimensions", "Shorter vectors", ["dimensions"], { dimensions: 64 }),
  embed("base64", "Vectors in base64", ["encoding_format=base64"], { encoding_format: "base64" }),
  embed("task", "task_type", ["task_type"], { task_type: "CLUSTERING" }),
];

/** What the overview of the matrix asks of every model, in the order of the page. */
export const featureGroups: readonly FeatureGroup[] = [
  { title: "Answers", features: answering },
  { title: "Tools", features: calling },
  { title: "JSON", features: forming },
  { title: "Media", features: seeing },
  { title: "Thinking", features: thinking },
  { title: "Service", features: serving },
  { title: "Legacy completions", features: older },
  { title: "Embeddings", features: embedding },
];

/** All of them. */
export const features: readonly Feature[] = featureGroups.flatMap((group) => group.features);
