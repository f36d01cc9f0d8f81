import type { GenerateContentResponseField } from "../../../../generated/fields/vertex.ts";
import { type Fates, ignored, mapped, refused, reported, type Under, when } from "../../fates.ts";
import type { GeminiCondition } from "./conditions.ts";

const part = "candidates[].content.parts[]";
const grounding = "candidates[].groundingMetadata";

/** Places of an answer that are dropped whole; what is below them goes with them. */
type Dropped =
  | `${typeof part}.functionResponse`
  | `${typeof part}.toolCall`
  | `${typeof part}.toolResponse`
  | `${typeof part}.fileData`
  | `${typeof part}.videoMetadata`
  | `${typeof part}.mediaResolution`
  | "candidates[].safetyRatings"
  | "candidates[].citationMetadata.citations[].publicationDate"
  | "candidates[].citationMetadata.citationSources[].publicationDate"
  | `${typeof grounding}.searchEntryPoint`
  | `${typeof grounding}.retrievalMetadata`
  | `${typeof grounding}.sourceFlaggingUris`
  | `${typeof grounding}.groundingChunks[].maps.placeAnswerSources`
  | `${typeof grounding}.groundingChunks[].maps.route`
  | `${typeof grounding}.groundingChunks[].retrievedContext.ragChunk`
  | "candidates[].urlContextMetadata"
  | "promptFeedback.safetyRatings"
  | "usageMetadata.cacheTokensDetails";

const finish = mapped("choices[].finish_reason");
const broken = refused(
  "an answer nobody can use is a failure, which another try may mend",
  "upstream_invalid_response",
);
const code = when<GeminiCondition>(
  { "runs-code": mapped("choices[].message.content") },
  reported("the client gave the model no place to run code in"),
);
const toolOfGoogle = reported("the client did not ask for it, and knows no such tool");
const inRequests = ignored("only requests hold it");
const prompt = mapped("usage.prompt_tokens", "usage.total_tokens", "usage.prompt_tokens_details.**");
const completion = mapped("usage.completion_tokens", "usage.total_tokens", "usage.completion_tokens_details.**");
const blocked = mapped("choices.**");
const noBlock = ignored("names no reason, so nothing was blocked");
const calls = mapped("choices[].message.**", "choices[].finish_reason");
const args = mapped("choices[].message.tool_calls[].function.arguments");
const media = mapped("choices[].message.images.**", "choices[].message.audio.**", "choices[].message.content");
const annotations = mapped("choices[].message.annotations.**");
const url = mapped("choices[].message.annotations.**");
const title = mapped("choices[].message.annotations[].url_citation.title");
const place = mapped(
  "choices[].message.annotations[].url_citation.start_index",
  "choices[].message.annotations[].url_citation.end_index",
);
const query = reported("citations do not say what was searched for");
const passage = reported("citations name a source and do not quote it");
const kindsIn = mapped("usage.prompt_tokens_details.**");
const kindsOut = mapped("usage.completion_tokens_details.**");
const tier = mapped("service_tier");
const noTier = ignored("OpenAI has no word for it");
const noCount = ignored("OpenAI counts text, sound and pictures");
const noCountOut = ignored("OpenAI counts text and sound");

/**
 * What becomes of each field of an answer, whole or streamed. Paths name places of a chat completion; in a stream the
 * same places are filled piece by piece.
 *
 * @see reference: openai-chat-to-gemini §§9–11
 */
export const responseFates: Fates<Exclude<GenerateContentResponseField, Under<Dropped>>, GeminiCondition> = {
  candidates: mapped("choices.**"),
  "candidates[].index": mapped("choices[].index"),
  "candidates[].content": mapped("choices[].message.**"),
  "candidates[].content.role": ignored("always the model"),
  "candidates[].content.parts": mapped("choices[].message.**"),
  "candidates[].content.parts[].text": mapped("choices[].message.content"),
  "candidates[].content.parts[].thought": mapped("choices[].message.reasoning_content", "choices[].message.content"),
  "candidates[].content.parts[].thoughtSignature": mapped("choices[].message.extra_content.google.thought_signature"),
  "candidates[].content.parts[].inlineData": media,
  "candidates[].content.parts[].inlineData.mimeType": media,
  "candidates[].content.parts[].inlineData.data": media,
  "candidates[].content.parts[].inlineData.displayName": ignored("images have no names"),
  "candidates[].content.parts[].functionCall": calls,
  "candidates[].content.parts[].functionCall.id": mapped("choices[].message.tool_calls[].id"),
  "candidates[].content.parts[].functionCall.name": mapped("choices[].message.tool_calls[].function.name"),
  "candidates[].content.parts[].functionCall.args": args,
  "candidates[].content.parts[].functionCall.partialArgs": args,
  "candidates[].content.parts[].functionCall.partialArgs[].jsonPath": args,
  "candidates[].content.parts[].functionCall.partialArgs[].stringValue": args,
  "candidates[].content.parts[].functionCall.partialArgs[].numberValue": args,
  "candidates[].content.parts[].functionCall.partialArgs[].boolValue": args,
  "candidates[].content.parts[].functionCall.partialArgs[].nullValue": ignored(
    "a value that is none of the others is null all the same",
  ),
  "candidates[].content.parts[].functionCall.partialArgs[].willContinue": ignored(
    "a text goes on as long as its place does",
  ),
  "candidates[].content.parts[].functionCall.willContinue": ignored("the next part of the call tells as much"),
  "candidates[].content.parts[].fileData": reported("the client has no way to the file"),
  "candidates[].content.parts[].functionResponse": inRequests,
  "candidates[].content.parts[].videoMetadata": inRequests,
  "candidates[].content.parts[].mediaResolution": inRequests,
  "candidates[].content.parts[].partMetadata": inRequests,
  "candidates[].content.parts[].executableCode": code,
  "candidates[].content.parts[].executableCode.language": code,
  "candidates[].content.parts[].executableCode.language=LANGUAGE_UNSPECIFIED": code,
  "candidates[].content.parts[].executableCode.language=PYTHON": code,
  "candidates[].content.parts[].executableCode.code": code,
  "candidates[].content.parts[].codeExecutionResult": code,
  "candidates[].content.parts[].codeExecutionResult.outcome": code,
  "candidates[].content.parts[].codeExecutionResult.outcome=OUTCOME_UNSPECIFIED": code,
  "candidates[].content.parts[].codeExecutionResult.outcome=OUTCOME_OK": code,
  "candidates[].content.parts[].codeExecutionResult.outcome=OUTCOME_FAILED": code,
  "candidates[].content.parts[].codeExecutionResult.outcome=OUTCOME_DEADLINE_EXCEEDED": code,
  "candidates[].content.parts[].codeExecutionResult.output": code,
  "candidates[].content.parts[].toolCall": toolOfGoogle,
  "candidates[].content.parts[].toolResponse": toolOfGoogle,
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
  "candidates[].citationMetadata": annotations,
  "candidates[].citationMetadata.citations": annotations,
  "candidates[].citationMetadata.citations[].startIndex": place,
  "candidates[].citationMetadata.citations[].endIndex": place,
  "candidates[].citationMetadata.citations[].uri": url,
  "candidates[].citationMetadata.citations[].title": title,
  "candidates[].citationMetadata.citations[].license": reported("citations have no license"),
  "candidates[].citationMetadata.citations[].publicationDate": reported("citations have no date"),
  "candidates[].citationMetadata.citationSources": annotations,
  "candidates[].citationMetadata.citationSources[].startIndex": place,
  "candidates[].citationMetadata.citationSources[].endIndex": place,
  "candidates[].citationMetadata.citationSources[].uri": url,
  "candidates[].citationMetadata.citationSources[].title": title,
  "candidates[].citationMetadata.citationSources[].license": reported("citations have no license"),
  "candidates[].citationMetadata.citationSources[].publicationDate": reported("citations have no date"),
  "candidates[].groundingMetadata": annotations,
  "candidates[].groundingMetadata.webSearchQueries": query,
  "candidates[].groundingMetadata.imageSearchQueries": query,
  "candidates[].groundingMetadata.retrievalQueries": query,
  "candidates[].groundingMetadata.searchEntryPoint": reported(
    "suggestions to be shown beside the answer have no place in it",
  ),
  "candidates[].groundingMetadata.googleMapsWidgetContextToken": reported("clients have no such widget"),
  "candidates[].groundingMetadata.sourceFlaggingUris": reported("citations do not say where reviews are complained of"),
  "candidates[].groundingMetadata.retrievalMetadata": ignored("a rating nobody asked for"),
  "candidates[].groundingMetadata.groundingChunks": annotations,
  "candidates[].groundingMetadata.groundingChunks[].web": annotations,
  "candidates[].groundingMetadata.groundingChunks[].web.uri": url,
  "candidates[].groundingMetadata.groundingChunks[].web.title": title,
  "candidates[].groundingMetadata.groundingChunks[].web.domain": title,
  "candidates[].groundingMetadata.groundingChunks[].image": annotations,
  "candidates[].groundingMetadata.groundingChunks[].image.sourceUri": url,
  "candidates[].groundingMetadata.groundingChunks[].image.imageUri": url,
  "candidates[].groundingMetadata.groundingChunks[].image.title": title,
  "candidates[].groundingMetadata.groundingChunks[].image.domain": title,
  "candidates[].groundingMetadata.groundingChunks[].maps": annotations,
  "candidates[].groundingMetadata.groundingChunks[].maps.uri": url,
  "candidates[].groundingMetadata.groundingChunks[].maps.title": title,
  "candidates[].groundingMetadata.groundingChunks[].maps.text": passage,
  "candidates[].groundingMetadata.groundingChunks[].maps.placeId": passage,
  "candidates[].groundingMetadata.groundingChunks[].maps.placeAnswerSources": passage,
  "candidates[].groundingMetadata.groundingChunks[].maps.route": passage,
  "candidates[].groundingMetadata.groundingChunks[].retrievedContext": annotations,
  "candidates[].groundingMetadata.groundingChunks[].retrievedContext.uri": url,
  "candidates[].groundingMetadata.groundingChunks[].retrievedContext.title": title,
  "candidates[].groundingMetadata.groundingChunks[].retrievedContext.text": passage,
  "candidates[].groundingMetadata.groundingChunks[].retrievedContext.documentName": passage,
  "candidates[].groundingMetadata.groundingChunks[].retrievedContext.ragChunk": passage,
  "candidates[].groundingMetadata.groundingSupports": annotations,
  "candidates[].groundingMetadata.groundingSupports[].segment": place,
  "candidates[].groundingMetadata.groundingSupports[].segment.partIndex": place,
  "candidates[].groundingMetadata.groundingSupports[].segment.startIndex": place,
  "candidates[].groundingMetadata.groundingSupports[].segment.endIndex": place,
  "candidates[].groundingMetadata.groundingSupports[].segment.text": place,
  "candidates[].groundingMetadata.groundingSupports[].groundingChunkIndices": annotations,
  "candidates[].groundingMetadata.groundingSupports[].confidenceScores": ignored("a rating nobody asked for"),
  "candidates[].groundingMetadata.groundingSupports[].renderedParts": ignored("the answer is not rendered by parts"),
  "candidates[].urlContextMetadata": reported("which passage rests on which page is not said"),
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
  "usageMetadata.promptTokensDetails": kindsIn,
  "usageMetadata.promptTokensDetails[].modality": kindsIn,
  "usageMetadata.promptTokensDetails[].modality=MODALITY_UNSPECIFIED": noCount,
  "usageMetadata.promptTokensDetails[].modality=TEXT": kindsIn,
  "usageMetadata.promptTokensDetails[].modality=IMAGE": kindsIn,
  "usageMetadata.promptTokensDetails[].modality=VIDEO": noCount,
  "usageMetadata.promptTokensDetails[].modality=AUDIO": kindsIn,
  "usageMetadata.promptTokensDetails[].modality=DOCUMENT": noCount,
  "usageMetadata.promptTokensDetails[].tokenCount": kindsIn,
  "usageMetadata.toolUsePromptTokensDetails": kindsIn,
  "usageMetadata.toolUsePromptTokensDetails[].modality": kindsIn,
  "usageMetadata.toolUsePromptTokensDetails[].modality=MODALITY_UNSPECIFIED": noCount,
  "usageMetadata.toolUsePromptTokensDetails[].modality=TEXT": kindsIn,
  "usageMetadata.toolUsePromptTokensDetails[].modality=IMAGE": kindsIn,
  "usageMetadata.toolUsePromptTokensDetails[].modality=VIDEO": noCount,
  "usageMetadata.toolUsePromptTokensDetails[].modality=AUDIO": kindsIn,
  "usageMetadata.toolUsePromptTokensDetails[].modality=DOCUMENT": noCount,
  "usageMetadata.toolUsePromptTokensDetails[].tokenCount": kindsIn,
  "usageMetadata.candidatesTokensDetails": kindsOut,
  "usageMetadata.candidatesTokensDetails[].modality": kindsOut,
  "usageMetadata.candidatesTokensDetails[].modality=MODALITY_UNSPECIFIED": noCountOut,
  "usageMetadata.candidatesTokensDetails[].modality=TEXT": kindsOut,
  "usageMetadata.candidatesTokensDetails[].modality=IMAGE": noCountOut,
  "usageMetadata.candidatesTokensDetails[].modality=VIDEO": noCountOut,
  "usageMetadata.candidatesTokensDetails[].modality=AUDIO": kindsOut,
  "usageMetadata.candidatesTokensDetails[].modality=DOCUMENT": noCountOut,
  "usageMetadata.candidatesTokensDetails[].tokenCount": kindsOut,
  "usageMetadata.cacheTokensDetails": ignored("the cached part of what is counted by kind already"),
  "usageMetadata.trafficType": tier,
  "usageMetadata.trafficType=TRAFFIC_TYPE_UNSPECIFIED": noTier,
  "usageMetadata.trafficType=ON_DEMAND": tier,
  "usageMetadata.trafficType=ON_DEMAND_PRIORITY": tier,
  "usageMetadata.trafficType=ON_DEMAND_FLEX": tier,
  "usageMetadata.trafficType=ON_DEMAND_OFFPEAK": noTier,
  "usageMetadata.trafficType=PROVISIONED_THROUGHPUT": tier,
};
