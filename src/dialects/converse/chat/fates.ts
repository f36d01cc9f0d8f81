import type { ChatRequestField } from "../../../../generated/fields/openai.ts";
import {
  type ConditionalFate,
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
import type { ConverseCondition } from "./conditions.ts";

/** Objects that are dropped or refused whole; what is below them goes with them. */
type Dropped =
  | "messages[]<user>.content[]<video_url>.video_metadata"
  | "messages[]<user>.content[]<video_url>.video_url.video_metadata"
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

type Cases = Readonly<Partial<Record<ConverseCondition, Fate>>>;
type Line = ConditionalFate<ConverseCondition>;

/** Instructions stand before the conversation, or in its first turn where the model has no place for them. */
const systemText = mapped("system.**", "messages.**");
const asAnyway = ignored("what happens anyway");
const noSetting = reported("this model has no such setting");
const speakers = ignored("Converse knows no names of speakers");
const text = mapped("messages.**");
const textBlock = text;
const resultText = text;
const resultBlock = text;
const uncached: Cases = {
  "no-caching": ignored("a caching hint for other models: this one caches by itself or not at all"),
};
const caching = when<ConverseCondition>(uncached, text);
const resultCaching = caching;
const systemCaching = when<ConverseCondition>(uncached, mapped("system.**"));
const stay = ignored("a prefix stays cached for five minutes");
/** What a model cannot look at or listen to is refused with all that belongs to it. */
const unseen = refused("this model sees no pictures");
const seen = (fate: Fate): Line => when({ "no-images": unseen }, fate);
const picture = seen(text);
const seenCaching = when<ConverseCondition>({ "no-images": unseen, ...uncached }, text);
const resolution = ignored("the model looks at every picture alike");
const imageHint = ignored("the bytes or the ending of the address say what it is");
const unwatched = refused("this model watches no videos");
const watched = (fate: Fate): Line => when({ "no-video": unwatched }, fate);
const film = watched(text);
const wholeFilms = reported("films are watched from beginning to end");
const unheard = refused("this model hears nothing");
const heard = (fate: Fate): Line => when({ "no-audio": unheard }, fate);
const recording = heard(text);
const heardCaching = when<ConverseCondition>({ "no-audio": unheard, ...uncached }, text);
/** A history with calls is told as text where no tool is declared. */
const calls = mapped("messages.**", "toolConfig.**");
const callName = calls;
const pairing = emulated("pairs a call with its result", "chat/tool-results");
const thoughts = when<ConverseCondition>(
  { "no-replay": ignored("this model does not read its earlier thoughts") },
  text,
);
const hint = ignored("a caching hint: Bedrock caches where the prompt is marked");
const plainly = when<ConverseCondition>(
  { "no-plain": ignored("thoughts without a signature are of no use to this model") },
  text,
);
const unsigned = ignored("thoughts without a signature are of no use to the model");
/** Files are documents, and now and then pictures. */
const unread = refused("this model reads no documents");
const filed = (fate: Fate): Line => when({ "no-documents": unread }, fate);
const file = filed(text);
const fileCaching = when<ConverseCondition>({ "no-documents": unread, ...uncached }, text);
const googles = ignored("Google's signatures are of no use to other models");
const googlesOwn = reported("a setting of Google's");
const otherServers = reported("a setting of other servers");
const otherForms = reported("a form that is asked for in the words of another server");
const sampling = (to: string): Line =>
  when({ "thinks-hard": reported("a model that thinks as hard as it can samples as it sees fit") }, mapped(to));
const penalty = (name: string): Line =>
  when({ "no-penalties": noSetting }, mapped(`additionalModelRequestFields.${name}`));
/** Nova thinks a little less hard where it has a limit, and samples again. */
const limit = mapped("inferenceConfig.**", "additionalModelRequestFields.**");
const useless: Cases = { "no-tool-use": reported("this model calls no tools") };
const tooled = (fate: Fate): Line => when(useless, fate);
const declared = tooled(mapped("toolConfig.**", "messages.**"));
const toolName = declared;
const description = tooled(mapped("toolConfig.**"));
const parameters = description;
/**
 * Tools that are not to be called are not shown, a form of the answer gives way to calls that must be made, and a model
 * that cannot be made to call is asked to in words.
 */
const choice = mapped("toolConfig.**", "messages.**", "outputConfig.**", "system.**");
const choosing = when<ConverseCondition>({ "no-tool-use": ignored("there is no tool to call") }, choice);
const noAnswer = reported("a tool must be called, so there is no answer to shape");
/** Held to by the model, taken by a tool, or asked for in words. */
const form = mapped("outputConfig.**", "toolConfig.**", "system.**", "messages.**");
const shaped = when<ConverseCondition>({ "calls-forced": noAnswer }, form);
const formDetail = (why: string): Line => when({ "calls-forced": noAnswer }, ignored(why));
const alwaysThinks: Cases = { "always-thinks": reported("this model thinks as much as it likes") };
const thinking = when<ConverseCondition>(
  { "no-thinking": reported("this model does not think, or cannot be told to"), ...alwaysThinks },
  mapped("additionalModelRequestFields.**", "inferenceConfig.**"),
);
const noThoughts = when<ConverseCondition>(
  { "no-thinking": ignored("this model does not think"), ...alwaysThinks },
  mapped("additionalModelRequestFields.**"),
);
const display = emulated("thoughts are left out of the answer", "chat/hidden-thoughts");
const noSearch = reported("this model does not search");
const searchDetail = reported("Amazon's search has no such setting");
const whoAsks = ignored("names the end user, changes no answer");

/** What becomes of each field of a chat request. */
export const requestFates: Fates<Exclude<ChatRequestField, Under<Dropped>>, ConverseCondition> = {
  model: gateway("resolve"),
  stream: gateway("operation"),
  stream_options: gateway("reply"),
  "stream_options.include_usage": gateway("reply"),
  "stream_options.include_obfuscation": ignored("padding against traffic analysis is not produced"),
  "stream_options.continuous_usage_stats": otherServers,

  // ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────
  messages: mapped("messages.**", "system.**"),
  "messages[]<developer>": systemText,
  "messages[]<developer>.content": systemText,
  "messages[]<developer>.content[].text": systemText,
  "messages[]<developer>.content[].prompt_cache_breakpoint": systemCaching,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl": stay,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl=30m": stay,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl=12h": stay,
  "messages[]<developer>.content[].cache_control": systemCaching,
  "messages[]<developer>.name": speakers,
  "messages[]<developer>.cache_control": systemCaching,
  "messages[]<system>": systemText,
  "messages[]<system>.content": systemText,
  "messages[]<system>.content[].text": systemText,
  "messages[]<system>.content[].prompt_cache_breakpoint": systemCaching,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl": stay,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl=30m": stay,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl=12h": stay,
  "messages[]<system>.content[].cache_control": systemCaching,
  "messages[]<system>.name": speakers,
  "messages[]<system>.cache_control": systemCaching,
  "messages[]<user>": mapped("messages.**"),
  "messages[]<user>.content": mapped("messages.**"),
  "messages[]<user>.content[]<text>": textBlock,
  "messages[]<user>.content[]<text>.text": text,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl": stay,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl=30m": stay,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl=12h": stay,
  "messages[]<user>.content[]<text>.cache_control": caching,
  "messages[]<user>.content[]<image_url>": picture,
  "messages[]<user>.content[]<image_url>.image_url": picture,
  "messages[]<user>.content[]<image_url>.image_url.url": picture,
  "messages[]<user>.content[]<image_url>.image_url.detail": seen(resolution),
  "messages[]<user>.content[]<image_url>.image_url.detail=auto": seen(resolution),
  "messages[]<user>.content[]<image_url>.image_url.detail=low": seen(resolution),
  "messages[]<user>.content[]<image_url>.image_url.detail=high": seen(resolution),
  "messages[]<user>.content[]<image_url>.image_url.detail=original": seen(resolution),
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint": seenCaching,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl": seen(stay),
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl=30m": seen(stay),
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl=12h": seen(stay),
  "messages[]<user>.content[]<image_url>.cache_control": seenCaching,
  "messages[]<user>.content[]<image_url>.image_url.format": seen(imageHint),
  "messages[]<user>.content[]<image_url>.image_url.mime_type": seen(imageHint),
  "messages[]<user>.content[]<video_url>": film,
  "messages[]<user>.content[]<video_url>.video_url": film,
  "messages[]<user>.content[]<video_url>.video_url.url": film,
  "messages[]<user>.content[]<video_url>.video_url.format": watched(imageHint),
  "messages[]<user>.content[]<video_url>.video_url.mime_type": watched(imageHint),
  "messages[]<user>.content[]<video_url>.video_url.detail": watched(reported("films are looked at alike")),
  "messages[]<user>.content[]<video_url>.video_url.video_metadata": watched(wholeFilms),
  "messages[]<user>.content[]<video_url>.video_metadata": watched(wholeFilms),
  "messages[]<user>.content[]<video_url>.cache_control": when<ConverseCondition>(
    { "no-video": unwatched, ...uncached },
    mapped("messages.**"),
  ),
  "messages[]<user>.content[]<input_audio>": recording,
  "messages[]<user>.content[]<input_audio>.input_audio": recording,
  "messages[]<user>.content[]<input_audio>.input_audio.data": recording,
  "messages[]<user>.content[]<input_audio>.input_audio.format": recording,
  "messages[]<user>.content[]<input_audio>.input_audio.format=wav": recording,
  "messages[]<user>.content[]<input_audio>.input_audio.format=mp3": recording,
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint": heardCaching,
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint.ttl": heard(stay),
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint.ttl=30m": heard(stay),
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint.ttl=12h": heard(stay),
  "messages[]<user>.content[]<input_audio>.cache_control": heardCaching,
  "messages[]<user>.content[]<file>": file,
  "messages[]<user>.content[]<file>.file": file,
  "messages[]<user>.content[]<file>.file.filename": file,
  "messages[]<user>.content[]<file>.file.file_data": file,
  "messages[]<user>.content[]<file>.file.file_id": file,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint": fileCaching,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl": filed(stay),
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl=30m": filed(stay),
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl=12h": filed(stay),
  "messages[]<user>.content[]<file>.cache_control": fileCaching,
  "messages[]<user>.name": speakers,
  "messages[]<user>.cache_control": caching,
  "messages[]<assistant>": mapped("messages.**"),
  "messages[]<assistant>.content": mapped("messages.**"),
  "messages[]<assistant>.content[]<text>": textBlock,
  "messages[]<assistant>.content[]<text>.text": text,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint": caching,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl": stay,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl=30m": stay,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl=12h": stay,
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
  "messages[]<assistant>.tool_calls[]<function>.function.arguments": mapped("messages.**"),
  "messages[]<assistant>.tool_calls[]<function>.extra_content": googles,
  "messages[]<assistant>.tool_calls[]<function>.function.thought_signature": googles,
  "messages[]<assistant>.tool_calls[]<function>.function.provider_specific_fields": googles,
  "messages[]<assistant>.tool_calls[]<function>.provider_specific_fields": googles,
  "messages[]<assistant>.tool_calls[]<function>.index": ignored("calls are in order already"),
  "messages[]<assistant>.tool_calls[]<custom>": calls,
  "messages[]<assistant>.tool_calls[]<custom>.id": pairing,
  "messages[]<assistant>.tool_calls[]<custom>.custom": calls,
  "messages[]<assistant>.tool_calls[]<custom>.custom.name": callName,
  "messages[]<assistant>.tool_calls[]<custom>.custom.input": mapped("messages.**"),
  "messages[]<assistant>.tool_calls[]<custom>.extra_content": googles,
  "messages[]<assistant>.tool_calls[]<custom>.index": ignored("calls are in order already"),
  "messages[]<assistant>.function_call": calls,
  "messages[]<assistant>.function_call.name": callName,
  "messages[]<assistant>.function_call.arguments": mapped("messages.**"),
  "messages[]<assistant>.reasoning_content": plainly,
  "messages[]<assistant>.reasoning": plainly,
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
  "messages[]<assistant>.prefix": when<ConverseCondition>(
    { "no-prefill": reported("the model answers the turn instead of going on with it") },
    asAnyway,
  ),
  "messages[]<tool>": calls,
  "messages[]<tool>.content": mapped("messages.**"),
  "messages[]<tool>.content[]<text>": resultBlock,
  "messages[]<tool>.content[]<text>.text": resultText,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint": resultCaching,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl": stay,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl=30m": stay,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl=12h": stay,
  "messages[]<tool>.content[]<text>.cache_control": resultCaching,
  "messages[]<tool>.content[]<image_url>": picture,
  "messages[]<tool>.content[]<image_url>.image_url": picture,
  "messages[]<tool>.content[]<image_url>.image_url.url": picture,
  "messages[]<tool>.content[]<image_url>.image_url.detail": seen(resolution),
  "messages[]<tool>.content[]<image_url>.image_url.detail=auto": seen(resolution),
  "messages[]<tool>.content[]<image_url>.image_url.detail=low": seen(resolution),
  "messages[]<tool>.content[]<image_url>.image_url.detail=high": seen(resolution),
  "messages[]<tool>.content[]<image_url>.image_url.detail=original": seen(resolution),
  "messages[]<tool>.content[]<image_url>.image_url.format": seen(imageHint),
  "messages[]<tool>.content[]<image_url>.image_url.mime_type": seen(imageHint),
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint": seenCaching,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl": seen(stay),
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl=30m": seen(stay),
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl=12h": seen(stay),
  "messages[]<tool>.content[]<image_url>.cache_control": seenCaching,
  "messages[]<tool>.content[]<input_audio>": refused("no model hears what a tool gave back"),
  "messages[]<tool>.content[]<file>": file,
  "messages[]<tool>.content[]<file>.file": file,
  "messages[]<tool>.content[]<file>.file.filename": file,
  "messages[]<tool>.content[]<file>.file.file_data": file,
  "messages[]<tool>.content[]<file>.file.file_id": file,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint": fileCaching,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl": filed(stay),
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl=30m": filed(stay),
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl=12h": filed(stay),
  "messages[]<tool>.content[]<file>.cache_control": fileCaching,
  "messages[]<tool>.tool_call_id": pairing,
  "messages[]<tool>.cache_control": caching,
  "messages[]<tool>.name": ignored("the call says the name"),
  "messages[]<function>": calls,
  "messages[]<function>.content": mapped("messages.**"),
  "messages[]<function>.name": pairing,

  // ── sampling ──────────────────────────────────────────────────────────────────────────────────────────────────
  temperature: sampling("inferenceConfig.temperature"),
  top_p: sampling("inferenceConfig.topP"),
  top_k: when<ConverseCondition>({ "no-top-k": noSetting }, mapped("additionalModelRequestFields.**")),
  max_completion_tokens: limit,
  max_tokens: limit,
  n: emulated("one upstream call per choice", "chat/n"),
  stop: when<ConverseCondition>(
    { "no-stops": reported("this model takes no texts that end an answer") },
    mapped("inferenceConfig.stopSequences"),
  ),
  presence_penalty: penalty("presence_penalty"),
  frequency_penalty: penalty("frequency_penalty"),
  seed: when<ConverseCondition>({ "no-seed": noSetting }, mapped("additionalModelRequestFields.seed")),
  logprobs: refused("this model gives no log probabilities"),
  top_logprobs: refused("this model gives no log probabilities"),
  logit_bias: reported("token ids differ between tokenizers"),

  // ── tools ─────────────────────────────────────────────────────────────────────────────────────────────────────
  tools: declared,
  "tools[]<function>": declared,
  "tools[]<function>.function": declared,
  "tools[]<function>.function.name": toolName,
  "tools[]<function>.function.description": description,
  "tools[]<function>.function.parameters": parameters,
  "tools[]<function>.function.strict": when<ConverseCondition>(
    { ...useless, "no-schemas": reported("this model is not held to schemas") },
    mapped("toolConfig.**"),
  ),
  "tools[]<function>.cache_control": tooled(ignored("no model here caches up to a tool")),
  "tools[]<custom>": declared,
  "tools[]<custom>.custom": declared,
  "tools[]<custom>.custom.name": toolName,
  "tools[]<custom>.custom.description": description,
  "tools[]<custom>.custom.format": description,
  "tools[]<custom>.custom.format<text>": tooled(asAnyway),
  "tools[]<custom>.custom.format<grammar>": description,
  "tools[]<custom>.custom.format<grammar>.grammar": description,
  "tools[]<custom>.custom.format<grammar>.grammar.definition": description,
  "tools[]<custom>.custom.format<grammar>.grammar.syntax": description,
  "tools[]<custom>.custom.format<grammar>.grammar.syntax=lark": description,
  "tools[]<custom>.custom.format<grammar>.grammar.syntax=regex": description,
  "tools[]<custom>.cache_control": tooled(ignored("no model here caches up to a tool")),
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
  parallel_tool_calls: emulated("calls after the first are dropped", "chat/parallel_tool_calls"),

  // ── output ────────────────────────────────────────────────────────────────────────────────────────────────────
  response_format: when<ConverseCondition>({ "plain-text": asAnyway, "calls-forced": noAnswer }, form),
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
  web_search_options: when<ConverseCondition>({ "no-search": noSearch }, mapped("toolConfig.**")),
  "web_search_options.search_context_size": searchDetail,
  "web_search_options.search_context_size=low": searchDetail,
  "web_search_options.search_context_size=medium": searchDetail,
  "web_search_options.search_context_size=high": searchDetail,
  "web_search_options.user_location": searchDetail,
  "web_search_options.user_location.approximate": searchDetail,
  "web_search_options.user_location.approximate.country": searchDetail,
  "web_search_options.user_location.approximate.region": searchDetail,
  "web_search_options.user_location.approximate.city": searchDetail,
  "web_search_options.user_location.approximate.timezone": searchDetail,
  moderation: refused("Bedrock has no moderation in the answer"),
  service_tier: mapped("serviceTier.type", "performanceConfig.latency"),
  "service_tier=auto": asAnyway,
  "service_tier=default": asAnyway,
  "service_tier=flex": mapped("serviceTier.type"),
  "service_tier=scale": reported("what is reserved is the account's matter"),
  "service_tier=priority": mapped("serviceTier.type"),
  "service_tier=fast": when<ConverseCondition>(
    { "no-fast": reported("this model has one speed") },
    mapped("performanceConfig.latency"),
  ),
  metadata: ignored("the client's own notes"),
  store: ignored("answers are not stored"),
  user: whoAsks,
  safety_identifier: whoAsks,
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
  "reasoning.summary": display,
  include_reasoning: display,
  extra_body: googlesOwn,
  google: googlesOwn,
  safety_settings: googlesOwn,
  cached_content: googlesOwn,
  cache_control: caching,
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
