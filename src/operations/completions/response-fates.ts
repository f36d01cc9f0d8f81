import type { ChatChunkField, ChatResponseField } from "../../../generated/fields/openai.ts";
import { type Fates, ignored, mapped, reported, type Under } from "../../dialects/fates.ts";

type Said = "choices[].message" | "choices[].delta";

/** Places of an answer that are dropped whole; what is below them goes with them. */
type Dropped =
  | `${Said}.${"tool_calls" | "function_call" | "audio" | "annotations" | "images"}`
  | `${Said}.${"reasoning_details" | "thinking_blocks" | "extra_content"}`
  | "choices[].logprobs.refusal"
  | "service_tier"
  | "moderation";

const text = mapped("choices[].text");
const finish = mapped("choices[].finish_reason");
const noCalls = ignored("no tool was declared");
const notAsked = ignored("comes only to those who ask, and we do not");
const thinking = ignored("thinking is not the continuation");
const same = (place: string) => mapped(place, `${place}.**`);
const tokens = mapped("choices[].logprobs.**");
const noBytes = ignored("legacy completions tell tokens as text alone");

/**
 * What becomes of each field of a chat answer, whole or in chunks, where chat stands in for legacy completions.
 *
 * @see reference: openai-surface §5, §7
 */
export const responseFates: Fates<Exclude<ChatResponseField | ChatChunkField, Under<Dropped>>> = {
  id: ignored("the answer has an id of its own kind"),
  created: mapped("created"),
  model: mapped("model"),
  system_fingerprint: mapped("system_fingerprint"),
  provider: mapped("provider"),
  prompt_filter_results: same("prompt_filter_results"),
  metadata: ignored("the client's own labels"),
  service_tier: ignored("legacy completions have no tiers"),
  moderation: notAsked,
  obfuscation: ignored("padding against traffic analysis"),

  choices: mapped("choices.**"),
  "choices[].index": mapped("choices[].index"),
  "choices[].finish_reason": finish,
  "choices[].finish_reason=stop": finish,
  "choices[].finish_reason=length": finish,
  "choices[].finish_reason=content_filter": finish,
  "choices[].finish_reason=tool_calls": finish,
  "choices[].finish_reason=function_call": finish,
  "choices[].logprobs": tokens,
  "choices[].logprobs.content": tokens,
  "choices[].logprobs.content[].token": tokens,
  "choices[].logprobs.content[].logprob": tokens,
  "choices[].logprobs.content[].bytes": noBytes,
  "choices[].logprobs.content[].top_logprobs": mapped("choices[].logprobs.top_logprobs.**"),
  "choices[].logprobs.content[].top_logprobs[].token": mapped("choices[].logprobs.top_logprobs.**"),
  "choices[].logprobs.content[].top_logprobs[].logprob": mapped("choices[].logprobs.top_logprobs.**"),
  "choices[].logprobs.content[].top_logprobs[].bytes": noBytes,
  "choices[].logprobs.refusal": ignored("a refusal is not the continuation"),

  "choices[].message": text,
  "choices[].message.content": text,
  "choices[].message.refusal": finish,
  "choices[].message.tool_calls": noCalls,
  "choices[].message.function_call": noCalls,
  "choices[].message.audio": notAsked,
  "choices[].message.annotations": reported("a text has no place for its sources"),
  "choices[].message.images": reported("a text has no place for pictures"),
  "choices[].message.reasoning_content": thinking,
  "choices[].message.reasoning": thinking,
  "choices[].message.reasoning_details": thinking,
  "choices[].message.thinking_blocks": thinking,
  "choices[].message.extra_content": ignored("there is no next turn that signatures could serve"),

  "choices[].delta": text,
  "choices[].delta.role": ignored("always the model"),
  "choices[].delta.role=developer": ignored("always the model"),
  "choices[].delta.role=system": ignored("always the model"),
  "choices[].delta.role=user": ignored("always the model"),
  "choices[].delta.role=assistant": ignored("always the model"),
  "choices[].delta.role=tool": ignored("always the model"),
  "choices[].delta.content": text,
  "choices[].delta.refusal": finish,
  "choices[].delta.tool_calls": noCalls,
  "choices[].delta.function_call": noCalls,
  "choices[].delta.audio": notAsked,
  "choices[].delta.annotations": reported("a text has no place for its sources"),
  "choices[].delta.images": reported("a text has no place for pictures"),
  "choices[].delta.reasoning_content": thinking,
  "choices[].delta.reasoning": thinking,
  "choices[].delta.reasoning_details": thinking,
  "choices[].delta.thinking_blocks": thinking,
  "choices[].delta.extra_content": ignored("there is no next turn that signatures could serve"),

  usage: same("usage"),
  "usage.prompt_tokens": same("usage.prompt_tokens"),
  "usage.completion_tokens": same("usage.completion_tokens"),
  "usage.total_tokens": same("usage.total_tokens"),
  "usage.prompt_tokens_details": same("usage.prompt_tokens_details"),
  "usage.prompt_tokens_details.audio_tokens": same("usage.prompt_tokens_details.audio_tokens"),
  "usage.prompt_tokens_details.cached_tokens": same("usage.prompt_tokens_details.cached_tokens"),
  "usage.prompt_tokens_details.cache_write_tokens": same("usage.prompt_tokens_details.cache_write_tokens"),
  "usage.prompt_tokens_details.image_tokens": same("usage.prompt_tokens_details.image_tokens"),
  "usage.prompt_tokens_details.text_tokens": same("usage.prompt_tokens_details.text_tokens"),
  "usage.completion_tokens_details": same("usage.completion_tokens_details"),
  "usage.completion_tokens_details.accepted_prediction_tokens": same(
    "usage.completion_tokens_details.accepted_prediction_tokens",
  ),
  "usage.completion_tokens_details.rejected_prediction_tokens": same(
    "usage.completion_tokens_details.rejected_prediction_tokens",
  ),
  "usage.completion_tokens_details.audio_tokens": same("usage.completion_tokens_details.audio_tokens"),
  "usage.completion_tokens_details.reasoning_tokens": same("usage.completion_tokens_details.reasoning_tokens"),
  "usage.completion_tokens_details.text_tokens": same("usage.completion_tokens_details.text_tokens"),
  "usage.prompt_cache_hit_tokens": same("usage.prompt_cache_hit_tokens"),
  "usage.prompt_cache_miss_tokens": same("usage.prompt_cache_miss_tokens"),
  "usage.cache_read_input_tokens": same("usage.cache_read_input_tokens"),
  "usage.cache_creation_input_tokens": same("usage.cache_creation_input_tokens"),
  "usage.cost": same("usage.cost"),
};
