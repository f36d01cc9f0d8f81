import type { Row } from "./_rows.ts";

/**
 * What clients are told, written down a second time by hand: condition → lines. `x.**` is `x` and all below it.
 * The gateway reports and refuses by the fate table itself, so nothing else would notice a line that says the wrong one
 * of `reported`, `refused` and `ignored`, and nothing but this a server that is said to lack what it has.
 */
export type Told = Readonly<Record<Row["name"], Readonly<Record<string, string>>>>;

/** Parts of OpenAI's own API that a server on one's own machine does not have. */
const services = `
audio.** metadata modalities.** moderation.** prediction.** prompt_cache_key prompt_cache_options.**
prompt_cache_retention.** safety_identifier service_tier.** store verbosity.** web_search_options.**
`;

/** Settings of other servers, in chat and in legacy completions. */
const settings = `
top_k min_p top_a repetition_penalty length_penalty min_tokens stop_token_ids ignore_eos skip_special_tokens
guided_json guided_choice guided_regex guided_grammar structured_outputs grammar
provider route models transforms session_id usage.** num_ctx keep_alive options ttl cache_prompt
`;
/** Those that only chat has. */
const ofChat = `
thinking.** thinking_budget enable_thinking include_reasoning extra_body.** google.** safety_settings.** cached_content
chat_template_kwargs add_generation_prompt continue_final_message documents mm_processor_kwargs plugins
venice_parameters features files
`;
/** Those that only legacy completions have. */
const ofText = `
repeat_penalty use_beam_search n_predict samplers include_stop_str_in_output add_special_tokens
spaces_between_special_tokens truncate_prompt_tokens prompt_logprobs json_schema priority request_id cache_salt id_slot
`;

export const reported: Told = {
  "gemini chat": {
    always: `
      stream_options.continuous_usage_stats
      messages[]<assistant>.images messages[]<assistant>.prefix
      logit_bias
      verbosity verbosity=low verbosity=high
      web_search_options.**
      service_tier service_tier=flex service_tier=scale service_tier=priority service_tier=fast
      thinking thinking_budget enable_thinking reasoning include_reasoning
      extra_body google safety_settings cached_content
      min_p top_a repetition_penalty length_penalty min_tokens stop_token_ids ignore_eos skip_special_tokens
      chat_template_kwargs add_generation_prompt continue_final_message documents mm_processor_kwargs
      guided_json guided_choice guided_regex guided_grammar structured_outputs grammar
      provider route models transforms plugins num_ctx options venice_parameters features files
    `,
    "no-sampling": "temperature top_p top_k",
    "no-penalties": "presence_penalty frequency_penalty",
    "no-thinking": "reasoning_effort.**",
  },
  "openai chat": {
    openai: `${settings} ${ofChat} reasoning.** messages[]<assistant>.images.** messages[]<assistant>.prefix`,
    vllm: services,
    llamacpp: services,
    lmstudio: services,
    ollama: `${services} ${settings} ${ofChat} cache_control logit_bias user`,
  },
  "openai completions": {
    openai: `${settings} ${ofText} response_format`,
    ollama: `${settings} ${ofText} best_of echo logit_bias user`,
  },
};

export const refused: Told = {
  "gemini chat": {
    always: "modalities[]=audio audio.** moderation.**",
    "no-logprobs": "logprobs top_logprobs",
  },
  "openai chat": { "no-custom-tools": "tool_choice<custom>.** tools[]<custom>.**" },
  "openai completions": {},
};

/** What a step of the gateway consumes. */
export const gateway: Told = {
  "gemini chat": { always: "model stream stream_options stream_options.include_usage" },
  "openai chat": { always: "model n stream stream_options stream_options.include_usage" },
  "openai completions": { always: "model n stream stream_options stream_options.include_usage" },
};

/** What the gateway's own work honours. */
export const emulated: Told = {
  "gemini chat": {
    always: `
      n parallel_tool_calls messages[]<tool>.tool_call_id messages[]<function>.name
      messages[]<assistant>.tool_calls[]<function>.id messages[]<assistant>.tool_calls[]<custom>.id
    `,
  },
  "openai chat": { always: "parallel_tool_calls" },
  "openai completions": {},
};

/** Of answers, what is dropped with a notice. */
export const reportedBack: Told = {
  "gemini chat": { always: "candidates[].citationMetadata candidates[].groundingMetadata" },
  "openai chat": {},
  "openai completions": {},
};

/** Fields that the operation's own spec does not have, and that a host is known to lack: it does not get them. */
export const lacking: Told = {
  "gemini chat": {},
  "openai chat": {
    openai: `${ofText} background include max_tool_calls text truncation`,
    ollama: `${ofText} think`,
  },
  "openai completions": {
    openai: `${ofChat} reasoning`,
    vllm: services,
    llamacpp: services,
    lmstudio: services,
    ollama: `${services} ${ofChat} cache_control think`,
  },
};
