import {
  type EmbeddingRequestField,
  embeddingRequestShape,
  embeddingResponseShape,
} from "../../../../generated/fields/openai.ts";
import { type Fates, gateway, mapped, reported, when } from "../../fates.ts";
import type { OpenAICondition } from "../conditions.ts";
import { hostFacts } from "../hosts.ts";
import { modelName, type PassTable, passRequest, passResponse } from "../pass-through.ts";

/** What does not go where it came from. */
const others: Partial<Fates<EmbeddingRequestField, OpenAICondition>> = {
  model: gateway("resolve"),
  dimensions: when<OpenAICondition>(
    { mistral: mapped("output_dimension"), llamacpp: reported(hostFacts("llamacpp").why) },
    mapped("dimensions"),
  ),
};

/** What becomes of each field of a request for vectors. */
export const requestFates: PassTable = { ...passRequest("embeddings", embeddingRequestShape), ...others };

/** What becomes of each field of an answer. Vectors keep their form unless the client wants the other one. */
export const responseFates: PassTable = {
  ...passResponse(embeddingResponseShape),
  model: modelName,
  // It says the order, and the order is put right.
  "data[].index": mapped("data.**"),
};
