import { validateBatchEmbedContentsResponse } from "../../../../generated/validators/gemini.tolerant.mjs";
import {
  validateEmbedContentResponse,
  validateTextEmbeddingResponse,
} from "../../../../generated/validators/vertex.tolerant.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Change, Embedding, EmbeddingAnswer } from "../../../operations/types.ts";
import { embeddingUsage, toEmbeddingUsage } from "../../../usage/embedding-usage.ts";
import { estimateTokens, inputsOf } from "../../../usage/inputs.ts";
import { packVector, toUnitLength } from "../../vectors.ts";
import type { EmbeddingContext } from "./request.ts";

/** A text's vector, however its call says it. */
interface Vector {
  readonly values: readonly number[];
  readonly truncated: boolean;
}

/** What an answer says. Undefined counts were not told. */
interface Read {
  readonly vectors: readonly Vector[];
  readonly tokens: number | undefined;
}

/**
 * Google's vectors as OpenAI's list: of length one where they were shortened, packed where the client wants them so.
 * Counts that no answer told are estimated, and said to be.
 *
 * Fails, as a value: more or fewer vectors than texts, or none.
 *
 * @see reference: openai-chat-to-gemini §13
 */
export function fromEmbeddingBody(body: unknown, context: EmbeddingContext): EmbeddingAnswer | GatewayError {
  const read = readBody(body, context);
  const texts = inputsOf(context.input);
  if (read === undefined || read.vectors.length !== texts.length) return unusable();
  if (read.vectors.some(({ values }) => values.length === 0)) return unusable();
  const usage =
    read.tokens === undefined
      ? embeddingUsage(estimateTokens(context.input), "estimated")
      : embeddingUsage(read.tokens);
  const { facts } = context;
  return {
    body: {
      object: "list",
      data: read.vectors.map((vector, index) => toEmbedding(vector, index, context)),
      model: facts.responseModel ?? facts.upstreamModel,
      usage: toEmbeddingUsage(usage),
    },
    usage,
    changes: changesOf(read, Array.isArray(context.input)),
  };
}

function unusable(): GatewayError {
  return new GatewayError("upstream_invalid_response", "The upstream's answer does not hold a vector for each text.");
}

function readBody(body: unknown, { form }: EmbeddingContext): Read | undefined {
  switch (form) {
    case "predict":
      return readPredictions(body);
    case "embedContent":
      return readContent(body);
    case "batchEmbedContents":
      return readBatch(body);
    default:
      return form satisfies never;
  }
}

function readPredictions(body: unknown): Read | undefined {
  if (!validateTextEmbeddingResponse(body)) return undefined;
  const found = (body.predictions ?? []).map((one) => one?.embeddings);
  const counts = found.map((one) => one?.statistics?.token_count);
  return {
    vectors: found.map((one) => ({ values: one?.values ?? [], truncated: one?.statistics?.truncated === true })),
    tokens: counts.every((count) => count != null)
      ? counts.reduce<number>((sum, one) => sum + (one ?? 0), 0)
      : undefined,
  };
}

function readContent(body: unknown): Read | undefined {
  if (!validateEmbedContentResponse(body)) return undefined;
  const { embedding, usageMetadata, truncated } = body;
  return {
    vectors: [{ values: embedding?.values ?? [], truncated: truncated === true }],
    tokens: usageMetadata?.promptTokenCount ?? undefined,
  };
}

function readBatch(body: unknown): Read | undefined {
  if (!validateBatchEmbedContentsResponse(body)) return undefined;
  return {
    vectors: (body.embeddings ?? []).map((one) => ({ values: one?.values ?? [], truncated: false })),
    tokens: body.usageMetadata?.promptTokenCount ?? undefined,
  };
}

function toEmbedding({ values }: Vector, index: number, { isShortened, isPacked }: EmbeddingContext): Embedding {
  const vector = isShortened ? toUnitLength(values) : values;
  return { object: "embedding", index, embedding: isPacked ? packVector(vector) : [...vector] };
}

function changesOf({ vectors, tokens }: Read, isList: boolean): readonly Change[] {
  const cut = vectors.flatMap(({ truncated }, at): readonly Change[] =>
    truncated ? [{ verb: "truncated", path: isList ? `input[${at}]` : "input" }] : [],
  );
  return tokens === undefined ? [...cut, { verb: "estimated", path: "usage" }] : cut;
}
