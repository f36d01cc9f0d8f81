import type { BatchEmbedContentsResponseField } from "../../../../generated/fields/gemini.ts";
import type { EmbedContentResponseField, TextEmbeddingResponseField } from "../../../../generated/fields/vertex.ts";
import { type Fates, ignored, mapped, type Under } from "../../fates.ts";

/** Places of an answer that are dropped whole; what is below them goes with them. */
type Dropped =
  | "usageMetadata.promptTokensDetails"
  | "usageMetadata.cacheTokensDetails"
  | "usageMetadata.candidatesTokensDetails"
  | "usageMetadata.toolUsePromptTokensDetails"
  | "usageMetadata.trafficType";

/** What the three calls answer with. */
type ResponseField = TextEmbeddingResponseField | EmbedContentResponseField | BatchEmbedContentsResponseField;

const vectors = mapped("data.**");
const numbers = mapped("data[].embedding");
const prompt = mapped("usage.prompt_tokens", "usage.total_tokens", "changes.**");
const cut = mapped("changes.**");
const ofUpstream = ignored("the client knows the model by its own name");
const noPlace = ignored("vectors have one count, of what went in");

/**
 * What becomes of each field of an answer, whichever call it is of. Paths name places of OpenAI's list of vectors;
 * `changes` is what the client is told in x-specgate-changes.
 *
 * @see reference: openai-chat-to-gemini §13
 */
export const responseFates: Fates<Exclude<ResponseField, Under<Dropped>>> = {
  predictions: mapped("data.**", "usage.**", "changes.**"),
  "predictions[].embeddings": mapped("data.**", "usage.**", "changes.**"),
  "predictions[].embeddings.values": numbers,
  "predictions[].embeddings.statistics": prompt,
  "predictions[].embeddings.statistics.token_count": prompt,
  "predictions[].embeddings.statistics.truncated": cut,
  deployedModelId: ofUpstream,
  model: ofUpstream,
  modelVersionId: ofUpstream,
  modelDisplayName: ofUpstream,
  metadata: noPlace,
  "metadata.billableCharacterCount": noPlace,
  embedding: vectors,
  "embedding.values": numbers,
  embeddings: vectors,
  "embeddings[].values": numbers,
  truncated: cut,
  usageMetadata: prompt,
  "usageMetadata.promptTokenCount": prompt,
  "usageMetadata.candidatesTokenCount": noPlace,
  "usageMetadata.totalTokenCount": noPlace,
  "usageMetadata.toolUsePromptTokenCount": noPlace,
  "usageMetadata.thoughtsTokenCount": noPlace,
  "usageMetadata.cachedContentTokenCount": noPlace,
  "usageMetadata.promptTokensDetails": noPlace,
  "usageMetadata.cacheTokensDetails": noPlace,
  "usageMetadata.candidatesTokensDetails": noPlace,
  "usageMetadata.toolUsePromptTokensDetails": noPlace,
  "usageMetadata.trafficType": ignored("how the upstream bills the call is its operator's matter"),
};
