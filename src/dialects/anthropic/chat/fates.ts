import type { ChatRequestField } from "../../../../generated/fields/openai.ts";
import {
  emulated,
  type Fate,
  type Fates,
  gateway,
  ignored,
  mapped,
  refused,
  reported,
  type Under,
  when,
} from "../../fates.ts";
import type { AnthropicCondition } from "./conditions.ts";

/** Objects that are dropped or refused whole; what is below them goes with them. */
type Dropped =
  | "messages[]<user>.content[]<video_url>"
  | "messages[]<user>.content[]<input_audio>"
  | "messages[]<tool>.content[]<input_audio>"
  | "messages[]<assistant>.audio"
  | "messages[]<assistant>.extra_content"
  | "messages[]<assistant>.tool_calls[]<function>.extra_content"
  | "messages[]<assistant>.tool_calls[]<custom>.extra_content"
  | "messages[]<assistant>.images"
  | "audio"
  | "prediction"
  | "moderation"
  | "prompt_cache_options"
  | "extra_body"
  | "google"
  | "safety_settings"
  | "usage";

/** Instructions stand before the conversation, and where the model takes them midway where the client has them. */
const systemText = mapped("system[].text", "messages[].content[].text");
const systemCaching = mapped("system[].cache_control.**", "messages[].content[].cache_control.**");
const caching = mapped("messages[].content[].cache_control.**");
const resultCaching = mapped("messages[].content[].content[].cache_control.**");
const asAnyway = ignored("what happens anyway");
const noSetting = reported("Claude has no such setting");
const speakers = ignored("Claude knows no names of speakers");
const text = mapped("messages[].content[].text");
const textBlock = mapped("messages[].content[].text", "messages[].content[].type");
const resultText = mapped("messages[].content[].content[].text");
const resultBlock = mapped("messages[].content[].content[].text", "messages[].content[].content[].type");
const media = mapped("messages[].content[].**");
const shown = mapped("messages[].content[].content[].**");
const resolution = ignored("Claude looks at every picture alike");
const imageHint = ignored("the bytes or the ending of the address say what it is");
/** A file by its id, or by its address. */
const stored = (fate: Fate) =>
  when<AnthropicCondition>({ "no-files": refused("files are not stored here; send 'file_data'") }, fate);
/** A history with calls needs tools, made up where the client declares none, and the thoughts that led to them. */
const calls = mapped("messages.**", "tools.**", "tool_choice.**", "thinking.**");
const callName = mapped("messages[].content[].name", "tools[].name");
const pairing = emulated("pairs a call with its result", "chat/tool-results");
const thoughts = when<AnthropicCondition>(
  { "thoughts-unused": ignored("thoughts bound to their conversation are of no use to a model that is not to think") },
  mapped("messages.**", "thinking.**", "headers.anthropic-beta"),
);
const hint = ignored("a caching hint: Claude caches where the prompt is marked");
const unsigned = ignored("thoughts without a signature are of no use to the model");
const googles = ignored("Google's signatures are of no use to Claude");
const googlesOwn = reported("a setting of Google's");
const otherServers = reported("a setting of other servers");
const otherForms = reported("a form that is asked for in the words of another server");
const sampling = (to: string) =>
  when<AnthropicCondition>(
    {
      "no-sampling": reported("this model samples as it sees fit"),
      thinks: reported("a model that thinks samples as it sees fit"),
    },
    mapped(to),
  );
const topP = when<AnthropicCondition>(
  {
    "no-sampling": reported("this model samples as it sees fit"),
    thinks: reported("a model that thinks samples as it sees fit"),
    "one-sampler": reported("this model takes no top_p beside a temperature"),
  },
  mapped("top_p"),
);
/** Short answers are not thought about, and long ones asked for as streams. */
const limit = mapped("max_tokens", "thinking.**", "output_config.effort", "stream");
/** Tools, and how they are to be called. */
const declared = mapped("tools.**", "tool_choice.**");
const toolName = mapped("tools[].name");
const description = mapped("tools[].description");
const parameters = mapped("tools[].input_schema.**");
/** A call that is forced comes without thinking, and tools that are not allowed are not shown. */
const choosing = mapped("tool_choice.**", "tools.**", "thinking.**", "output_config.effort");
const noAnswer = reported("a tool must be called, so there is no answer to shape");
/** Held to by the model, taken by a tool, or asked for in words. */
const form = mapped("output_config.format.**", "tools.**", "tool_choice.**", "thinking.**", "system.**");
const shaped = when<AnthropicCondition>({ "calls-forced": noAnswer }, form);
const formDetail = (why: string) => when<AnthropicCondition>({ "calls-forced": noAnswer }, ignored(why));
const unthinking = {
  "no-thinking": reported("this model does not think"),
  "calls-unthought": reported("a call that is forced comes without thinking"),
  "thoughts-lost": reported("the thoughts that led to the last calls are lost, and the model cannot think on without"),
} as const;
/** A model that thinks takes no settings of sampling. */
const thinking = when<AnthropicCondition>(
  unthinking,
  mapped("thinking.**", "output_config.effort", "temperature", "top_p", "top_k"),
);
const display = when<AnthropicCondition>(unthinking, mapped("thinking.**"));
const noThoughts = when<AnthropicCondition>(
  {
    "no-thinking": ignored("this model does not think"),
    "calls-unthought": ignored("a call that is forced comes without thinking"),
    "thoughts-lost": ignored("the model does not think on without the thoughts that led to the last calls"),
  },
  mapped("thinking.**", "output_config.effort"),
);
const seeing = when<AnthropicCondition>(
  { ...unthinking, untold: ignored("the model is not told to think, so there is nothing to see") },
  mapped("thinking.**"),
);
const noSearch = reported("this host does not search");
const search = (...to: readonly string[]) => when<AnthropicCondition>({ "no-web-search": noSearch }, mapped(...to));
const location = search("tools[].user_location.**");
const searchSize = when<AnthropicCondition>(
  { "no-web-search": noSearch },
  reported("Claude's search has no such setting"),
);
const noTiers = reported("this host has no tiers");
const user = when<AnthropicCondition>(
  { "no-accounts": ignored("names the end user, changes no answer") },
  mapped("metadata.user_id"),
);

/**
 * What becomes of each field of a chat request.
 *
 * @see reference: openai-chat-to-anthropic §§2–8
 */
export const requestFates: Fates<Exclude<ChatRequestField, Under<Dropped>>, AnthropicCondition> = {
  model: gateway("resolve"),
  stream: gateway("operation"),
  stream_options: gateway("reply"),
  "stream_options.include_usage": gateway("reply"),
  "stream_options.include_obfuscation": ignored("padding against traffic analysis is not produced"),
  "stream_options.continuous_usage_stats": otherServers,

  // ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────
  messages: mapped("messages.**", "system.**"),
  "messages[]<developer>": mapped("system.**", "messages.**"),
  "messages[]<developer>.content": systemText,
  "messages[]<developer>.content[].text": systemText,
  "messages[]<developer>.content[].prompt_cache_breakpoint": systemCaching,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl": systemCaching,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl=30m": systemCaching,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl=12h": systemCaching,
  "messages[]<developer>.content[].cache_control": systemCaching,
  "messages[]<developer>.name": speakers,
  "messages[]<developer>.cache_control": systemCaching,
  "messages[]<system>": mapped("system.**", "messages.**"),
  "messages[]<system>.content": systemText,
  "messages[]<system>.content[].text": systemText,
  "messages[]<system>.content[].prompt_cache_breakpoint": systemCaching,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl": systemCaching,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl=30m": systemCaching,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl=12h": systemCaching,
  "messages[]<system>.content[].cache_control": systemCaching,
  "messages[]<system>.name": speakers,
  "messages[]<system>.cache_control": systemCaching,
  "messages[]<user>": mapped("messages.**"),
  "messages[]<user>.content": mapped("messages[].content.**"),
  "messages[]<user>.content[]<text>": textBlock,
  "messages[]<user>.content[]<text>.text": text,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<user>.content[]<text>.cache_control": caching,
  "messages[]<user>.content[]<image_url>": media,
  "messages[]<user>.content[]<image_url>.image_url": media,
  "messages[]<user>.content[]<image_url>.image_url.url": media,
  "messages[]<user>.content[]<image_url>.image_url.detail": resolution,
  "messages[]<user>.content[]<image_url>.image_url.detail=auto": resolution,
  "messages[]<user>.content[]<image_url>.image_url.detail=low": resolution,
  "messages[]<user>.content[]<image_url>.image_url.detail=high": resolution,
  "messages[]<user>.content[]<image_url>.image_url.detail=original": resolution,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<user>.content[]<image_url>.cache_control": caching,
  "messages[]<user>.content[]<image_url>.image_url.format": imageHint,
  "messages[]<user>.content[]<image_url>.image_url.mime_type": imageHint,
  "messages[]<user>.content[]<video_url>": refused("this model watches no videos"),
  "messages[]<user>.content[]<input_audio>": refused("this model hears nothing"),
  "messages[]<user>.content[]<file>": media,
  "messages[]<user>.content[]<file>.file": media,
  "messages[]<user>.content[]<file>.file.filename": media,
  "messages[]<user>.content[]<file>.file.file_data": media,
  "messages[]<user>.content[]<file>.file.file_id": stored(media),
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<user>.content[]<file>.cache_control": caching,
  "messages[]<user>.name": speakers,
  "messages[]<user>.cache_control": caching,
  "messages[]<assistant>": mapped("messages.**"),
  "messages[]<assistant>.content": mapped("messages.**"),
  "messages[]<assistant>.content[]<text>": textBlock,
  "messages[]<assistant>.content[]<text>.text": text,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint": caching,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<assistant>.content[]<text>.cache_control": caching,
  "messages[]<assistant>.content[]<refusal>": textBlock,
  "messages[]<assistant>.content[]<refusal>.refusal": text,
  "messages[]<assistant>.refusal": textBlock,
  "messages[]<assistant>.name": speakers,
  "messages[]<assistant>.audio": ignored("earlier audio is not kept here, so its id leads nowhere"),
  "messages[]<assistant>.tool_calls": calls,
  "messages[]<assistant>.tool_calls[]<function>": calls,
  "messages[]<assistant>.tool_calls[]<function>.id": pairing,
  "messages[]<assistant>.tool_calls[]<function>.function": calls,
  "messages[]<assistant>.tool_calls[]<function>.function.name": callName,
  "messages[]<assistant>.tool_calls[]<function>.function.arguments": mapped("messages[].content[].input.**"),
  "messages[]<assistant>.tool_calls[]<function>.extra_content": googles,
  "messages[]<assistant>.tool_calls[]<function>.function.thought_signature": googles,
  "messages[]<assistant>.tool_calls[]<function>.function.provider_specific_fields": googles,
  "messages[]<assistant>.tool_calls[]<function>.provider_specific_fields": googles,
  "messages[]<assistant>.tool_calls[]<function>.index": ignored("calls are in order already"),
  "messages[]<assistant>.tool_calls[]<custom>": calls,
  "messages[]<assistant>.tool_calls[]<custom>.id": pairing,
  "messages[]<assistant>.tool_calls[]<custom>.custom": calls,
  "messages[]<assistant>.tool_calls[]<custom>.custom.name": callName,
  "messages[]<assistant>.tool_calls[]<custom>.custom.input": mapped("messages[].content[].input.input"),
  "messages[]<assistant>.tool_calls[]<custom>.extra_content": googles,
  "messages[]<assistant>.tool_calls[]<custom>.index": ignored("calls are in order already"),
  "messages[]<assistant>.function_call": calls,
  "messages[]<assistant>.function_call.name": callName,
  "messages[]<assistant>.function_call.arguments": mapped("messages[].content[].input.**"),
  "messages[]<assistant>.reasoning_content": unsigned,
  "messages[]<assistant>.reasoning": unsigned,
  "messages[]<assistant>.reasoning_details": thoughts,
  "messages[]<assistant>.reasoning_details[].type": ignored("what a piece holds tells its kind"),
  "messages[]<assistant>.reasoning_details[].id": ignored("the pieces are in order already"),
  "messages[]<assistant>.reasoning_details[].format": thoughts,
  "messages[]<assistant>.reasoning_details[].index": ignored("the pieces are in order already"),
  "messages[]<assistant>.reasoning_details[].text": thoughts,
  "messages[]<assistant>.reasoning_details[].summary": unsigned,
  "messages[]<assistant>.reasoning_details[].data": thoughts,
  "messages[]<assistant>.reasoning_details[].signature": thoughts,
  "messages[]<assistant>.thinking_blocks": thoughts,
  "messages[]<assistant>.thinking_blocks[].type": ignored("what a block holds tells its kind"),
  "messages[]<assistant>.thinking_blocks[].thinking": thoughts,
  "messages[]<assistant>.thinking_blocks[].signature": thoughts,
  "messages[]<assistant>.thinking_blocks[].data": thoughts,
  "messages[]<assistant>.provider_specific_fields": ignored("another gateway's own notes"),
  "messages[]<assistant>.extra_content": googles,
  "messages[]<assistant>.cache_control": caching,
  "messages[]<assistant>.images": reported("earlier images of the model are not sent back"),
  "messages[]<assistant>.annotations": ignored("remarks on an earlier answer"),
  "messages[]<assistant>.id": ignored("the client's own id"),
  "messages[]<assistant>.prefix": when<AnthropicCondition>(
    { "no-prefill": reported("the model answers the turn instead of going on with it") },
    asAnyway,
  ),
  "messages[]<tool>": calls,
  "messages[]<tool>.content": mapped("messages[].content[].content.**"),
  "messages[]<tool>.content[]<text>": resultBlock,
  "messages[]<tool>.content[]<text>.text": resultText,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint": resultCaching,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl": resultCaching,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl=30m": resultCaching,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl=12h": resultCaching,
  "messages[]<tool>.content[]<text>.cache_control": resultCaching,
  "messages[]<tool>.content[]<image_url>": shown,
  "messages[]<tool>.content[]<image_url>.image_url": shown,
  "messages[]<tool>.content[]<image_url>.image_url.url": shown,
  "messages[]<tool>.content[]<image_url>.image_url.detail": resolution,
  "messages[]<tool>.content[]<image_url>.image_url.detail=auto": resolution,
  "messages[]<tool>.content[]<image_url>.image_url.detail=low": resolution,
  "messages[]<tool>.content[]<image_url>.image_url.detail=high": resolution,
  "messages[]<tool>.content[]<image_url>.image_url.detail=original": resolution,
  "messages[]<tool>.content[]<image_url>.image_url.format": imageHint,
  "messages[]<tool>.content[]<image_url>.image_url.mime_type": imageHint,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint": resultCaching,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl": resultCaching,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl=30m": resultCaching,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl=12h": resultCaching,
  "messages[]<tool>.content[]<image_url>.cache_control": resultCaching,
  "messages[]<tool>.content[]<input_audio>": refused("this model hears nothing"),
  "messages[]<tool>.content[]<file>": shown,
  "messages[]<tool>.content[]<file>.file": shown,
  "messages[]<tool>.content[]<file>.file.filename": shown,
  "messages[]<tool>.content[]<file>.file.file_data": shown,
  "messages[]<tool>.content[]<file>.file.file_id": stored(shown),
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint": resultCaching,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl": resultCaching,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl=30m": resultCaching,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl=12h": resultCaching,
  "messages[]<tool>.content[]<file>.cache_control": resultCaching,
  "messages[]<tool>.tool_call_id": pairing,
  "messages[]<tool>.cache_control": caching,
  "messages[]<tool>.name": ignored("the call says the name"),
  "messages[]<function>": calls,
  "messages[]<function>.content": mapped("messages[].content[].content.**"),
  "messages[]<function>.name": pairing,

  // ── sampling ──────────────────────────────────────────────────────────────────────────────────────────────────
  temperature: sampling("temperature"),
  top_p: topP,
  top_k: sampling("top_k"),
  max_completion_tokens: limit,
  max_tokens: limit,
  n: emulated("one upstream call per choice", "chat/n"),
  stop: mapped("stop_sequences"),
  presence_penalty: noSetting,
  frequency_penalty: noSetting,
  seed: noSetting,
  logprobs: refused("this model gives no log probabilities"),
  top_logprobs: refused("this model gives no log probabilities"),
  logit_bias: reported("token ids differ between tokenizers"),

  // ── tools ─────────────────────────────────────────────────────────────────────────────────────────────────────
  tools: declared,
  "tools[]<function>": declared,
  "tools[]<function>.function": mapped("tools.**"),
  "tools[]<function>.function.name": toolName,
  "tools[]<function>.function.description": description,
  "tools[]<function>.function.parameters": parameters,
  "tools[]<function>.function.strict": when<AnthropicCondition>(
    { "no-schemas": reported("calls are not held to their schemas here") },
    mapped("tools[].strict", "tools[].input_schema.**"),
  ),
  "tools[]<function>.cache_control": mapped("tools[].cache_control.**"),
  "tools[]<custom>": declared,
  "tools[]<custom>.custom": mapped("tools.**"),
  "tools[]<custom>.custom.name": toolName,
  "tools[]<custom>.custom.description": description,
  "tools[]<custom>.custom.format": description,
  "tools[]<custom>.custom.format<text>": asAnyway,
  "tools[]<custom>.custom.format<grammar>": description,
  "tools[]<custom>.custom.format<grammar>.grammar": description,
  "tools[]<custom>.custom.format<grammar>.grammar.definition": description,
  "tools[]<custom>.custom.format<grammar>.grammar.syntax": description,
  "tools[]<custom>.custom.format<grammar>.grammar.syntax=lark": description,
  "tools[]<custom>.custom.format<grammar>.grammar.syntax=regex": description,
  "tools[]<custom>.cache_control": mapped("tools[].cache_control.**"),
  functions: declared,
  "functions[].name": toolName,
  "functions[].description": description,
  "functions[].parameters": parameters,
  tool_choice: choosing,
  "tool_choice=none": choosing,
  "tool_choice=auto": asAnyway,
  "tool_choice=required": choosing,
  "tool_choice<allowed_tools>": choosing,
  "tool_choice<allowed_tools>.allowed_tools": choosing,
  "tool_choice<allowed_tools>.allowed_tools.mode": choosing,
  "tool_choice<allowed_tools>.allowed_tools.mode=auto": choosing,
  "tool_choice<allowed_tools>.allowed_tools.mode=required": choosing,
  "tool_choice<allowed_tools>.allowed_tools.tools": choosing,
  "tool_choice<function>": choosing,
  "tool_choice<function>.function": choosing,
  "tool_choice<function>.function.name": choosing,
  "tool_choice<custom>": choosing,
  "tool_choice<custom>.custom": choosing,
  "tool_choice<custom>.custom.name": choosing,
  function_call: choosing,
  "function_call=none": choosing,
  "function_call=auto": asAnyway,
  "function_call.name": choosing,
  parallel_tool_calls: when<AnthropicCondition>(
    {
      "no-single-calls": emulated(
        "calls after the first are dropped; none of them has run",
        "chat/parallel_tool_calls",
      ),
      "no-tools": ignored("there is no tool to call"),
      "no-tools-wanted": ignored("no tool is to be called"),
    },
    mapped("tool_choice.**"),
  ),

  // ── output ────────────────────────────────────────────────────────────────────────────────────────────────────
  response_format: when<AnthropicCondition>({ "plain-text": asAnyway, "calls-forced": noAnswer }, form),
  "response_format<text>": asAnyway,
  "response_format<json_object>": shaped,
  "response_format<json_schema>": shaped,
  "response_format<json_schema>.json_schema": shaped,
  "response_format<json_schema>.json_schema.name": formDetail("the schema has no use for a name"),
  "response_format<json_schema>.json_schema.description": shaped,
  "response_format<json_schema>.json_schema.schema": shaped,
  "response_format<json_schema>.json_schema.strict": formDetail("the model is held to the schema wherever it can be"),
  reasoning_effort: thinking,
  "reasoning_effort=none": noThoughts,
  "reasoning_effort=minimal": thinking,
  "reasoning_effort=low": thinking,
  "reasoning_effort=medium": thinking,
  "reasoning_effort=high": thinking,
  "reasoning_effort=xhigh": thinking,
  "reasoning_effort=max": thinking,
  verbosity: noSetting,
  "verbosity=low": noSetting,
  "verbosity=medium": asAnyway,
  "verbosity=high": noSetting,
  modalities: asAnyway,
  "modalities[]=text": asAnyway,
  "modalities[]=audio": refused("this model does not speak"),
  audio: refused("this model does not speak"),
  prediction: ignored("a hint for speed that changes no answer"),

  // ── search, moderation, service ───────────────────────────────────────────────────────────────────────────────
  web_search_options: search("tools.**", "tool_choice.**"),
  "web_search_options.search_context_size": searchSize,
  "web_search_options.search_context_size=low": searchSize,
  "web_search_options.search_context_size=medium": searchSize,
  "web_search_options.search_context_size=high": searchSize,
  "web_search_options.user_location": location,
  "web_search_options.user_location.approximate": location,
  "web_search_options.user_location.approximate.country": location,
  "web_search_options.user_location.approximate.region": location,
  "web_search_options.user_location.approximate.city": location,
  "web_search_options.user_location.approximate.timezone": location,
  moderation: refused("Anthropic has no moderation in the answer"),
  service_tier: when<AnthropicCondition>(
    { "no-accounts": noTiers },
    mapped("service_tier", "speed", "headers.anthropic-beta"),
  ),
  "service_tier=auto": asAnyway,
  "service_tier=default": asAnyway,
  "service_tier=flex": reported("Anthropic has no such tier"),
  "service_tier=scale": reported("Anthropic has no such tier"),
  "service_tier=priority": when<AnthropicCondition>({ "no-accounts": noTiers }, mapped("service_tier")),
  "service_tier=fast": when<AnthropicCondition>(
    { "no-fast": reported("this model has one speed here") },
    mapped("speed", "headers.anthropic-beta"),
  ),
  metadata: ignored("the client's own notes"),
  store: ignored("answers are not stored"),
  user,
  safety_identifier: user,
  prompt_cache_key: hint,
  prompt_cache_retention: hint,
  "prompt_cache_retention=in_memory": hint,
  "prompt_cache_retention=24h": hint,
  prompt_cache_options: hint,

  // ── fields of other servers, specs/extensions.yaml ────────────────────────────────────────────────────────────
  thinking,
  "thinking.type": thinking,
  "thinking.budget_tokens": thinking,
  "thinking.display": display,
  thinking_budget: thinking,
  enable_thinking: thinking,
  reasoning: thinking,
  "reasoning.effort": thinking,
  "reasoning.max_tokens": thinking,
  "reasoning.exclude": display,
  "reasoning.enabled": thinking,
  "reasoning.summary": seeing,
  include_reasoning: seeing,
  extra_body: googlesOwn,
  google: googlesOwn,
  safety_settings: googlesOwn,
  cached_content: googlesOwn,
  cache_control: when<AnthropicCondition>(
    { "no-automatic-caching": ignored("a caching hint that this host does not take") },
    mapped("cache_control.**"),
  ),
  min_p: otherServers,
  top_a: otherServers,
  repetition_penalty: otherServers,
  length_penalty: otherServers,
  min_tokens: otherServers,
  stop_token_ids: otherServers,
  ignore_eos: otherServers,
  skip_special_tokens: otherServers,
  chat_template_kwargs: otherServers,
  add_generation_prompt: otherServers,
  continue_final_message: otherServers,
  documents: otherServers,
  mm_processor_kwargs: otherServers,
  guided_json: otherForms,
  guided_choice: otherForms,
  guided_regex: otherForms,
  guided_grammar: otherForms,
  structured_outputs: otherForms,
  grammar: otherForms,
  provider: otherServers,
  route: otherServers,
  models: otherServers,
  transforms: otherServers,
  plugins: otherServers,
  session_id: ignored("the client's own id"),
  usage: ignored("usage is always told"),
  num_ctx: otherServers,
  keep_alive: ignored("the model is always loaded"),
  options: otherServers,
  ttl: ignored("the model is always loaded"),
  cache_prompt: hint,
  venice_parameters: otherServers,
  features: otherServers,
  files: otherServers,
};
