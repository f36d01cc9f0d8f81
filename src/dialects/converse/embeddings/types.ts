import type { components as Sent } from "../../../../generated/types/bedrock.closed.ts";

export type TitanTextRequest = Sent["schemas"]["TitanTextEmbeddingRequest"];
export type TitanMultimodalRequest = Sent["schemas"]["TitanMultimodalEmbeddingRequest"];
export type CohereRequest = Sent["schemas"]["CohereEmbedRequest"];
/** What a request for vectors becomes: the form its model's maker gave it. */
export type EmbeddingBody = TitanTextRequest | TitanMultimodalRequest | CohereRequest;
