import type {
  CohereEmbedResponseField,
  TitanTextEmbeddingResponseField,
} from "../../../../generated/fields/bedrock.ts";
import { type Fates, ignored, mapped, type Under } from "../../fates.ts";

/** Places of an answer that are dropped whole; what is below them goes with them. */
type Dropped = "embeddingsByType" | "images";

type ResponseField = TitanTextEmbeddingResponseField | CohereEmbedResponseField;

const vectors = mapped("data.**");
const unasked = ignored("floats alone were asked for");
const form = ignored("the vectors' own form says it");

/**
 * What becomes of each field of an answer, whichever model it is of. Paths name places of OpenAI's list of vectors;
 * `changes` is what the client is told in x-specgate-changes.
 */
export const responseFates: Fates<Exclude<ResponseField, Under<Dropped>>> = {
  embedding: vectors,
  embeddingsByType: unasked,
  inputTextTokenCount: mapped("usage.prompt_tokens", "usage.total_tokens", "changes.**"),
  id: ignored("a list of vectors has no id"),
  response_type: form,
  "response_type=embeddings_floats": form,
  "response_type=embeddings_by_type": form,
  embeddings: vectors,
  "embeddings.float": vectors,
  "embeddings.int8": unasked,
  "embeddings.uint8": unasked,
  "embeddings.binary": unasked,
  "embeddings.ubinary": unasked,
  texts: ignored("the client knows its texts"),
  images: ignored("no picture was sent"),
};
