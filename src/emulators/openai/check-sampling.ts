import { familyOf } from "./families.ts";
import type { Rule } from "./personality.ts";
import { badRequest } from "./problem.ts";
import { quoted, sayBound } from "./say.ts";
import { texts } from "./texts.ts";
import type { ChatRequest } from "./types.ts";

/** What a thinking model takes no part of, unless it is the default. */
const fixed = ["temperature", "top_p"] as const;
const without = ["presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias"] as const;

/** OpenAI's rules about sampling, limits and what a model does not have. */
export const samplingRules: readonly Rule<ChatRequest>[] = [
  ({ max_tokens, max_completion_tokens }) =>
    max_tokens != null && max_completion_tokens != null
      ? badRequest(texts.bothLimits(), undefined, "invalid_parameter_combination")
      : undefined,
  ({ model, max_tokens }) =>
    max_tokens != null && familyOf(model)?.reasoning
      ? badRequest(texts.useCompletionTokens(), "max_tokens", "unsupported_parameter")
      : undefined,
  ({ model, max_tokens, max_completion_tokens }) => {
    const wanted = max_completion_tokens ?? max_tokens ?? 0;
    const limit = familyOf(model)?.maxOutputTokens ?? Infinity;
    const param = max_completion_tokens == null ? "max_tokens" : "max_completion_tokens";
    return wanted > limit ? badRequest(texts.tooManyWanted(wanted, limit), param, "invalid_value") : undefined;
  },
  ...(["max_tokens", "max_completion_tokens"] as const).map(
    (param): Rule<ChatRequest> =>
      ({ [param]: value }) =>
        value != null && value < 1 ? sayBound(param, "minimum", value, 1) : undefined,
  ),
  ...fixed.map(
    (param): Rule<ChatRequest> =>
      ({ model, [param]: value }) =>
        value != null && value !== 1 && familyOf(model)?.reasoning
          ? badRequest(texts.onlyDefault(param, value), param, "unsupported_value")
          : undefined,
  ),
  ...without.map(
    (param): Rule<ChatRequest> =>
      ({ model, [param]: value }) =>
        value && familyOf(model)?.reasoning
          ? badRequest(texts.unsupported(param), param, "unsupported_parameter")
          : undefined,
  ),
  ({ model, stop }) =>
    stop != null && familyOf(model)?.stop === false
      ? badRequest(texts.unsupported("stop"), "stop", "unsupported_parameter")
      : undefined,
  ({ model, parallel_tool_calls }) =>
    parallel_tool_calls != null && familyOf(model)?.parallel === false
      ? badRequest(texts.unsupported("parallel_tool_calls"), "parallel_tool_calls", "unsupported_parameter")
      : undefined,
  ({ model, reasoning_effort: effort }) => {
    const efforts = familyOf(model)?.efforts;
    if (effort == null || efforts?.includes(effort)) return undefined;
    return efforts === undefined
      ? badRequest(texts.unrecognized("reasoning_effort"), "reasoning_effort")
      : badRequest(texts.effort(effort, quoted(efforts)), "reasoning_effort", "unsupported_value");
  },
  ({ logprobs, top_logprobs }) =>
    top_logprobs != null && logprobs !== true ? badRequest(texts.topLogprobs(), "top_logprobs") : undefined,
  ({ stream, stream_options }) =>
    stream_options != null && stream !== true ? badRequest(texts.streamOptions(), "stream_options") : undefined,
  ({ metadata, store }) => (metadata != null && store !== true ? badRequest(texts.storeOnly(), "metadata") : undefined),
  ({ model, modalities }) =>
    modalities?.includes("audio") && familyOf(model)?.audio !== true
      ? badRequest(texts.modalities(), "modalities", "invalid_value")
      : undefined,
  ({ modalities, audio }) =>
    modalities?.includes("audio") && audio == null
      ? badRequest(texts.missing("audio"), "audio", "missing_required_parameter")
      : undefined,
];
