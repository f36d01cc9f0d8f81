import type { ChatRequest, CompletionRequest, EmbeddingRequest } from "../operations/types.ts";

const model = "m";
const hello = { role: "user", content: "Hi." } as const;
const tools: NonNullable<ChatRequest["tools"]> = [{ type: "function", function: { name: "measure" } }];
const calls: ChatRequest["messages"] = [
  hello,
  {
    role: "assistant",
    tool_calls: [{ id: "call_1", type: "function", function: { name: "measure", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "call_1", content: "7" },
];

const chat: readonly Partial<ChatRequest>[] = [
  {},
  { stream: true },
  { tools },
  { tools, tool_choice: "required" },
  { tools, tool_choice: "none" },
  { functions: [{ name: "weigh" }] },
  { tools, functions: [{ name: "weigh" }] },
  { web_search_options: {} },
  { temperature: 0.5 },
  { response_format: { type: "text" } },
  { response_format: { type: "json_object" } },
  { reasoning_effort: "high" },
  { reasoning_effort: "none" },
  { reasoning_effort: "high", tools, tool_choice: "required" },
  { thinking_budget: 5000 },
  { thinking_budget: 5000, tools, messages: calls },
  { reasoning_effort: "high", tools, messages: calls },
  { messages: calls, tools },
  { messages: [hello, { role: "assistant", content: "Once", prefix: true }] },
  { messages: [hello, { role: "assistant", content: "Once" }, hello] },
  { extra_body: { google: { tools: [{ codeExecution: {} }] } } },
];

const completions: readonly Partial<CompletionRequest>[] = [
  {},
  { stream: true },
  { best_of: 9 },
  { echo: true, logprobs: 2 },
  { max_tokens: 0 },
  { n_predict: 0 },
  { suffix: "\n}", stop: "\n" },
];

const embeddings: readonly Partial<EmbeddingRequest>[] = [
  {},
  { task_type: "CLUSTERING" },
  { taskType: "CLUSTERING" },
  { task_type: "RETRIEVAL_DOCUMENT", title: "Pears" },
  { title: "Pears", task_type: "CLUSTERING" },
  { auto_truncate: false },
  { autoTruncate: false },
];

/** Requests in which the conditions of fates may differ, by operation; the first is the shortest there is. */
export const probes: {
  readonly chat: readonly ChatRequest[];
  readonly completions: readonly CompletionRequest[];
  readonly embeddings: readonly EmbeddingRequest[];
} = {
  chat: chat.map((more) => ({ model, messages: [hello], ...more })),
  completions: completions.map((more) => ({ model, prompt: "Hi.", ...more })),
  embeddings: embeddings.map((more) => ({ model, input: "Hi.", ...more })),
};
