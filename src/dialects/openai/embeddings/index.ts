import { embeddingRequestShape, embeddingResponseShape } from "../../../../generated/fields/openai.ts";
import { defineWhole, type EmbeddingOperation } from "../../dialect.ts";
import { embeddingConditions } from "../conditions.ts";
import { hostFacts, lackingAt } from "../hosts.ts";
import { requestFates, responseFates } from "./fates.ts";
import { peel } from "./lists.ts";
import { toEmbeddingBody } from "./request.ts";
import { fromEmbeddingBody } from "./response.ts";

/** Vectors in the client's own language. */
export const embeddings: EmbeddingOperation = {
  ...defineWhole({
    fates: {
      requestShape: embeddingRequestShape,
      request: requestFates,
      responseShape: embeddingResponseShape,
      response: responseFates,
      conditions: embeddingConditions,
      unknown: "passed",
      lacking: lackingAt("embeddings"),
    },
    request: toEmbeddingBody,
    parse: peel,
    response: fromEmbeddingBody,
  }),
  takes: ({ host }) => hostFacts(host).embeddings,
};
