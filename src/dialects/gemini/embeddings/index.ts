import { batchEmbedContentsResponseShape } from "../../../../generated/fields/gemini.ts";
import { embeddingRequestShape } from "../../../../generated/fields/openai.ts";
import type { Shape } from "../../../../generated/fields/shape.ts";
import { embedContentResponseShape, textEmbeddingResponseShape } from "../../../../generated/fields/vertex.ts";
import { defineWhole, type EmbeddingOperation } from "../../dialect.ts";
import { conditions } from "./conditions.ts";
import { toEmbeddingError } from "./errors.ts";
import { requestFates } from "./fates.ts";
import { takesOf } from "./forms.ts";
import { toEmbeddingBody } from "./request.ts";
import { fromEmbeddingBody } from "./response.ts";
import { responseFates } from "./response-fates.ts";

/** Every place of the answers of the three calls. Of counts, Vertex AI has all that the Developer API has. */
const responseShape: Shape = {
  key: "",
  properties: {
    ...batchEmbedContentsResponseShape.properties,
    ...embedContentResponseShape.properties,
    ...textEmbeddingResponseShape.properties,
  },
};

/** Vectors in Google's language. */
export const embeddings: EmbeddingOperation = {
  ...defineWhole({
    fates: {
      requestShape: embeddingRequestShape,
      request: requestFates,
      responseShape,
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
