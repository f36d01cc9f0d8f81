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

/** Settings of vectors that OpenAI itself does not have. */
const ofVectors = "task_type taskType title input_type auto_truncate autoTruncate truncate";
/** Those that other operations have too. */
const alsoOfVectors = "truncate_prompt_tokens add_special_tokens priority request_id keep_alive options provider";

/** Forms of an answer, for a model that answers with more than text and where no answer is wanted. */
const forms = `
response_format response_format<json_object> response_format<json_schema> guided_json guided_choice guided_regex structured_outputs
response_format<json_schema>.json_schema.**
`;

/** All that asks Claude to think, or to show it. */
const ofThinking = `
reasoning_effort reasoning_effort=minimal reasoning_effort=low reasoning_effort=medium reasoning_effort=high
reasoning_effort=xhigh reasoning_effort=max thinking.** thinking_budget enable_thinking reasoning.** include_reasoning
`;

/** The same for models of whose thoughts it is the answer that shows them or not. */
const ofThought = `
reasoning_effort reasoning_effort=minimal reasoning_effort=low reasoning_effort=medium reasoning_effort=high
reasoning_effort=xhigh reasoning_effort=max thinking thinking.type thinking.budget_tokens thinking_budget enable_thinking
reasoning reasoning.effort reasoning.max_tokens reasoning.enabled
`;

/** A list without some of its words. */
function less(text: string, ...words: readonly string[]): string {
  return text
    .split(/\s+/)
    .filter((word) => !words.includes(word))
    .join(" ");
}

/** What clients are told at OpenAI itself. */
const atOpenAI = `${settings} ${ofChat} reasoning.** messages[]<assistant>.images.** messages[]<assistant>.prefix`;
/** Members of messages that strict services refuse. */
const ofMessages = `
messages[]<user>.name messages[]<system>.name messages[]<developer>.name messages[]<assistant>.name
messages[]<assistant>.refusal messages[]<assistant>.audio.** messages[]<assistant>.images.**
`;
const atDeepSeek = `
${services} ${settings} ${less(ofChat, "thinking.**")} reasoning.** logit_bias seed user
`;
const atXai = `${less(services, "web_search_options.**")} ${settings} ${ofChat} reasoning.** logit_bias`;

export const reported: Told = {
  "converse chat": {
    always: `
      stream_options.continuous_usage_stats messages[]<assistant>.images
      logit_bias verbosity verbosity=low verbosity=high service_tier=scale
      web_search_options.search_context_size.** web_search_options.user_location.**
      extra_body google safety_settings cached_content
      min_p top_a repetition_penalty length_penalty min_tokens stop_token_ids ignore_eos skip_special_tokens
      chat_template_kwargs add_generation_prompt continue_final_message documents mm_processor_kwargs
      guided_json guided_choice guided_regex guided_grammar structured_outputs grammar
      provider route models transforms plugins num_ctx options venice_parameters features files
    `,
    "always-thinks": `${ofThought} reasoning_effort=none`,
    "calls-forced":
      "response_format response_format<json_object> response_format<json_schema> response_format<json_schema>.json_schema.**",
    "no-fast": "service_tier=fast",
    "no-penalties": "presence_penalty frequency_penalty",
    "no-prefill": "messages[]<assistant>.prefix",
    "no-schemas": "tools[]<function>.function.strict",
    "no-search": "web_search_options",
    "no-seed": "seed",
    "no-stops": "stop",
    "no-thinking": ofThought,
    "no-tool-use": `
      tools tools[]<function> tools[]<function>.function tools[]<function>.function.name
      tools[]<function>.function.description tools[]<function>.function.parameters tools[]<function>.function.strict
      tools[]<function>.cache_control tools[]<custom>.** functions.**
    `,
    "no-top-k": "top_k",
    "thinks-hard": "temperature top_p",
    otherwise: `
      messages[]<user>.content[]<video_url>.video_url.detail
      messages[]<user>.content[]<video_url>.video_url.video_metadata
      messages[]<user>.content[]<video_url>.video_metadata
    `,
  },
  "converse embeddings": {
    always: "title truncate_prompt_tokens add_special_tokens priority options provider",
    titan: "task_type taskType input_type auto_truncate autoTruncate truncate",
    "input_type-said": "task_type",
    "task-said": "taskType",
    "auto_truncate-said": "autoTruncate",
    "truncation-said": "truncate",
  },
  "anthropic chat": {
    always: `
      stream_options.continuous_usage_stats messages[]<assistant>.images
      presence_penalty frequency_penalty seed logit_bias verbosity verbosity=low verbosity=high
      service_tier=flex service_tier=scale extra_body google safety_settings cached_content
      min_p top_a repetition_penalty length_penalty min_tokens stop_token_ids ignore_eos skip_special_tokens
      chat_template_kwargs add_generation_prompt continue_final_message documents mm_processor_kwargs
      guided_json guided_choice guided_regex guided_grammar structured_outputs grammar
      provider route models transforms plugins num_ctx options venice_parameters features files
    `,
    "calls-forced":
      "response_format response_format<json_object> response_format<json_schema> response_format<json_schema>.json_schema.**",
    "calls-unthought": ofThinking,
    "no-accounts": "service_tier service_tier=priority",
    "no-fast": "service_tier=fast",
    "no-prefill": "messages[]<assistant>.prefix",
    "no-sampling": "temperature top_p top_k",
    "no-schemas": "tools[]<function>.function.strict",
    "no-thinking": ofThinking,
    "no-web-search": "web_search_options.**",
    "one-sampler": "top_p",
    thinks: "temperature top_p top_k",
    "thoughts-lost": ofThinking,
    otherwise: "web_search_options.search_context_size.**",
  },
  "gemini chat": {
    always: `
      stream_options.continuous_usage_stats
      messages[]<assistant>.images messages[]<assistant>.prefix
      logit_bias
      verbosity verbosity=low verbosity=high
      service_tier=scale google.thought_tag_marker extra_body.google.thought_tag_marker
      min_p top_a repetition_penalty length_penalty min_tokens stop_token_ids ignore_eos skip_special_tokens
      chat_template_kwargs add_generation_prompt continue_final_message documents mm_processor_kwargs
      guided_grammar grammar
      provider route models transforms plugins num_ctx options venice_parameters features files
    `,
    "no-sampling": "temperature top_p top_k",
    "no-penalties": "presence_penalty frequency_penalty",
    "no-thinking": `
      reasoning_effort.** thinking.** thinking_budget enable_thinking reasoning.** include_reasoning
      google.thinking_config.** extra_body.google.thinking_config.**
    `,
    "no-caches": "cached_content google.cached_content extra_body.google.cached_content",
    "no-structured-output": `${forms}`,
    "calls-forced": `${forms}`,
    "functions-alone": "web_search_options google.tools.** extra_body.google.tools.** guided_choice guided_regex",
    "older-schemas": "tools[]<function>.function.strict",
    "developer-api": `
      safety_settings[].method google.safety_settings[].method extra_body.google.safety_settings[].method
    `,
    otherwise: `
      messages[]<tool>.content[]<image_url>.image_url.detail
      messages[]<tool>.content[]<image_url>.image_url.detail=low
      messages[]<tool>.content[]<image_url>.image_url.detail=high
      messages[]<tool>.content[]<image_url>.image_url.detail=original
      web_search_options.search_context_size.** web_search_options.user_location.**`,
  },
  "openai chat": {
    openai: atOpenAI,
    azure: atOpenAI,
    "azure-older": `${atOpenAI} ${services} reasoning_effort.**`,
    deepseek: atDeepSeek,
    "deepseek-reasoning": `
      ${atDeepSeek} temperature top_p presence_penalty frequency_penalty
    `,
    groq: `
      ${less(services, "metadata", "service_tier.**", "store")} ${settings}
      ${less(ofChat, "documents", "include_reasoning")} reasoning.** logit_bias
      ${ofMessages} messages[]<assistant>.prefix
    `,
    mistral: `
      ${less(services, "metadata", "prediction.**")} ${settings} ${ofChat} reasoning.**
      logit_bias user ${ofMessages}
    `,
    xai: atXai,
    "xai-reasoning": `${atXai} stop.** presence_penalty frequency_penalty`,
    vllm: services,
    llamacpp: services,
    lmstudio: services,
    ollama: `${services} ${settings} ${ofChat} cache_control logit_bias user`,
    "uncounted-stream": "stream_options.include_usage",
  },
  "openai completions": {
    openai: `${settings} ${ofText} response_format`,
    azure: `${settings} ${ofText} response_format`,
    "azure-older": `${settings} ${ofText} response_format`,
    deepseek: `${settings} ${ofText} best_of logit_bias seed user`,
    "deepseek-reasoning": `
      ${settings} ${ofText} best_of logit_bias seed user temperature top_p presence_penalty frequency_penalty
    `,
    groq: `${settings} ${ofText} response_format logit_bias`,
    mistral: `${settings} ${ofText} response_format logit_bias user`,
    xai: `${settings} ${ofText} logit_bias`,
    "xai-reasoning": `${settings} ${ofText} logit_bias stop.** presence_penalty frequency_penalty`,
    llamacpp: "best_of echo",
    lmstudio: "best_of",
    ollama: `${settings} ${ofText} best_of echo logit_bias user`,
    "uncounted-stream": "stream_options.include_usage",
  },
  "gemini embeddings": {
    always: "truncate_prompt_tokens add_special_tokens priority options provider",
    "task-in-text": "task_type taskType input_type title",
    "no-document": "title",
    "task_type-said": "taskType",
    "task-said": "input_type",
    "developer-api": "auto_truncate autoTruncate truncate",
    "auto_truncate-said": "autoTruncate",
    "truncation-said": "truncate",
  },
  "openai embeddings": {
    openai: `${ofVectors} ${alsoOfVectors}`,
    azure: `${ofVectors} ${alsoOfVectors}`,
    "azure-older": `${ofVectors} ${alsoOfVectors}`,
    deepseek: `${ofVectors} ${alsoOfVectors} user`,
    "deepseek-reasoning": `${ofVectors} ${alsoOfVectors} user`,
    groq: `${ofVectors} ${alsoOfVectors}`,
    mistral: `${ofVectors} ${alsoOfVectors} user`,
    xai: `${ofVectors} ${alsoOfVectors}`,
    "xai-reasoning": `${ofVectors} ${alsoOfVectors}`,
    llamacpp: "dimensions",
    ollama: `${ofVectors} ${alsoOfVectors} user`,
  },
};

export const refused: Told = {
  "converse chat": {
    always: `
      messages[]<tool>.content[]<input_audio> logprobs top_logprobs modalities[]=audio audio moderation
    `,
    "no-audio": "messages[]<user>.content[]<input_audio>.**",
    "no-documents": "messages[]<user>.content[]<file>.** messages[]<tool>.content[]<file>.**",
    "no-images": "messages[]<user>.content[]<image_url>.** messages[]<tool>.content[]<image_url>.**",
    "no-video": "messages[]<user>.content[]<video_url>.**",
  },
  "converse embeddings": { "one-length": "dimensions" },
  "anthropic chat": {
    always: `
      messages[]<user>.content[]<video_url> messages[]<user>.content[]<input_audio>
      messages[]<tool>.content[]<input_audio> logprobs top_logprobs modalities[]=audio audio moderation
    `,
    "no-files": "messages[]<user>.content[]<file>.file.file_id messages[]<tool>.content[]<file>.file.file_id",
  },
  "gemini chat": {
    always: "moderation.** audio.format=aac audio.format=mp3 audio.format=flac audio.format=opus",
    "no-audio-output": `
      modalities[]=audio audio audio.voice audio.voice.id audio.format audio.format=wav audio.format=pcm16
    `,
    "no-logprobs": "logprobs top_logprobs",
  },
  "openai chat": {
    "no-custom-tools": "tool_choice<custom>.** tools[]<custom>.**",
    "no-logprobs": "logprobs top_logprobs",
  },
  "openai completions": { "no-gaps": "suffix", "no-text-logprobs": "logprobs" },
  "gemini embeddings": {},
  "openai embeddings": {},
};

/** What a step of the gateway consumes. */
export const gateway: Told = {
  "converse chat": { always: "model stream stream_options stream_options.include_usage" },
  "converse embeddings": { always: "model" },
  "anthropic chat": { always: "model stream stream_options stream_options.include_usage" },
  "gemini chat": { always: "model stream stream_options stream_options.include_usage" },
  "openai chat": { always: "model n stream stream_options", otherwise: "stream_options.include_usage" },
  "openai completions": { always: "model n stream stream_options", otherwise: "stream_options.include_usage" },
  "gemini embeddings": { always: "model" },
  "openai embeddings": { always: "model" },
};

/** What the gateway's own work honours. */
export const emulated: Told = {
  "converse chat": {
    always: `
      n parallel_tool_calls messages[]<tool>.tool_call_id messages[]<function>.name
      messages[]<assistant>.tool_calls[]<function>.id messages[]<assistant>.tool_calls[]<custom>.id
      thinking.display reasoning.exclude reasoning.summary include_reasoning
    `,
  },
  "converse embeddings": { always: "encoding_format.**" },
  "anthropic chat": {
    always: `
      n messages[]<tool>.tool_call_id messages[]<function>.name
      messages[]<assistant>.tool_calls[]<function>.id messages[]<assistant>.tool_calls[]<custom>.id
    `,
    "no-single-calls": "parallel_tool_calls",
  },
  "gemini chat": {
    always: `
      n parallel_tool_calls messages[]<tool>.tool_call_id messages[]<function>.name
      messages[]<assistant>.tool_calls[]<function>.id messages[]<assistant>.tool_calls[]<custom>.id
    `,
    otherwise: "audio.format audio.format=wav audio.format=pcm16",
  },
  "openai chat": {
    always: "parallel_tool_calls",
    mistral: `
      messages[]<tool>.tool_call_id
      messages[]<assistant>.tool_calls[]<function>.id messages[]<assistant>.tool_calls[]<custom>.id
    `,
  },
  "openai completions": {},
  "gemini embeddings": { always: "encoding_format.**" },
  "openai embeddings": {},
};

/** Blocks of what Anthropic's own tools did, and what only Anthropic can use again. */
const ofAnthropic = [
  ...["server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result"],
  ...["bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "tool_search_tool_result"],
  ...["container_upload", "mcp_tool_use", "mcp_tool_result", "compaction", "fallback"],
];
const ofDocuments = ["char_location", "page_location", "content_block_location"];

const ofGrounding = (name: string): string => `candidates[].groundingMetadata.${name}`;

/** Of answers, what is dropped with a notice. */
export const reportedBack: Told = {
  "converse chat": {
    always: [
      ...["image", "document", "video", "audio", "toolResult", "guardContent", "cachePoint", "searchResult"].map(
        (name) => `output.message.content[].${name}`,
      ),
      "output.message.content[].toolAddition output.message.content[].toolRemoval",
      ...["documentChar", "documentPage", "documentChunk", "searchResultLocation"].flatMap((name) => [
        `output.message.content[].citationsContent.citations[].location.${name}`,
        `contentBlockDelta.delta.citation.location.${name}`,
      ]),
      "contentBlockStart.start.toolResult contentBlockStart.start.image",
      "additionalModelResponseFields messageStop.additionalModelResponseFields trace metadata.trace",
    ].join(" "),
  },
  "converse embeddings": {},
  "anthropic chat": {
    always: [
      ...["content[]", "<content_block_start>.content_block"].flatMap((place) => [
        ...ofAnthropic.map((type) => `${place}<${type}>`),
        ...ofDocuments.map((type) => `${place}<text>.citations[]<${type}>`),
      ]),
      ...ofDocuments.map((type) => `<content_block_delta>.delta<citations_delta>.citation<${type}>`),
      "container context_management",
      "<message_start>.message.container <message_start>.message.context_management",
      "<message_delta>.delta.container <message_delta>.context_management",
    ].join(" "),
  },
  "gemini chat": {
    always: [
      ...["toolCall", "toolResponse", "fileData"].map((name) => `candidates[].content.parts[].${name}`),
      ...["license", "publicationDate"].map((name) => `candidates[].citationMetadata.citations[].${name}`),
      ...["license", "publicationDate"].map((name) => `candidates[].citationMetadata.citationSources[].${name}`),
      ...["webSearchQueries", "imageSearchQueries", "retrievalQueries", "searchEntryPoint"].map(ofGrounding),
      ...["googleMapsWidgetContextToken", "sourceFlaggingUris"].map(ofGrounding),
      ...["text", "placeId", "placeAnswerSources", "route"].map((name) =>
        ofGrounding(`groundingChunks[].maps.${name}`),
      ),
      ...["text", "documentName", "ragChunk"].map((name) => ofGrounding(`groundingChunks[].retrievedContext.${name}`)),
      "candidates[].urlContextMetadata",
    ].join(" "),
    otherwise: "candidates[].content.parts[].executableCode.** candidates[].content.parts[].codeExecutionResult.**",
  },
  "openai chat": {},
  "openai completions": {},
  "gemini embeddings": {},
  "openai embeddings": {},
};

/** Fields that the operation's own spec does not have, and that a host is known to lack: it does not get them. */
export const lacking: Told = {
  "converse chat": {},
  "converse embeddings": {},
  "anthropic chat": {},
  "gemini chat": {},
  "openai chat": {
    openai: `${ofText} background include max_tool_calls text truncation`,
    azure: `${ofText} background include max_tool_calls text truncation`,
    "azure-older": `${ofText} background include max_tool_calls text truncation`,
    deepseek: `${ofText}`,
    "deepseek-reasoning": `${ofText}`,
    groq: `${ofText} background include max_tool_calls text truncation`,
    mistral: `${ofText} background include max_tool_calls text truncation`,
    xai: `${ofText}`,
    "xai-reasoning": `${ofText}`,
    ollama: `${ofText} think`,
  },
  "openai completions": {
    openai: `${ofChat} reasoning`,
    azure: `${ofChat} reasoning`,
    "azure-older": `${ofChat} reasoning ${services} reasoning_effort`,
    deepseek: `${services} ${less(ofChat, "thinking.**")} reasoning`,
    "deepseek-reasoning": `${services} ${less(ofChat, "thinking.**")} reasoning`,
    groq: `
      ${less(services, "metadata", "service_tier.**", "store")} ${less(ofChat, "documents", "include_reasoning")}
      reasoning
    `,
    mistral: `${less(services, "metadata", "prediction.**")} ${ofChat} reasoning`,
    xai: `${less(services, "web_search_options.**")} ${ofChat} reasoning`,
    "xai-reasoning": `${less(services, "web_search_options.**")} ${ofChat} reasoning`,
    vllm: services,
    llamacpp: services,
    lmstudio: services,
    ollama: `${services} ${ofChat} cache_control think`,
  },
  "gemini embeddings": {},
  "openai embeddings": {
    openai: withoutThose(`${settings} ${ofChat} ${ofText} reasoning`),
    azure: withoutThose(`${settings} ${ofChat} ${ofText} reasoning`),
    "azure-older": withoutThose(`${settings} ${ofChat} ${ofText} reasoning ${services} reasoning_effort`),
    deepseek: withoutThose(
      `${services} ${settings} ${less(ofChat, "thinking.**")} ${ofText} reasoning logit_bias seed`,
    ),
    "deepseek-reasoning": withoutThose(
      `${services} ${settings} ${less(ofChat, "thinking.**")} ${ofText} reasoning logit_bias seed
      temperature top_p presence_penalty frequency_penalty`,
    ),
    groq: withoutThose(
      `${less(services, "metadata", "service_tier.**", "store")} ${settings}
      ${less(ofChat, "documents", "include_reasoning")} ${ofText} reasoning logit_bias`,
    ),
    mistral: withoutThose(
      `${less(services, "metadata", "prediction.**")} ${settings} ${ofChat} ${ofText} reasoning
      logit_bias`,
    ),
    xai: withoutThose(
      `${less(services, "web_search_options.**")} ${settings} ${ofChat} ${ofText} reasoning logit_bias`,
    ),
    "xai-reasoning": withoutThose(
      `${less(services, "web_search_options.**")} ${settings} ${ofChat} ${ofText} reasoning logit_bias
      stop presence_penalty frequency_penalty`,
    ),
    vllm: services,
    llamacpp: services,
    lmstudio: services,
    ollama: withoutThose(`${services} ${settings} ${ofChat} ${ofText} cache_control logit_bias think`),
  },
};

/** Words that the spec of vectors does not have itself. */
function withoutThose(text: string): string {
  const own = alsoOfVectors.split(" ");
  return text
    .split(/\s+/)
    .filter((word) => !own.includes(word))
    .join(" ");
}
