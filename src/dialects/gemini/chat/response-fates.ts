import type { GenerateContentResponseField } from "../../../../generated/fields/vertex.ts";
import { type Fates, ignored, mapped, refused, reported, type Under } from "../../fates.ts";

/** Places of an answer that are dropped whole; what is below them goes with them. */
type Dropped =
  | "candidates[].content.parts[].functionCall.partialArgs"
  | "candidates[].content.parts[].functionResponse"
  | "candidates[].content.parts[].executableCode"
  | "candidates[].content.parts[].codeExecutionResult"
  | "candidates[].content.parts[].toolCall"
  | "candidates[].content.parts[].toolResponse"
  | "candidates[].content.parts[].fileData"
  | "candidates[].content.parts[].videoMetadata"
  | "candidates[].content.parts[].mediaResolution"
  | "candidates[].safetyRatings"
  | "candidates[].citationMetadata"
  | "candidates[].groundingMetadata"
  | "candidates[].urlContextMetadata"
  | "promptFeedback.safetyRatings"
  | "usageMetadata.promptTokensDetails"
  | "usageMetadata.cacheTokensDetails"
  | "usageMetadata.candidatesTokensDetails"
  | "usageMetadata.toolUsePromptTokensDetails"
  | "usageMetadata.trafficType";

const finish = mapped("choices[].finish_reason");
const broken = refused(
  "an answer nobody can use is a failure, which another try may mend",
  "upstream_invalid_response",
);
const notAsked = ignored("comes only to those who ask, and we do not");
const inRequests = ignored("only requests hold it");
const prompt = mapped("usage.prompt_tokens", "usage.total_tokens", "usage.prompt_tokens_details.**");
const completion = mapped("usage.completion_tokens", "usage.total_tokens", "usage.completion_tokens_details.**");
const blocked = mapped("choices.**");
const noBlock = ignored("names no reason, so nothing was blocked");
const calls = mapped("choices[].message.**", "choices[].finish_reason");

/**
 * What becomes of each field of an answer, whole or streamed. Paths name places of a chat completion; in a stream the
 * same places are filled piece by piece.
 *
 * @see reference: openai-chat-to-gemini §§9–11
 */
export const responseFates: Fates<Exclude<GenerateContentResponseField, Under<Dropped>>> = {
  candidates: mapped("choices.**"),
  "candidates[].index": mapped("choices[].index"),
  "candidates[].content": mapped("choices[].message.**"),
  "candidates[].content.role": ignored("always the model"),
  "candidates[].content.parts": mapped("choices[].message.**"),
  "candidates[].content.parts[].text": mapped("choices[].message.content"),
  "candidates[].content.parts[].thought": mapped("choices[].message.reasoning_content", "choices[].message.content"),
  "candidates[].content.parts[].thoughtSignature": mapped("choices[].message.extra_content.google.thought_signature"),
  "candidates[].content.parts[].inlineData": mapped("choices[].message.images.**"),
  "candidates[].content.parts[].inlineData.mimeType": mapped("choices[].message.images.**"),
  "candidates[].content.parts[].inlineData.data": mapped("choices[].message.images.**"),
  "candidates[].content.parts[].inlineData.displayName": ignored("images have no names"),
  "candidates[].content.parts[].functionCall": calls,
  "candidates[].content.parts[].functionCall.id": mapped("choices[].message.tool_calls[].id"),
  "candidates[].content.parts[].functionCall.name": mapped("choices[].message.tool_calls[].function.name"),
  "candidates[].content.parts[].functionCall.args": mapped("choices[].message.tool_calls[].function.arguments"),
  "candidates[].content.parts[].functionCall.partialArgs": notAsked,
  "candidates[].content.parts[].functionCall.willContinue": notAsked,
  "candidates[].content.parts[].fileData": inRequests,
  "candidates[].content.parts[].functionResponse": inRequests,
  "candidates[].content.parts[].videoMetadata": inRequests,
  "candidates[].content.parts[].mediaResolution": inRequests,
  "candidates[].content.parts[].partMetadata": inRequests,
  "candidates[].content.parts[].executableCode": notAsked,
  "candidates[].content.parts[].codeExecutionResult": notAsked,
  "candidates[].content.parts[].toolCall": notAsked,
  "candidates[].content.parts[].toolResponse": notAsked,
  "candidates[].score": ignored("a rating nobody asked for"),
  "candidates[].avgLogprobs": ignored("a mean of what logprobs tell in full"),
  "candidates[].logprobsResult": mapped("choices[].logprobs.**"),
  "candidates[].logprobsResult.chosenCandidates": mapped("choices[].logprobs.**"),
  "candidates[].logprobsResult.chosenCandidates[].token": mapped("choices[].logprobs.content[].**"),
  "candidates[].logprobsResult.chosenCandidates[].tokenId": ignored("ids differ between tokenizers"),
  "candidates[].logprobsResult.chosenCandidates[].logProbability": mapped("choices[].logprobs.content[].logprob"),
  "candidates[].logprobsResult.topCandidates": mapped("choices[].logprobs.**"),
  "candidates[].logprobsResult.topCandidates[].candidates": mapped("choices[].logprobs.**"),
  "candidates[].logprobsResult.topCandidates[].candidates[].token": mapped(
    "choices[].logprobs.content[].top_logprobs[].**",
  ),
  "candidates[].logprobsResult.topCandidates[].candidates[].tokenId": ignored("ids differ between tokenizers"),
  "candidates[].logprobsResult.topCandidates[].candidates[].logProbability": mapped(
    "choices[].logprobs.content[].top_logprobs[].logprob",
  ),
  "candidates[].finishReason": finish,
  "candidates[].finishReason=FINISH_REASON_UNSPECIFIED": finish,
  "candidates[].finishReason=STOP": finish,
  "candidates[].finishReason=MAX_TOKENS": finish,
  "candidates[].finishReason=SAFETY": finish,
  "candidates[].finishReason=RECITATION": finish,
  "candidates[].finishReason=OTHER": finish,
  "candidates[].finishReason=BLOCKLIST": finish,
  "candidates[].finishReason=PROHIBITED_CONTENT": finish,
  "candidates[].finishReason=SPII": finish,
  "candidates[].finishReason=MALFORMED_FUNCTION_CALL": broken,
  "candidates[].finishReason=MODEL_ARMOR": finish,
  "candidates[].finishReason=LANGUAGE": finish,
  "candidates[].finishReason=IMAGE_SAFETY": finish,
  "candidates[].finishReason=IMAGE_PROHIBITED_CONTENT": finish,
  "candidates[].finishReason=IMAGE_RECITATION": finish,
  "candidates[].finishReason=IMAGE_OTHER": finish,
  "candidates[].finishReason=NO_IMAGE": finish,
  "candidates[].finishReason=UNEXPECTED_TOOL_CALL": broken,
  "candidates[].finishReason=TOO_MANY_TOOL_CALLS": broken,
  "candidates[].finishReason=MALFORMED_RESPONSE": broken,
  "candidates[].finishReason=CONTINUATION": finish,
  "candidates[].finishReason=MISSING_THOUGHT_SIGNATURE": broken,
  "candidates[].finishMessage": ignored("the reason in words; a failure shows it"),
  "candidates[].continuationToken": ignored("the answer ends where the upstream stopped"),
  "candidates[].safetyRatings": ignored("what they decide, the finish reason says"),
  "candidates[].citationMetadata": reported("citations are not translated"),
  "candidates[].groundingMetadata": reported("grounding is not translated"),
  "candidates[].urlContextMetadata": notAsked,
  modelVersion: ignored("the answer names the model that was asked for"),
  createTime: ignored("the answer bears the gateway's time"),
  responseId: ignored("the answer bears the gateway's id"),
  promptFeedback: blocked,
  "promptFeedback.blockReason": blocked,
  "promptFeedback.blockReason=BLOCKED_REASON_UNSPECIFIED": noBlock,
  "promptFeedback.blockReason=BLOCK_REASON_UNSPECIFIED": noBlock,
  "promptFeedback.blockReason=SAFETY": blocked,
  "promptFeedback.blockReason=OTHER": blocked,
  "promptFeedback.blockReason=BLOCKLIST": blocked,
  "promptFeedback.blockReason=PROHIBITED_CONTENT": blocked,
  "promptFeedback.blockReason=IMAGE_SAFETY": blocked,
  "promptFeedback.blockReason=MODEL_ARMOR": blocked,
  "promptFeedback.blockReason=JAILBREAK": blocked,
  "promptFeedback.blockReasonMessage": mapped("choices[].message.refusal"),
  "promptFeedback.safetyRatings": ignored("what they decide, the block reason says"),
  usageMetadata: mapped("usage.**"),
  "usageMetadata.promptTokenCount": prompt,
  "usageMetadata.toolUsePromptTokenCount": prompt,
  "usageMetadata.cachedContentTokenCount": mapped("usage.prompt_tokens_details.cached_tokens"),
  "usageMetadata.candidatesTokenCount": completion,
  "usageMetadata.thoughtsTokenCount": completion,
  "usageMetadata.totalTokenCount": ignored("recomputed, so that the sum holds"),
  "usageMetadata.initialPromptTokenCount": ignored("part of the prompt's count"),
  "usageMetadata.promptTokensDetails": ignored("the counts by modality are not shown"),
  "usageMetadata.cacheTokensDetails": ignored("the counts by modality are not shown"),
  "usageMetadata.candidatesTokensDetails": ignored("the counts by modality are not shown"),
  "usageMetadata.toolUsePromptTokensDetails": ignored("the counts by modality are not shown"),
  "usageMetadata.trafficType": ignored("how Google bills it"),
};
