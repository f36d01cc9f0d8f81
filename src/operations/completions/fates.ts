import type { CompletionRequestField } from "../../../generated/fields/openai.ts";
import {
  emulated,
  type Fate,
  type Fates,
  gateway,
  ignored,
  mapped,
  refused,
  reported,
  when,
} from "../../dialects/fates.ts";
import type { CompletionCondition } from "./conditions.ts";

/** A setting of some servers, which chat knows by the same name or takes for one it does not know. */
const same = (name: string): Fate => mapped(name, `${name}.**`);
const noTokens = refused("a chat model says one token at least");
const limit = mapped("max_completion_tokens", "reasoning_effort");

/**
 * What becomes of each field of a request for legacy completions, where chat stands in for them. Places are those of a
 * chat request; what becomes of them there is said by the dialect's own table.
 *
 * @see reference: openai-surface §5
 */
export const completionFates: Fates<CompletionRequestField, CompletionCondition> = {
  model: gateway("resolve"),
  stream: gateway("operation"),
  stream_options: gateway("reply"),
  "stream_options.include_usage": mapped("stream_options.include_usage"),
  "stream_options.include_obfuscation": mapped("stream_options.include_obfuscation"),
  "stream_options.continuous_usage_stats": mapped("stream_options.continuous_usage_stats"),

  // ── the text ──────────────────────────────────────────────────────────────────────────────────────────────────
  prompt: mapped("messages[].content"),
  // Few tokens are meant for the middle, not for thinking.
  suffix: mapped("messages[].content", "reasoning_effort"),
  echo: when<CompletionCondition>(
    { "echo-with-logprobs": refused("a chat model gives no log probabilities of its prompt") },
    emulated("the prompt is put before the answer", "completions/echo"),
  ),
  max_tokens: when<CompletionCondition>({ "no-tokens": noTokens }, limit),
  n_predict: when<CompletionCondition>({ "no-predictions": noTokens }, limit),
  n: gateway("fan-out"),
  best_of: when<CompletionCondition>(
    { "best-of-above-n": reported("candidates cannot be ranked, so no more are made than are answered with") },
    ignored("no more candidates are asked for than answers"),
  ),
  logprobs: mapped("logprobs", "top_logprobs"),
  prompt_logprobs: reported("a chat model gives no log probabilities of its prompt"),

  // ── sampling ──────────────────────────────────────────────────────────────────────────────────────────────────
  temperature: same("temperature"),
  top_p: same("top_p"),
  top_k: same("top_k"),
  min_p: same("min_p"),
  top_a: same("top_a"),
  frequency_penalty: same("frequency_penalty"),
  presence_penalty: same("presence_penalty"),
  repetition_penalty: same("repetition_penalty"),
  repeat_penalty: same("repeat_penalty"),
  length_penalty: same("length_penalty"),
  use_beam_search: same("use_beam_search"),
  min_tokens: same("min_tokens"),
  samplers: same("samplers"),
  seed: same("seed"),
  stop: when<CompletionCondition>(
    { "stops-here": emulated("looked for in the reply, once fences and repetitions are off", "completions/stop") },
    same("stop"),
  ),
  stop_token_ids: same("stop_token_ids"),
  include_stop_str_in_output: same("include_stop_str_in_output"),
  ignore_eos: same("ignore_eos"),
  logit_bias: same("logit_bias"),

  // ── forms ─────────────────────────────────────────────────────────────────────────────────────────────────────
  response_format: same("response_format"),
  json_schema: same("json_schema"),
  grammar: same("grammar"),
  guided_json: same("guided_json"),
  guided_choice: same("guided_choice"),
  guided_regex: same("guided_regex"),
  guided_grammar: same("guided_grammar"),
  structured_outputs: same("structured_outputs"),

  // ── settings of servers ───────────────────────────────────────────────────────────────────────────────────────
  user: same("user"),
  add_special_tokens: same("add_special_tokens"),
  skip_special_tokens: same("skip_special_tokens"),
  spaces_between_special_tokens: same("spaces_between_special_tokens"),
  truncate_prompt_tokens: same("truncate_prompt_tokens"),
  priority: same("priority"),
  request_id: same("request_id"),
  cache_salt: same("cache_salt"),
  cache_prompt: same("cache_prompt"),
  id_slot: same("id_slot"),
  num_ctx: same("num_ctx"),
  keep_alive: same("keep_alive"),
  options: same("options"),
  ttl: same("ttl"),
  provider: same("provider"),
  route: same("route"),
  models: same("models"),
  transforms: same("transforms"),
  session_id: same("session_id"),
  usage: same("usage"),
  "usage.include": same("usage.include"),
};
