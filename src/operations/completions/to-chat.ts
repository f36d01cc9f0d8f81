import { validateCreateChatCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import { refuse, toInvalidRequest } from "../invalid.ts";
import type { ChatRequest, CompletionRequest } from "../types.ts";
import { type Gap, gapOf, textOf } from "./gap.ts";
import { toContinuation, toInfill } from "./instruct.ts";
import { toOwnParam } from "./paths.ts";
import { promptsOf } from "./prompts.ts";
import { stopsOf, stopsUpstream } from "./stops.ts";

/** A request as chat, and what the way back needs to know of it. */
export interface ChatPlan {
  /** What the client asked for in chat's words, and nothing it did not. */
  readonly request: ChatRequest;
  /** The prompt as the client wrote it. */
  readonly prompt: string;
  /** Undefined where the text is to be continued. */
  readonly gap: Gap | undefined;
  /** The texts that end the answer: a client may name more of them than an upstream takes. */
  readonly stops: readonly string[];
  /** The few tokens of the answer are not to be spent on thinking. */
  readonly brief: boolean;
}

/** Members that are consumed here, by name. */
const own: ReadonlySet<string> = new Set(
  "prompt suffix echo best_of n logprobs max_tokens n_predict prompt_logprobs".split(" "),
);

/** Members of chat that no text can carry, should a client send them along: calls, speech, another conversation. */
const ofChat: ReadonlySet<string> = new Set(
  "messages tools tool_choice parallel_tool_calls functions function_call modalities audio top_logprobs".split(" "),
);

/** The members of a request that are chat's and not taken over. */
export function foreignIn(request: CompletionRequest): readonly string[] {
  const said = Object.entries(request).filter(([name, value]) => ofChat.has(name) && value != null);
  // `logprobs` says it for both.
  return said.map(([name]) => name).filter((name) => name !== "top_logprobs" || request.logprobs == null);
}

/**
 * A request for one choice of legacy completions as a chat request: one user message, under instructions to go on with
 * it or to fill its gap. Members that no spec knows go along.
 *
 * Without `max_tokens` no limit is set: the 16 tokens of the old default would cut every answer of a chat model short.
 *
 * Fails: throws a 400 that names the client's own parameter.
 *
 * @see reference: openai-surface §5
 */
export function toChatPlan(request: CompletionRequest): ChatPlan {
  const prompt = onlyPrompt(request);
  const gap = gapOf(prompt, request.suffix);
  const limit = request.max_tokens ?? (request.n_predict != null && request.n_predict > 0 ? request.n_predict : null);
  const draft: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(request)) {
    if (!own.has(name) && !ofChat.has(name)) draft[name] = value;
  }
  draft["messages"] = gap === undefined ? toContinuation(textOf(prompt)) : toInfill(gap);
  draft["stop"] = stopsUpstream(request.stop, gap);
  if (limit !== null) draft["max_completion_tokens"] = limit;
  if (request.logprobs != null) {
    draft["logprobs"] = true;
    if (request.logprobs > 0) draft["top_logprobs"] = request.logprobs;
  }
  for (const [name, value] of Object.entries(draft)) if (value === undefined) delete draft[name];
  if (!validateCreateChatCompletionRequest(draft)) {
    const [error] = validateCreateChatCompletionRequest.errors ?? [];
    throw toInvalidRequest(error, draft, (path) => toOwnParam(path, request));
  }
  const brief = draft.max_completion_tokens != null || gap !== undefined;
  return { request: draft, prompt, gap, stops: stopsOf(request.stop), brief };
}

function onlyPrompt({ prompt }: CompletionRequest): string {
  const [only, ...more] = promptsOf(prompt);
  // Several prompts are several requests by now, and ids have become text.
  if (typeof only === "string" && more.length === 0) return only;
  throw refuse("invalid_type", "prompt", "Invalid type for 'prompt': expected a string with this model.");
}
