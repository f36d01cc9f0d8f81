/** Members that other servers and clients know and OpenAI does not, by the place that holds them. */
interface Foreign {
  /** Fits the key of the place in the compiled shapes; the root's is empty. */
  readonly at: RegExp;
  readonly names: readonly string[];
}

/**
 * What specs/extensions.yaml adds to the requests of specs/openai.yaml. A test holds the two together.
 *
 * `annotations` is no stranger: OpenAI puts it into answers, and clients send whole answers back.
 */
const chat: readonly Foreign[] = [
  {
    at: /^$/,
    names: [
      ...["top_k", "min_p", "top_a", "repetition_penalty", "length_penalty", "min_tokens", "stop_token_ids"],
      ...["ignore_eos", "skip_special_tokens", "thinking", "thinking_budget", "enable_thinking", "reasoning"],
      ...["include_reasoning", "extra_body", "google", "safety_settings", "cached_content", "cache_control"],
      ...["chat_template_kwargs", "add_generation_prompt", "continue_final_message", "documents"],
      ...["mm_processor_kwargs", "guided_json", "guided_choice", "guided_regex", "guided_grammar"],
      ...["structured_outputs", "provider", "route", "models", "transforms", "plugins", "session_id", "usage"],
      ...[
        "num_ctx",
        "keep_alive",
        "options",
        "ttl",
        "cache_prompt",
        "grammar",
        "venice_parameters",
        "features",
        "files",
      ],
    ],
  },
  { at: /^stream_options$/, names: ["continuous_usage_stats"] },
  { at: /^messages\[\]<\w+>(\.content\[\](<\w+>)?)?$/, names: ["cache_control"] },
  { at: /^messages\[\]<user>\.content\[\]<image_url>\.image_url$/, names: ["format", "mime_type"] },
  {
    at: /^messages\[\]<assistant>\.tool_calls\[\]<function>\.function$/,
    names: ["thought_signature", "provider_specific_fields"],
  },
  { at: /^messages\[\]<tool>$/, names: ["name"] },
  {
    at: /^messages\[\]<assistant>$/,
    names: [
      ...["reasoning_content", "reasoning", "reasoning_details", "thinking_blocks", "provider_specific_fields"],
      ...["extra_content", "images", "id", "prefix"],
    ],
  },
  {
    at: /^messages\[\]<assistant>\.tool_calls\[\]<\w+>$/,
    names: ["extra_content", "provider_specific_fields", "index"],
  },
  { at: /^tools\[\]<\w+>$/, names: ["cache_control"] },
];

const completions: readonly Foreign[] = [
  {
    at: /^$/,
    names: [
      ...["top_k", "min_p", "top_a", "repetition_penalty", "repeat_penalty", "length_penalty", "use_beam_search"],
      ...["min_tokens", "n_predict", "samplers", "stop_token_ids", "include_stop_str_in_output", "ignore_eos"],
      ...["add_special_tokens", "skip_special_tokens", "spaces_between_special_tokens", "truncate_prompt_tokens"],
      ...["prompt_logprobs", "response_format", "guided_json", "guided_choice", "guided_regex", "guided_grammar"],
      ...["structured_outputs", "grammar", "json_schema", "priority", "request_id", "cache_salt", "cache_prompt"],
      ...["id_slot", "num_ctx", "keep_alive", "options", "ttl", "provider", "route", "models", "transforms"],
      ...["session_id", "usage"],
    ],
  },
  { at: /^stream_options$/, names: ["continuous_usage_stats"] },
];

const embeddings: readonly Foreign[] = [
  {
    at: /^$/,
    names: [
      ...["task_type", "taskType", "title", "input_type", "auto_truncate", "autoTruncate", "truncate"],
      ...[
        "truncate_prompt_tokens",
        "add_special_tokens",
        "priority",
        "request_id",
        "keep_alive",
        "options",
        "provider",
      ],
    ],
  },
];

const isForeign = (list: readonly Foreign[], key: string, name: string): boolean =>
  list.some(({ at, names }) => at.test(key) && names.includes(name));

/** Whether OpenAI does not know a member that the compiled shape of a chat request has. */
export const isForeignToChat = (key: string, name: string): boolean => isForeign(chat, key, name);

/** The same of a completion request. */
export const isForeignToCompletions = (key: string, name: string): boolean => isForeign(completions, key, name);

/** The same of a request for vectors. */
export const isForeignToEmbeddings = (key: string, name: string): boolean => isForeign(embeddings, key, name);
