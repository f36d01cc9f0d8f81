import { cohereEmbedResponseShape, titanTextEmbeddingResponseShape } from "../../../../generated/fields/bedrock.ts";
import { embeddingRequestShape } from "../../../../generated/fields/openai.ts";
import { defineWhole, type EmbeddingOperation } from "../../dialect.ts";
import { conditions } from "./conditions.ts";
import { toEmbeddingError } from "./errors.ts";
import { requestFates } from "./fates.ts";
import { takesOf } from "./forms.ts";
import { toEmbeddingBody } from "./request.ts";
import { fromEmbeddingBody } from "./response.ts";
import { responseFates } from "./response-fates.ts";

/** Vectors by Titan and Cohere. */
export const embeddings: EmbeddingOperation = {
  ...defineWhole({
    fates: {
      requestShape: embeddingRequestShape,
      request: requestFates,
      responseShape: {
        key: "",
        properties: { ...titanTextEmbeddingResponseShape.properties, ...cohereEmbedResponseShape.properties },
      },
      response: responseFates,
      conditions,
      unknown: "reported",
    },
    request: toEmbeddingBody,
    response: fromEmbeddingBody,
  }),
  takes: takesOf,
  toError: toEmbeddingError,
};
