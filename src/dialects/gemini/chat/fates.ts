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
import type { GeminiCondition } from "./conditions.ts";

/** Extension objects that are dropped whole; what is below them goes with them. */
type Dropped = "messages[]<assistant>.images" | "usage";

const systemText = mapped("systemInstruction.parts[].text");
const caching = ignored("a caching hint: Gemini caches by itself");
const modelText = mapped("contents[].parts[].text");
const thoughts = ignored("earlier thoughts as text are of no use to the model; its signatures carry them");
const callName = mapped("contents[].parts[].functionCall.name", "contents[].parts[].functionResponse.name");
const callArgs = mapped("contents[].parts[].functionCall.args.**");
const pairing = emulated("pairs a call with its result", "chat/tool-results");
const signature = when<GeminiCondition>(
  { "no-signatures": ignored("models before Gemini 2.5 do not sign") },
  mapped("contents[].parts[].thoughtSignature"),
);
/** Functions, and how they are to be called. */
const declared = mapped("tools.**", "toolConfig.functionCallingConfig.**");
/** Where no tool is wanted there are none of Google's own either. */
const choosing = mapped("toolConfig.functionCallingConfig.**", "tools.**");
const calling = mapped("toolConfig.functionCallingConfig.**");
const sampling = (to: string) =>
  when<GeminiCondition>({ "no-sampling": reported("this model samples as it sees fit") }, mapped(to));
const penalty = (to: string) =>
  when<GeminiCondition>({ "no-penalties": reported("this model takes no penalties") }, mapped(to));
const logprobs = (to: string) =>
  when<GeminiCondition>({ "no-logprobs": refused("this model gives no log probabilities") }, mapped(to));
const effort = when<GeminiCondition>(
  { "no-thinking": reported("this model does not think") },
  mapped("generationConfig.thinkingConfig.**"),
);
const detail = when<GeminiCondition>(
  { "no-part-resolution": ignored("models before Gemini 3 look at every image alike") },
  mapped("contents[].parts[].mediaResolution.level"),
);
const image = mapped("contents[].parts[].inlineData.**", "contents[].parts[].fileData.**");
const audioIn = mapped("contents[].parts[].inlineData.**");
const imageHint = mapped("contents[].parts[].fileData.mimeType", "contents[].parts[].inlineData.mimeType");
/** What a tool shows: within its result since Gemini 3, as far as results take it, and else in a turn behind it. */
const shown = mapped(
  "contents[].parts[].functionResponse.parts.**",
  "contents[].parts[].inlineData.**",
  "contents[].parts[].fileData.**",
  "contents[].role",
);
const heard = mapped("contents[].parts[].inlineData.**", "contents[].role");
const shownDetail = when<GeminiCondition>(
  { "no-part-resolution": ignored("models before Gemini 3 look at every image alike") },
  reported("pictures of tools have no resolution of their own"),
);
const video = mapped("contents[].parts[].inlineData.**", "contents[].parts[].fileData.**");
const clip = (to: string) => mapped(`contents[].parts[].videoMetadata.${to}`);
/** Its own fate where the model speaks. */
const spoken = (fate: Fate) => when<GeminiCondition>({ "no-audio-output": refused("this model does not speak") }, fate);
const voice = spoken(mapped("generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName"));
const noTranscoder = refused("audio comes as wav or pcm16 only");
const audioFormat = emulated("speech comes back as wav or as bare samples", "chat/audio-format");
const noForm = reported("this model answers with more than text and takes no form for it");
const noAnswer = reported("a function must be called, so there is no answer to shape");
const shaped = {
  "no-structured-output": noForm,
  "calls-forced": noAnswer,
  // Before Gemini 3 a function stands in for structured output beside others.
  "functions-alone": mapped("tools.**", "toolConfig.functionCallingConfig.**"),
} as const;
const form = (...to: readonly string[]) => when<GeminiCondition>(shaped, mapped(...to));
/** Of no use in any form, and dropped with it. */
const formDetail = (why: string) =>
  when<GeminiCondition>({ "no-structured-output": noForm, "calls-forced": noAnswer }, ignored(why));
/** Older models are shown no functions but those they may call. */
const allowed = when<GeminiCondition>({ "older-schemas": declared }, calling);
/** Parameters of functions, in the form the model reads. */
const parameters = when<GeminiCondition>(
  { "older-schemas": mapped("tools[].functionDeclarations[].parameters.**") },
  mapped("tools[].functionDeclarations[].parametersJsonSchema.**"),
);
/** The schema of an answer, in the form the model reads. */
const answerSchema = (below: string) =>
  when<GeminiCondition>(
    {
      "no-structured-output": noForm,
      "calls-forced": noAnswer,
      "functions-alone": mapped("tools.**", "toolConfig.functionCallingConfig.**"),
      "older-schemas": mapped("generationConfig.responseSchema.**"),
    },
    mapped(`generationConfig.responseJsonSchema${below}`),
  );
/** A form that is no JSON: no function can stand in for it. */
const guidedText = when<GeminiCondition>(
  {
    "no-structured-output": noForm,
    "calls-forced": noAnswer,
    "functions-alone": reported("before Gemini 3 functions stand alone"),
  },
  mapped("generationConfig.responseMimeType", "generationConfig.responseSchema.**"),
);
const noModeration = refused("Gemini has no moderation in the answer");
const searchDetail = when<GeminiCondition>(
  { "no-tools-wanted": ignored("tool_choice says that no tool is to be used") },
  reported("Google Search has no such setting"),
);
/** Tools that run at Google's side. */
const serverTool = when<GeminiCondition>(
  {
    "no-tools-wanted": ignored("tool_choice says that no tool is to be used"),
    "functions-alone": reported("before Gemini 3 functions stand alone"),
  },
  mapped("tools.**", "toolConfig.includeServerSideToolInvocations"),
);
const tier = when<GeminiCondition>(
  { "developer-api": mapped("serviceTier") },
  mapped("headers.x-vertex-ai-llm-shared-request-type"),
);
const safety = mapped("safetySettings.**");
const safetyMethod = when<GeminiCondition>(
  { "developer-api": reported("the Developer API has one method only") },
  mapped("safetySettings.**"),
);
const cache = when<GeminiCondition>(
  { "no-caches": reported("this model has no prepared caches") },
  mapped("cachedContent"),
);
const guess = ignored("a hint for speed that changes no answer");
const otherSettings = mapped(
  "generationConfig.thinkingConfig.**",
  "cachedContent",
  "safetySettings.**",
  "tools.**",
  "toolConfig.includeServerSideToolInvocations",
);
const otherServers = reported("a setting of other servers");
const thinking = when<GeminiCondition>(
  { "no-thinking": reported("this model does not think") },
  mapped("generationConfig.thinkingConfig.**"),
);

/** Google's own settings, under the name that holds them. */
const googleOptions = {
  thinking_config: thinking,
  "thinking_config.thinking_budget": thinking,
  "thinking_config.thinking_level": thinking,
  "thinking_config.include_thoughts": thinking,
  cached_content: cache,
  safety_settings: safety,
  "safety_settings[].category": safety,
  "safety_settings[].threshold": safety,
  "safety_settings[].method": safetyMethod,
  thought_tag_marker: reported("thoughts come in a member of their own"),
  tools: serverTool,
  "tools[].googleSearch": serverTool,
  "tools[].codeExecution": serverTool,
  "tools[].urlContext": serverTool,
} as const;

/**
 * What becomes of each field of a chat request.
 *
 * @see reference: openai-chat-to-gemini §§2–8
 */
export const requestFates: Fates<Exclude<ChatRequestField, Under<Dropped>>, GeminiCondition> = {
  model: gateway("resolve"),
  stream: gateway("operation"),
  stream_options: gateway("reply"),
  "stream_options.include_usage": gateway("reply"),
  "stream_options.include_obfuscation": ignored("padding against traffic analysis is not produced"),
  "stream_options.continuous_usage_stats": otherServers,

  // ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────
  messages: mapped("contents.**", "systemInstruction.**"),
  "messages[]<developer>": mapped("systemInstruction.**"),
  "messages[]<developer>.content": systemText,
  "messages[]<developer>.content[].text": systemText,
  "messages[]<developer>.content[].prompt_cache_breakpoint": caching,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl": caching,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<developer>.content[].prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<developer>.content[].cache_control": caching,
  "messages[]<developer>.name": ignored("Gemini knows no names of speakers"),
  "messages[]<developer>.cache_control": caching,
  "messages[]<system>": mapped("systemInstruction.**"),
  "messages[]<system>.content": systemText,
  "messages[]<system>.content[].text": systemText,
  "messages[]<system>.content[].prompt_cache_breakpoint": caching,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl": caching,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<system>.content[].prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<system>.content[].cache_control": caching,
  "messages[]<system>.name": ignored("Gemini knows no names of speakers"),
  "messages[]<system>.cache_control": caching,

  "messages[]<user>": mapped("contents.**"),
  "messages[]<user>.content": mapped("contents[].parts.**"),
  "messages[]<user>.content[]<text>": mapped("contents[].parts[].text"),
  "messages[]<user>.content[]<text>.text": mapped("contents[].parts[].text"),
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<user>.content[]<text>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<user>.content[]<text>.cache_control": caching,
  "messages[]<user>.content[]<image_url>": image,
  "messages[]<user>.content[]<image_url>.image_url": image,
  "messages[]<user>.content[]<image_url>.image_url.url": image,
  "messages[]<user>.content[]<image_url>.image_url.detail": detail,
  "messages[]<user>.content[]<image_url>.image_url.detail=auto": ignored("what happens anyway"),
  "messages[]<user>.content[]<image_url>.image_url.detail=low": detail,
  "messages[]<user>.content[]<image_url>.image_url.detail=high": detail,
  "messages[]<user>.content[]<image_url>.image_url.detail=original": detail,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<user>.content[]<image_url>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<user>.content[]<image_url>.cache_control": caching,
  "messages[]<user>.content[]<image_url>.image_url.format": imageHint,
  "messages[]<user>.content[]<image_url>.image_url.mime_type": imageHint,
  "messages[]<user>.content[]<video_url>": video,
  "messages[]<user>.content[]<video_url>.video_url": video,
  "messages[]<user>.content[]<video_url>.video_url.url": video,
  "messages[]<user>.content[]<video_url>.video_url.format": mapped("contents[].parts[].fileData.mimeType"),
  "messages[]<user>.content[]<video_url>.video_url.mime_type": mapped("contents[].parts[].fileData.mimeType"),
  "messages[]<user>.content[]<video_url>.video_url.detail": detail,
  "messages[]<user>.content[]<video_url>.video_url.video_metadata": mapped("contents[].parts[].videoMetadata.**"),
  "messages[]<user>.content[]<video_url>.video_url.video_metadata.start_offset": clip("startOffset"),
  "messages[]<user>.content[]<video_url>.video_url.video_metadata.end_offset": clip("endOffset"),
  "messages[]<user>.content[]<video_url>.video_url.video_metadata.fps": clip("fps"),
  "messages[]<user>.content[]<video_url>.video_metadata": mapped("contents[].parts[].videoMetadata.**"),
  "messages[]<user>.content[]<video_url>.video_metadata.start_offset": clip("startOffset"),
  "messages[]<user>.content[]<video_url>.video_metadata.end_offset": clip("endOffset"),
  "messages[]<user>.content[]<video_url>.video_metadata.fps": clip("fps"),
  "messages[]<user>.content[]<video_url>.cache_control": caching,
  "messages[]<user>.content[]<input_audio>": audioIn,
  "messages[]<user>.content[]<input_audio>.input_audio": audioIn,
  "messages[]<user>.content[]<input_audio>.input_audio.data": mapped("contents[].parts[].inlineData.data"),
  "messages[]<user>.content[]<input_audio>.input_audio.format": mapped("contents[].parts[].inlineData.mimeType"),
  "messages[]<user>.content[]<input_audio>.input_audio.format=wav": mapped("contents[].parts[].inlineData.mimeType"),
  "messages[]<user>.content[]<input_audio>.input_audio.format=mp3": mapped("contents[].parts[].inlineData.mimeType"),
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<user>.content[]<input_audio>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<user>.content[]<input_audio>.cache_control": caching,
  "messages[]<user>.content[]<file>": image,
  "messages[]<user>.content[]<file>.file": image,
  "messages[]<user>.content[]<file>.file.filename": mapped("contents[].parts[].inlineData.mimeType"),
  "messages[]<user>.content[]<file>.file.file_data": image,
  "messages[]<user>.content[]<file>.file.file_id": image,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint": caching,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<user>.content[]<file>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<user>.content[]<file>.cache_control": caching,
  "messages[]<user>.name": ignored("Gemini knows no names of speakers"),
  "messages[]<user>.cache_control": caching,

  "messages[]<assistant>": mapped("contents.**"),
  "messages[]<assistant>.content": modelText,
  "messages[]<assistant>.content[]<text>": modelText,
  "messages[]<assistant>.content[]<text>.text": modelText,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint": caching,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<assistant>.content[]<text>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<assistant>.content[]<text>.cache_control": caching,
  "messages[]<assistant>.content[]<refusal>": modelText,
  "messages[]<assistant>.content[]<refusal>.refusal": modelText,
  "messages[]<assistant>.refusal": modelText,
  "messages[]<assistant>.name": ignored("Gemini knows no names of speakers"),
  "messages[]<assistant>.audio": ignored("earlier audio is not kept here, so its id leads nowhere"),
  "messages[]<assistant>.audio.id": ignored("earlier audio is not kept here, so its id leads nowhere"),
  "messages[]<assistant>.tool_calls": mapped("contents.**"),
  "messages[]<assistant>.tool_calls[]<function>": mapped("contents.**"),
  "messages[]<assistant>.tool_calls[]<function>.id": pairing,
  "messages[]<assistant>.tool_calls[]<function>.function": mapped("contents.**"),
  "messages[]<assistant>.tool_calls[]<function>.function.name": callName,
  "messages[]<assistant>.tool_calls[]<function>.function.arguments": callArgs,
  "messages[]<assistant>.tool_calls[]<function>.extra_content": signature,
  "messages[]<assistant>.tool_calls[]<function>.extra_content.google": signature,
  "messages[]<assistant>.tool_calls[]<function>.extra_content.google.thought_signature": signature,
  "messages[]<assistant>.tool_calls[]<function>.function.thought_signature": signature,
  "messages[]<assistant>.tool_calls[]<function>.function.provider_specific_fields": signature,
  "messages[]<assistant>.tool_calls[]<function>.provider_specific_fields": signature,
  "messages[]<assistant>.tool_calls[]<function>.index": ignored("calls are in order already"),
  "messages[]<assistant>.tool_calls[]<custom>": mapped("contents.**"),
  "messages[]<assistant>.tool_calls[]<custom>.id": pairing,
  "messages[]<assistant>.tool_calls[]<custom>.custom": mapped("contents.**"),
  "messages[]<assistant>.tool_calls[]<custom>.custom.name": callName,
  "messages[]<assistant>.tool_calls[]<custom>.custom.input": mapped("contents[].parts[].functionCall.args.input"),
  "messages[]<assistant>.tool_calls[]<custom>.extra_content": signature,
  "messages[]<assistant>.tool_calls[]<custom>.extra_content.google": signature,
  "messages[]<assistant>.tool_calls[]<custom>.extra_content.google.thought_signature": signature,
  "messages[]<assistant>.tool_calls[]<custom>.index": ignored("calls are in order already"),
  "messages[]<assistant>.function_call": mapped("contents.**"),
  "messages[]<assistant>.function_call.name": callName,
  "messages[]<assistant>.function_call.arguments": callArgs,
  "messages[]<assistant>.reasoning_content": thoughts,
  "messages[]<assistant>.reasoning": thoughts,
  "messages[]<assistant>.reasoning_details": signature,
  "messages[]<assistant>.reasoning_details[].type": signature,
  "messages[]<assistant>.reasoning_details[].id": signature,
  "messages[]<assistant>.reasoning_details[].format": signature,
  "messages[]<assistant>.reasoning_details[].index": ignored("the pieces are in order already"),
  "messages[]<assistant>.reasoning_details[].text": thoughts,
  "messages[]<assistant>.reasoning_details[].summary": thoughts,
  "messages[]<assistant>.reasoning_details[].data": signature,
  "messages[]<assistant>.reasoning_details[].signature": thoughts,
  "messages[]<assistant>.thinking_blocks": signature,
  "messages[]<assistant>.thinking_blocks[].type": ignored("only signed blocks are of use, of whatever kind"),
  "messages[]<assistant>.thinking_blocks[].thinking": thoughts,
  "messages[]<assistant>.thinking_blocks[].signature": signature,
  "messages[]<assistant>.thinking_blocks[].data": thoughts,
  "messages[]<assistant>.provider_specific_fields": ignored("another gateway's own notes"),
  "messages[]<assistant>.extra_content": signature,
  "messages[]<assistant>.extra_content.google": signature,
  "messages[]<assistant>.extra_content.google.thought_signature": signature,
  "messages[]<assistant>.cache_control": caching,
  "messages[]<assistant>.images": reported("earlier images of the model are not sent back"),
  "messages[]<assistant>.annotations": ignored("remarks on an earlier answer"),
  "messages[]<assistant>.id": ignored("the client's own id"),
  "messages[]<assistant>.prefix": reported("the model answers the turn instead of going on with it"),

  "messages[]<tool>": mapped("contents.**"),
  "messages[]<tool>.content": mapped("contents[].parts.**", "contents[].role"),
  "messages[]<tool>.content[]<text>": mapped("contents[].parts[].functionResponse.response.output"),
  "messages[]<tool>.content[]<text>.text": mapped("contents[].parts[].functionResponse.response.output"),
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint": caching,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<tool>.content[]<text>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<tool>.content[]<text>.cache_control": caching,
  "messages[]<tool>.content[]<image_url>": shown,
  "messages[]<tool>.content[]<image_url>.image_url": shown,
  "messages[]<tool>.content[]<image_url>.image_url.url": shown,
  "messages[]<tool>.content[]<image_url>.image_url.detail": shownDetail,
  "messages[]<tool>.content[]<image_url>.image_url.detail=auto": ignored("what happens anyway"),
  "messages[]<tool>.content[]<image_url>.image_url.detail=low": shownDetail,
  "messages[]<tool>.content[]<image_url>.image_url.detail=high": shownDetail,
  "messages[]<tool>.content[]<image_url>.image_url.detail=original": shownDetail,
  "messages[]<tool>.content[]<image_url>.image_url.format": shown,
  "messages[]<tool>.content[]<image_url>.image_url.mime_type": shown,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint": caching,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<tool>.content[]<image_url>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<tool>.content[]<image_url>.cache_control": caching,
  "messages[]<tool>.content[]<input_audio>": heard,
  "messages[]<tool>.content[]<input_audio>.input_audio": heard,
  "messages[]<tool>.content[]<input_audio>.input_audio.data": mapped("contents[].parts[].inlineData.data"),
  "messages[]<tool>.content[]<input_audio>.input_audio.format": mapped("contents[].parts[].inlineData.mimeType"),
  "messages[]<tool>.content[]<input_audio>.input_audio.format=wav": mapped("contents[].parts[].inlineData.mimeType"),
  "messages[]<tool>.content[]<input_audio>.input_audio.format=mp3": mapped("contents[].parts[].inlineData.mimeType"),
  "messages[]<tool>.content[]<input_audio>.prompt_cache_breakpoint": caching,
  "messages[]<tool>.content[]<input_audio>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<tool>.content[]<input_audio>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<tool>.content[]<input_audio>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<tool>.content[]<input_audio>.cache_control": caching,
  "messages[]<tool>.content[]<file>": shown,
  "messages[]<tool>.content[]<file>.file": shown,
  "messages[]<tool>.content[]<file>.file.filename": shown,
  "messages[]<tool>.content[]<file>.file.file_data": shown,
  "messages[]<tool>.content[]<file>.file.file_id": shown,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint": caching,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl": caching,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl=30m": caching,
  "messages[]<tool>.content[]<file>.prompt_cache_breakpoint.ttl=12h": caching,
  "messages[]<tool>.content[]<file>.cache_control": caching,
  "messages[]<tool>.tool_call_id": pairing,
  "messages[]<tool>.cache_control": caching,
  "messages[]<tool>.name": ignored("the call says the name"),
  "messages[]<function>": mapped("contents.**"),
  "messages[]<function>.content": mapped("contents[].parts[].functionResponse.response.output"),
  "messages[]<function>.name": pairing,

  // ── sampling ──────────────────────────────────────────────────────────────────────────────────────────────────
  temperature: sampling("generationConfig.temperature"),
  top_p: sampling("generationConfig.topP"),
  top_k: sampling("generationConfig.topK"),
  // A short answer leaves a model little to think with.
  max_completion_tokens: mapped("generationConfig.maxOutputTokens", "generationConfig.thinkingConfig.**"),
  max_tokens: mapped("generationConfig.maxOutputTokens", "generationConfig.thinkingConfig.**"),
  n: emulated("one upstream call per choice", "chat/n"),
  stop: mapped("generationConfig.stopSequences"),
  presence_penalty: penalty("generationConfig.presencePenalty"),
  frequency_penalty: penalty("generationConfig.frequencyPenalty"),
  seed: mapped("generationConfig.seed"),
  logprobs: logprobs("generationConfig.responseLogprobs"),
  top_logprobs: logprobs("generationConfig.logprobs"),
  logit_bias: reported("token ids differ between tokenizers"),

  // ── tools ─────────────────────────────────────────────────────────────────────────────────────────────────────
  tools: declared,
  "tools[]<function>": declared,
  "tools[]<function>.function": mapped("tools[].functionDeclarations.**"),
  "tools[]<function>.function.name": mapped("tools[].functionDeclarations[].name"),
  "tools[]<function>.function.description": mapped("tools[].functionDeclarations[].description"),
  "tools[]<function>.function.parameters": parameters,
  "tools[]<function>.function.strict": when<GeminiCondition>(
    {
      "older-schemas": reported("models before Gemini 2 are not held to the schemas of functions"),
      "no-tools-wanted": ignored("tool_choice says that no tool is to be used"),
      "calls-forced": ignored("calls that are forced follow their schema"),
    },
    calling,
  ),
  "tools[]<function>.cache_control": caching,
  "tools[]<custom>": declared,
  "tools[]<custom>.custom": mapped("tools[].functionDeclarations.**"),
  "tools[]<custom>.custom.name": mapped("tools[].functionDeclarations[].name"),
  "tools[]<custom>.custom.description": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.custom.format": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.custom.format<text>": ignored("what happens anyway"),
  "tools[]<custom>.custom.format<grammar>": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.custom.format<grammar>.grammar": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.custom.format<grammar>.grammar.definition": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.custom.format<grammar>.grammar.syntax": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.custom.format<grammar>.grammar.syntax=lark": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.custom.format<grammar>.grammar.syntax=regex": mapped("tools[].functionDeclarations[].description"),
  "tools[]<custom>.cache_control": caching,
  functions: declared,
  "functions[].name": mapped("tools[].functionDeclarations[].name"),
  "functions[].description": mapped("tools[].functionDeclarations[].description"),
  "functions[].parameters": parameters,
  tool_choice: choosing,
  "tool_choice=none": choosing,
  "tool_choice=auto": ignored("what happens anyway"),
  "tool_choice=required": calling,
  "tool_choice<allowed_tools>": allowed,
  "tool_choice<allowed_tools>.allowed_tools": allowed,
  "tool_choice<allowed_tools>.allowed_tools.mode": allowed,
  "tool_choice<allowed_tools>.allowed_tools.mode=auto": allowed,
  "tool_choice<allowed_tools>.allowed_tools.mode=required": allowed,
  "tool_choice<allowed_tools>.allowed_tools.tools": allowed,
  "tool_choice<function>": calling,
  "tool_choice<function>.function": calling,
  "tool_choice<function>.function.name": calling,
  "tool_choice<custom>": calling,
  "tool_choice<custom>.custom": calling,
  "tool_choice<custom>.custom.name": calling,
  function_call: choosing,
  "function_call=none": choosing,
  "function_call=auto": ignored("what happens anyway"),
  "function_call.name": calling,
  parallel_tool_calls: emulated("calls after the first are dropped; none of them has run", "chat/parallel_tool_calls"),

  // ── output ────────────────────────────────────────────────────────────────────────────────────────────────────
  response_format: when<GeminiCondition>(
    { "plain-text": ignored("what happens anyway"), ...shaped },
    mapped("generationConfig.**"),
  ),
  "response_format<text>": ignored("what happens anyway"),
  "response_format<json_object>": form("generationConfig.responseMimeType"),
  "response_format<json_schema>": form("generationConfig.**"),
  "response_format<json_schema>.json_schema": form("generationConfig.**"),
  "response_format<json_schema>.json_schema.name": formDetail("the schema has no use for a name"),
  "response_format<json_schema>.json_schema.description": answerSchema(".description"),
  "response_format<json_schema>.json_schema.schema": answerSchema(".**"),
  "response_format<json_schema>.json_schema.strict": formDetail("Gemini always holds itself to the schema"),
  reasoning_effort: effort,
  "reasoning_effort=none": effort,
  "reasoning_effort=minimal": effort,
  "reasoning_effort=low": effort,
  "reasoning_effort=medium": effort,
  "reasoning_effort=high": effort,
  "reasoning_effort=xhigh": effort,
  "reasoning_effort=max": effort,
  verbosity: reported("Gemini has no such setting"),
  "verbosity=low": reported("Gemini has no such setting"),
  "verbosity=medium": ignored("what happens anyway"),
  "verbosity=high": reported("Gemini has no such setting"),
  modalities: when<GeminiCondition>(
    { "no-audio-output": ignored("text is what happens anyway") },
    mapped("generationConfig.responseModalities"),
  ),
  "modalities[]=text": ignored("what happens anyway"),
  "modalities[]=audio": spoken(mapped("generationConfig.responseModalities")),
  audio: spoken(mapped("generationConfig.speechConfig.**")),
  "audio.voice": voice,
  "audio.voice.id": voice,
  "audio.format": spoken(audioFormat),
  "audio.format=wav": spoken(audioFormat),
  "audio.format=aac": noTranscoder,
  "audio.format=mp3": noTranscoder,
  "audio.format=flac": noTranscoder,
  "audio.format=opus": noTranscoder,
  "audio.format=pcm16": spoken(audioFormat),
  prediction: guess,
  "prediction.content": guess,
  "prediction.content[].text": guess,
  "prediction.content[].prompt_cache_breakpoint": guess,
  "prediction.content[].prompt_cache_breakpoint.ttl": guess,
  "prediction.content[].prompt_cache_breakpoint.ttl=30m": guess,
  "prediction.content[].prompt_cache_breakpoint.ttl=12h": guess,
  "prediction.content[].cache_control": guess,

  // ── search, moderation, service ───────────────────────────────────────────────────────────────────────────────
  web_search_options: serverTool,
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
  moderation: noModeration,
  "moderation.model": noModeration,
  "moderation.policy": noModeration,
  "moderation.policy.input": noModeration,
  "moderation.policy.input.mode": noModeration,
  "moderation.policy.input.mode=score": noModeration,
  "moderation.policy.input.mode=block": noModeration,
  "moderation.policy.output": noModeration,
  "moderation.policy.output.mode": noModeration,
  "moderation.policy.output.mode=score": noModeration,
  "moderation.policy.output.mode=block": noModeration,
  service_tier: tier,
  "service_tier=auto": ignored("what happens anyway"),
  "service_tier=default": ignored("what happens anyway"),
  "service_tier=flex": tier,
  "service_tier=scale": reported("Google has no such tier"),
  "service_tier=priority": tier,
  "service_tier=fast": tier,
  metadata: ignored("the client's own notes"),
  store: ignored("answers are not stored"),
  user: ignored("names the end user, changes no answer"),
  safety_identifier: ignored("names the end user, changes no answer"),
  prompt_cache_key: caching,
  prompt_cache_retention: caching,
  "prompt_cache_retention=in_memory": caching,
  "prompt_cache_retention=24h": caching,
  prompt_cache_options: caching,
  "prompt_cache_options.mode": caching,
  "prompt_cache_options.mode=implicit": caching,
  "prompt_cache_options.mode=explicit": caching,
  "prompt_cache_options.ttl": caching,

  // ── fields of other servers, specs/extensions.yaml ────────────────────────────────────────────────────────────
  thinking,
  "thinking.type": thinking,
  "thinking.budget_tokens": thinking,
  "thinking.display": thinking,
  thinking_budget: thinking,
  enable_thinking: thinking,
  reasoning: thinking,
  "reasoning.effort": thinking,
  "reasoning.max_tokens": thinking,
  "reasoning.exclude": thinking,
  "reasoning.enabled": thinking,
  "reasoning.summary": thinking,
  include_reasoning: thinking,
  extra_body: otherSettings,
  "extra_body.google": otherSettings,
  "extra_body.google.thinking_config": googleOptions.thinking_config,
  "extra_body.google.thinking_config.thinking_budget": googleOptions["thinking_config.thinking_budget"],
  "extra_body.google.thinking_config.thinking_level": googleOptions["thinking_config.thinking_level"],
  "extra_body.google.thinking_config.include_thoughts": googleOptions["thinking_config.include_thoughts"],
  "extra_body.google.cached_content": googleOptions.cached_content,
  "extra_body.google.safety_settings": googleOptions.safety_settings,
  "extra_body.google.safety_settings[].category": googleOptions["safety_settings[].category"],
  "extra_body.google.safety_settings[].threshold": googleOptions["safety_settings[].threshold"],
  "extra_body.google.safety_settings[].method": googleOptions["safety_settings[].method"],
  "extra_body.google.thought_tag_marker": googleOptions.thought_tag_marker,
  "extra_body.google.tools": googleOptions.tools,
  "extra_body.google.tools[].googleSearch": googleOptions["tools[].googleSearch"],
  "extra_body.google.tools[].codeExecution": googleOptions["tools[].codeExecution"],
  "extra_body.google.tools[].urlContext": googleOptions["tools[].urlContext"],
  google: otherSettings,
  "google.thinking_config": googleOptions.thinking_config,
  "google.thinking_config.thinking_budget": googleOptions["thinking_config.thinking_budget"],
  "google.thinking_config.thinking_level": googleOptions["thinking_config.thinking_level"],
  "google.thinking_config.include_thoughts": googleOptions["thinking_config.include_thoughts"],
  "google.cached_content": googleOptions.cached_content,
  "google.safety_settings": googleOptions.safety_settings,
  "google.safety_settings[].category": googleOptions["safety_settings[].category"],
  "google.safety_settings[].threshold": googleOptions["safety_settings[].threshold"],
  "google.safety_settings[].method": googleOptions["safety_settings[].method"],
  "google.thought_tag_marker": googleOptions.thought_tag_marker,
  "google.tools": googleOptions.tools,
  "google.tools[].googleSearch": googleOptions["tools[].googleSearch"],
  "google.tools[].codeExecution": googleOptions["tools[].codeExecution"],
  "google.tools[].urlContext": googleOptions["tools[].urlContext"],
  safety_settings: safety,
  "safety_settings[].category": safety,
  "safety_settings[].threshold": safety,
  "safety_settings[].method": safetyMethod,
  cached_content: cache,
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
  guided_json: form("generationConfig.**"),
  guided_choice: guidedText,
  guided_regex: guidedText,
  guided_grammar: reported("Gemini reads no grammars"),
  structured_outputs: form("generationConfig.**"),
  grammar: reported("Gemini reads no grammars"),
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
  cache_prompt: caching,
  venice_parameters: otherServers,
  features: otherServers,
  files: otherServers,
};

const audioType = mapped("contents[].parts[].inlineData.mimeType");

/** Words that OpenAI's lists do not have and clients send all the same. */
export const otherWords: Readonly<Record<string, Fate | ConditionalFate<GeminiCondition>>> = {
  "modalities[]=image": when<GeminiCondition>(
    { "no-image-output": refused("this model makes no images") },
    mapped("generationConfig.responseModalities"),
  ),
  "messages[]<user>.content[]<image_url>.image_url.detail=medium": detail,
  "messages[]<user>.content[]<input_audio>.input_audio.format=pcm16": audioType,
  "messages[]<user>.content[]<input_audio>.input_audio.format=flac": audioType,
  "messages[]<user>.content[]<input_audio>.input_audio.format=ogg": audioType,
  "messages[]<user>.content[]<input_audio>.input_audio.format=opus": audioType,
  "messages[]<user>.content[]<input_audio>.input_audio.format=aac": audioType,
  "messages[]<user>.content[]<input_audio>.input_audio.format=m4a": audioType,
  "messages[]<user>.content[]<input_audio>.input_audio.format=webm": audioType,
};
