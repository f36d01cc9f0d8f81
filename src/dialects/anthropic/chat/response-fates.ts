import type { MessageField, MessageStreamEventField } from "../../../../generated/fields/anthropic.ts";
import { type Fates, mapped } from "../../fates.ts";
import { eventFates, type UnderDroppedEvents } from "./answer-event-fates.ts";
import {
  advice,
  annotations,
  type Below,
  blocks,
  caller,
  calls,
  completion,
  container,
  content,
  counts,
  declined,
  edits,
  finish,
  forModel,
  inRequest,
  inSums,
  inTheirSum,
  kept,
  noSpeed,
  noTier,
  notAsked,
  ofDocument,
  otherModel,
  ownId,
  ownModel,
  passage,
  place,
  prompt,
  refusal,
  searches,
  summary,
  thinking,
  thought,
  tier,
  times,
  title,
  toolOfAnthropic,
  toolset,
  url,
  whichText,
  written,
} from "./answer-fates.ts";

/** Places of an answer that are dropped whole; what is below them goes with them. */
type Dropped =
  | "content[]<text>.citations[]<char_location>"
  | "content[]<text>.citations[]<page_location>"
  | "content[]<text>.citations[]<content_block_location>"
  | "content[]<tool_use>.caller"
  | "content[]<server_tool_use>"
  | "content[]<web_search_tool_result>"
  | "content[]<web_fetch_tool_result>"
  | "content[]<code_execution_tool_result>"
  | "content[]<bash_code_execution_tool_result>"
  | "content[]<text_editor_code_execution_tool_result>"
  | "content[]<tool_search_tool_result>"
  | "content[]<container_upload>"
  | "content[]<mcp_tool_use>"
  | "content[]<mcp_tool_result>"
  | "content[]<compaction>"
  | "content[]<fallback>"
  | "usage.server_tool_use"
  | "usage.iterations[]<advisor_message>"
  | "usage.iterations[]<fallback_message>"
  | "container"
  | "diagnostics"
  | "context_management";

const messageFates: Fates<Exclude<MessageField, Below<Dropped>>> = {
  id: ownId,
  model: ownModel,
  content: blocks,
  "content[]<text>": content,
  "content[]<text>.text": content,
  "content[]<text>.citations": annotations,
  "content[]<text>.citations[]<char_location>": ofDocument,
  "content[]<text>.citations[]<page_location>": ofDocument,
  "content[]<text>.citations[]<content_block_location>": ofDocument,
  "content[]<text>.citations[]<web_search_result_location>": annotations,
  "content[]<text>.citations[]<web_search_result_location>.cited_text": passage,
  "content[]<text>.citations[]<web_search_result_location>.url": url,
  "content[]<text>.citations[]<web_search_result_location>.title": title,
  "content[]<text>.citations[]<web_search_result_location>.encrypted_index": forModel,
  "content[]<text>.citations[]<search_result_location>": annotations,
  "content[]<text>.citations[]<search_result_location>.cited_text": passage,
  "content[]<text>.citations[]<search_result_location>.search_result_index": inRequest,
  "content[]<text>.citations[]<search_result_location>.source": url,
  "content[]<text>.citations[]<search_result_location>.title": title,
  "content[]<text>.citations[]<search_result_location>.start_block_index": inRequest,
  "content[]<text>.citations[]<search_result_location>.end_block_index": inRequest,
  "content[]<thinking>": thinking,
  "content[]<thinking>.thinking": thinking,
  "content[]<thinking>.signature": kept,
  "content[]<redacted_thinking>": kept,
  "content[]<redacted_thinking>.data": kept,
  "content[]<tool_use>": calls,
  "content[]<tool_use>.id": mapped("choices[].message.tool_calls[].id"),
  "content[]<tool_use>.name": mapped("choices[].message.tool_calls[].function.name"),
  "content[]<tool_use>.input": mapped("choices[].message.tool_calls[].function.arguments"),
  "content[]<tool_use>.caller": caller,
  "content[]<tool_use>.toolset_name": toolset,
  "content[]<server_tool_use>": toolOfAnthropic,
  "content[]<web_search_tool_result>": toolOfAnthropic,
  "content[]<web_fetch_tool_result>": toolOfAnthropic,
  "content[]<code_execution_tool_result>": toolOfAnthropic,
  "content[]<bash_code_execution_tool_result>": toolOfAnthropic,
  "content[]<text_editor_code_execution_tool_result>": toolOfAnthropic,
  "content[]<tool_search_tool_result>": toolOfAnthropic,
  "content[]<container_upload>": toolOfAnthropic,
  "content[]<mcp_tool_use>": toolOfAnthropic,
  "content[]<mcp_tool_result>": toolOfAnthropic,
  "content[]<compaction>": summary,
  "content[]<fallback>": otherModel,
  stop_reason: declined,
  "stop_reason=end_turn": finish,
  "stop_reason=max_tokens": finish,
  "stop_reason=stop_sequence": finish,
  "stop_reason=tool_use": finish,
  "stop_reason=pause_turn": finish,
  "stop_reason=compaction": finish,
  "stop_reason=refusal": declined,
  "stop_reason=model_context_window_exceeded": finish,
  stop_sequence: whichText,
  stop_details: refusal,
  "stop_details.category": refusal,
  "stop_details.category=cyber": refusal,
  "stop_details.category=bio": refusal,
  "stop_details.category=frontier_llm": refusal,
  "stop_details.category=reasoning_extraction": refusal,
  "stop_details.category=general_harms": refusal,
  "stop_details.explanation": refusal,
  usage: counts,
  "usage.input_tokens": prompt,
  "usage.output_tokens": completion,
  "usage.cache_creation_input_tokens": written,
  "usage.cache_read_input_tokens": prompt,
  "usage.cache_creation": written,
  "usage.cache_creation.ephemeral_5m_input_tokens": written,
  "usage.cache_creation.ephemeral_1h_input_tokens": written,
  "usage.output_tokens_details": thought,
  "usage.output_tokens_details.thinking_tokens": thought,
  "usage.server_tool_use": searches,
  "usage.service_tier": tier,
  "usage.service_tier=standard": tier,
  "usage.service_tier=priority": tier,
  "usage.service_tier=batch": noTier,
  "usage.speed": tier,
  "usage.speed=standard": noSpeed,
  "usage.speed=fast": tier,
  "usage.inference_geo": place,
  "usage.iterations": times,
  "usage.iterations[]<message>": times,
  "usage.iterations[]<message>.model": ownModel,
  "usage.iterations[]<message>.input_tokens": prompt,
  "usage.iterations[]<message>.output_tokens": completion,
  "usage.iterations[]<message>.cache_creation_input_tokens": written,
  "usage.iterations[]<message>.cache_read_input_tokens": prompt,
  "usage.iterations[]<message>.cache_creation": inTheirSum,
  "usage.iterations[]<message>.cache_creation.ephemeral_5m_input_tokens": inTheirSum,
  "usage.iterations[]<message>.cache_creation.ephemeral_1h_input_tokens": inTheirSum,
  "usage.iterations[]<compaction>": times,
  "usage.iterations[]<compaction>.input_tokens": prompt,
  "usage.iterations[]<compaction>.output_tokens": completion,
  "usage.iterations[]<compaction>.cache_creation_input_tokens": written,
  "usage.iterations[]<compaction>.cache_read_input_tokens": prompt,
  "usage.iterations[]<compaction>.cache_creation": inTheirSum,
  "usage.iterations[]<compaction>.cache_creation.ephemeral_5m_input_tokens": inTheirSum,
  "usage.iterations[]<compaction>.cache_creation.ephemeral_1h_input_tokens": inTheirSum,
  "usage.iterations[]<advisor_message>": advice,
  "usage.iterations[]<fallback_message>": inSums,
  container: container,
  diagnostics: notAsked,
  context_management: edits,
};

/**
 * What becomes of each field of an answer, whole or streamed. Paths name places of a chat completion; in a stream the
 * same places are filled piece by piece.
 *
 * @see reference: openai-chat-to-anthropic §§7, 9, 10
 */
export const responseFates: Fates<
  Exclude<MessageField, Below<Dropped>> | Exclude<MessageStreamEventField, UnderDroppedEvents>
> = { ...messageFates, ...eventFates };
