import type { ConverseResponseField, ConverseStreamOutputField } from "../../../../generated/fields/bedrock.ts";
import type { Fates } from "../../fates.ts";
import { eventFates, type UnderDroppedEvents } from "./answer-event-fates.ts";
import {
  annotations,
  args,
  type Below,
  blocks,
  broken,
  callId,
  callName,
  calls,
  cited,
  completion,
  content,
  counts,
  domain,
  echo,
  finish,
  inTheirSum,
  kept,
  measured,
  media,
  noSpeed,
  ofDocument,
  ofHost,
  own,
  passage,
  prompt,
  thinking,
  tier,
  trace,
  who,
} from "./answer-fates.ts";

/** Places of an answer that are dropped whole; what is below them goes with them. */
type Dropped =
  | "output.message.content[].image"
  | "output.message.content[].document"
  | "output.message.content[].video"
  | "output.message.content[].audio"
  | "output.message.content[].toolResult"
  | "output.message.content[].guardContent"
  | "output.message.content[].cachePoint"
  | "output.message.content[].searchResult"
  | "output.message.content[].toolAddition"
  | "output.message.content[].toolRemoval"
  | "output.message.content[].citationsContent.citations[].location.documentChar"
  | "output.message.content[].citationsContent.citations[].location.documentPage"
  | "output.message.content[].citationsContent.citations[].location.documentChunk"
  | "output.message.content[].citationsContent.citations[].location.searchResultLocation"
  | "additionalModelResponseFields"
  | "trace";

const wholeFates: Fates<Exclude<ConverseResponseField, Below<Dropped>>> = {
  output: blocks,
  "output.message": blocks,
  "output.message.role": who,
  "output.message.role=user": who,
  "output.message.role=assistant": who,
  "output.message.role=system": who,
  "output.message.content": blocks,
  "output.message.content[].text": content,
  "output.message.content[].image": media,
  "output.message.content[].document": media,
  "output.message.content[].video": media,
  "output.message.content[].audio": media,
  "output.message.content[].toolUse": calls,
  "output.message.content[].toolUse.toolUseId": callId,
  "output.message.content[].toolUse.name": callName,
  "output.message.content[].toolUse.input": args,
  "output.message.content[].toolUse.type": calls,
  "output.message.content[].toolResult": ofHost,
  "output.message.content[].guardContent": echo,
  "output.message.content[].cachePoint": echo,
  "output.message.content[].reasoningContent": thinking,
  "output.message.content[].reasoningContent.reasoningText": thinking,
  "output.message.content[].reasoningContent.reasoningText.text": thinking,
  "output.message.content[].reasoningContent.reasoningText.signature": kept,
  "output.message.content[].reasoningContent.redactedContent": kept,
  "output.message.content[].citationsContent": cited,
  "output.message.content[].citationsContent.content": cited,
  "output.message.content[].citationsContent.content[].text": cited,
  "output.message.content[].citationsContent.citations": annotations,
  "output.message.content[].citationsContent.citations[].title": annotations,
  "output.message.content[].citationsContent.citations[].source": annotations,
  "output.message.content[].citationsContent.citations[].sourceContent": passage,
  "output.message.content[].citationsContent.citations[].sourceContent[].text": passage,
  "output.message.content[].citationsContent.citations[].location": annotations,
  "output.message.content[].citationsContent.citations[].location.web": annotations,
  "output.message.content[].citationsContent.citations[].location.web.url": annotations,
  "output.message.content[].citationsContent.citations[].location.web.domain": domain,
  "output.message.content[].citationsContent.citations[].location.documentChar": ofDocument,
  "output.message.content[].citationsContent.citations[].location.documentPage": ofDocument,
  "output.message.content[].citationsContent.citations[].location.documentChunk": ofDocument,
  "output.message.content[].citationsContent.citations[].location.searchResultLocation": ofDocument,
  "output.message.content[].searchResult": echo,
  "output.message.content[].toolAddition": echo,
  "output.message.content[].toolRemoval": echo,
  stopReason: finish,
  "stopReason=end_turn": finish,
  "stopReason=tool_use": finish,
  "stopReason=max_tokens": finish,
  "stopReason=stop_sequence": finish,
  "stopReason=guardrail_intervened": finish,
  "stopReason=content_filtered": finish,
  "stopReason=malformed_model_output": broken,
  "stopReason=malformed_tool_use": broken,
  "stopReason=model_context_window_exceeded": finish,
  usage: counts,
  "usage.inputTokens": prompt,
  "usage.outputTokens": completion,
  "usage.totalTokens": prompt,
  "usage.cacheReadInputTokens": prompt,
  "usage.cacheWriteInputTokens": prompt,
  "usage.cacheDetails": inTheirSum,
  "usage.cacheDetails[].ttl": inTheirSum,
  "usage.cacheDetails[].ttl=5m": inTheirSum,
  "usage.cacheDetails[].ttl=1h": inTheirSum,
  "usage.cacheDetails[].inputTokens": inTheirSum,
  metrics: measured,
  "metrics.latencyMs": measured,
  additionalModelResponseFields: own,
  trace,
  performanceConfig: tier,
  "performanceConfig.latency": tier,
  "performanceConfig.latency=standard": noSpeed,
  "performanceConfig.latency=optimized": tier,
  serviceTier: tier,
  "serviceTier.type": tier,
  "serviceTier.type=priority": tier,
  "serviceTier.type=default": tier,
  "serviceTier.type=flex": tier,
  "serviceTier.type=reserved": tier,
};

/**
 * What becomes of each field of an answer, whole or streamed. Paths name places of a chat completion; in a stream the
 * same places are filled piece by piece.
 */
export const responseFates: Fates<
  Exclude<ConverseResponseField, Below<Dropped>> | Exclude<ConverseStreamOutputField, UnderDroppedEvents>
> = { ...wholeFates, ...eventFates };
