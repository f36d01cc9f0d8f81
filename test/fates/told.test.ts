import { describe, expect, test } from "vitest";
import { chat } from "../../src/dialects/gemini/chat/index.ts";
import { casesOf } from "./_cases.ts";

/**
 * What clients are told, written down a second time by hand. The gateway reports and refuses by the fate table itself,
 * so nothing else would notice a line that says the wrong one of `reported`, `refused` and `ignored`.
 */
const reported = `
stream_options.continuous_usage_stats
messages[]<assistant>.images messages[]<assistant>.prefix
temperature:no-sampling top_p:no-sampling top_k:no-sampling
presence_penalty:no-penalties frequency_penalty:no-penalties
logit_bias
reasoning_effort:no-thinking reasoning_effort=none:no-thinking reasoning_effort=minimal:no-thinking
reasoning_effort=low:no-thinking reasoning_effort=medium:no-thinking reasoning_effort=high:no-thinking
reasoning_effort=xhigh:no-thinking reasoning_effort=max:no-thinking
verbosity verbosity=low verbosity=high
web_search_options web_search_options.search_context_size web_search_options.search_context_size=low
web_search_options.search_context_size=medium web_search_options.search_context_size=high
web_search_options.user_location web_search_options.user_location.approximate
web_search_options.user_location.approximate.country web_search_options.user_location.approximate.region
web_search_options.user_location.approximate.city web_search_options.user_location.approximate.timezone
service_tier service_tier=flex service_tier=scale service_tier=priority service_tier=fast
thinking thinking_budget enable_thinking reasoning include_reasoning
extra_body google safety_settings cached_content
min_p top_a repetition_penalty length_penalty min_tokens stop_token_ids ignore_eos skip_special_tokens
chat_template_kwargs add_generation_prompt continue_final_message documents mm_processor_kwargs
guided_json guided_choice guided_regex guided_grammar structured_outputs grammar
provider route models transforms plugins num_ctx options venice_parameters features files
`;

const refused = `
logprobs:no-logprobs top_logprobs:no-logprobs
modalities[]=audio
audio audio.voice audio.voice.id audio.format audio.format=wav audio.format=aac audio.format=mp3 audio.format=flac
audio.format=opus audio.format=pcm16
moderation moderation.model moderation.policy
moderation.policy.input moderation.policy.input.mode moderation.policy.input.mode=score
moderation.policy.input.mode=block
moderation.policy.output moderation.policy.output.mode moderation.policy.output.mode=score
moderation.policy.output.mode=block
`;

function linesOf(kind: string): readonly string[] {
  return casesOf(chat.fates.request, chat.fates.conditions)
    .filter((one) => one.fate.kind === kind)
    .map(({ key, condition }) => (["always", "otherwise"].includes(condition) ? key : `${key}:${condition}`));
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/).sort();
}

describe("what clients of Gemini are told", () => {
  test("these fields are dropped with a notice, and no others", () => {
    expect([...linesOf("reported")].sort()).toEqual(words(reported));
  });

  test("these fields are refused, and no others", () => {
    expect([...linesOf("refused")].sort()).toEqual(words(refused));
  });

  test("of an answer, citations and grounding are dropped with a notice", () => {
    const told = Object.entries(chat.fates.response).filter(([, fate]) => fate.kind === "reported");
    expect(told.map(([key]) => key)).toEqual(["candidates[].citationMetadata", "candidates[].groundingMetadata"]);
  });
});
