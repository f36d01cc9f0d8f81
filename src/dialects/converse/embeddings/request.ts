import { GatewayError } from "../../../errors.ts";
import type { EmbeddingRequest } from "../../../operations/types.ts";
import { inputsOf } from "../../../usage/inputs.ts";
import type { Facts, Translated } from "../../dialect.ts";
import { type EmbedderFacts, type EmbeddingForm, factsOfEmbedder } from "./forms.ts";
import { inputTypeOf, truncationOf } from "./tasks.ts";
import type { CohereRequest, EmbeddingBody, TitanMultimodalRequest, TitanTextRequest } from "./types.ts";

/** What the way back needs to know of the request. */
export interface EmbeddingContext {
  readonly facts: Facts;
  readonly form: EmbeddingForm;
  readonly input: EmbeddingRequest["input"];
  readonly isPacked: boolean;
}

/**
 * A request for vectors in the form its model's maker gave it, for InvokeModel.
 *
 * Shape: {@link EmbeddingRequest} → {@link EmbeddingBody}; pure. Token ids have been made text before, and there are no
 * more texts than one call takes.
 * Fails: `invalid_value` for a length that the model's vectors cannot have, for a use that Cohere does not know.
 */
export function toEmbeddingBody(request: EmbeddingRequest, facts: Facts): Translated<EmbeddingBody, EmbeddingContext> {
  const embedder = factsOfEmbedder(facts);
  const { form } = embedder;
  const texts = inputsOf(request.input).map(String);
  const context = { facts, form, input: request.input, isPacked: request.encoding_format === "base64" };
  return { body: toBody(request, embedder, texts), changes: [], context };
}

function toBody(request: EmbeddingRequest, embedder: EmbedderFacts, texts: string[]): EmbeddingBody {
  const [inputText = ""] = texts;
  const { form } = embedder;
  switch (form) {
    case "titan-v1":
      return { inputText };
    case "titan-v2": {
      const dimensions = lengthOf<NonNullable<TitanTextRequest["dimensions"]>>(request, [1024, 512, 256]);
      return { inputText, ...(dimensions !== undefined && { dimensions }) };
    }
    case "titan-multimodal": {
      const outputEmbeddingLength = lengthOf<MultimodalLength>(request, [1024, 384, 256]);
      return { inputText, ...(outputEmbeddingLength !== undefined && { embeddingConfig: { outputEmbeddingLength } }) };
    }
    case "cohere-v3":
      return toCohere(request, form, texts);
    case "cohere-v4": {
      const length = lengthOf<NonNullable<CohereRequest["output_dimension"]>>(request, [1536, 1024, 512, 256]);
      return { ...toCohere(request, form, texts), ...(length !== undefined && { output_dimension: length }) };
    }
    default:
      return form satisfies never;
  }
}

type MultimodalLength = NonNullable<NonNullable<TitanMultimodalRequest["embeddingConfig"]>["outputEmbeddingLength"]>;

function toCohere(request: EmbeddingRequest, form: EmbeddingForm, texts: string[]): CohereRequest {
  return { texts, input_type: inputTypeOf(request), truncate: truncationOf(request, form) };
}

/** The length that is asked for, as one of those there are. */
function lengthOf<Length extends number>(
  { dimensions }: EmbeddingRequest,
  lengths: readonly Length[],
): Length | undefined {
  if (dimensions == null) return undefined;
  const found = lengths.find((length) => length === dimensions);
  if (found !== undefined) return found;
  const known = lengths.join(", ");
  const message = `Invalid value for 'dimensions': ${dimensions}. This model's vectors have one of these lengths: ${known}.`;
  throw new GatewayError("invalid_value", message, { param: "dimensions" });
}
