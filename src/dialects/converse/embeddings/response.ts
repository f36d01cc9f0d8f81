import {
  validateCohereEmbedResponse,
  validateTitanTextEmbeddingResponse,
} from "../../../../generated/validators/bedrock.tolerant.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Change, EmbeddingAnswer } from "../../../operations/types.ts";
import { embeddingUsage, toEmbeddingUsage } from "../../../usage/embedding-usage.ts";
import { estimateTokens, inputsOf } from "../../../usage/inputs.ts";
import type { AnswerHeaders } from "../../dialect.ts";
import { packVector } from "../../vectors.ts";
import type { EmbeddingContext } from "./request.ts";

type Vector = readonly number[];

/** What an answer says. Undefined counts were not told. */
interface Read {
  readonly vectors: readonly Vector[];
  readonly tokens: number | undefined;
}

/** Bedrock counts the tokens of every call there, whatever the model's own form says. */
const countHeader = "x-amzn-bedrock-input-token-count";

/**
 * Vectors of Titan and of Cohere as OpenAI's list, packed where the client wants them so. Counts that no answer told are
 * estimated, and said to be.
 *
 * Fails, as a value: more or fewer vectors than texts, or none.
 */
export function fromEmbeddingBody(
  body: unknown,
  context: EmbeddingContext,
  _text: string,
  headers: AnswerHeaders = {},
): EmbeddingAnswer | GatewayError {
  const read = context.form.startsWith("titan") ? readTitan(body) : readCohere(body);
  const texts = inputsOf(context.input);
  if (read === undefined || read.vectors.length !== texts.length) return unusable();
  if (read.vectors.some((vector) => vector.length === 0)) return unusable();
  const tokens = read.tokens ?? countIn(headers);
  const usage = embeddingUsage(tokens ?? estimateTokens(context.input));
  const { facts, isPacked } = context;
  return {
    body: {
      object: "list",
      data: read.vectors.map((vector, index) => ({
        object: "embedding",
        index,
        embedding: isPacked ? packVector(vector) : [...vector],
      })),
      model: facts.responseModel ?? facts.upstreamModel,
      usage: toEmbeddingUsage(usage),
    },
    usage,
    changes: tokens === undefined ? estimated : [],
  };
}

const estimated: readonly Change[] = [{ verb: "estimated", path: "usage" }];

function unusable(): GatewayError {
  return new GatewayError("upstream_invalid_response", "The upstream's answer does not hold a vector for each text.");
}

function readTitan(body: unknown): Read | undefined {
  if (!validateTitanTextEmbeddingResponse(body)) return undefined;
  return { vectors: [body.embedding ?? []], tokens: body.inputTextTokenCount ?? undefined };
}

function readCohere(body: unknown): Read | undefined {
  if (!validateCohereEmbedResponse(body)) return undefined;
  const { embeddings } = body;
  const vectors = Array.isArray(embeddings) ? embeddings : (embeddings?.float ?? []);
  return { vectors, tokens: undefined };
}

function countIn(headers: AnswerHeaders): number | undefined {
  const said = headers[countHeader];
  return typeof said === "string" && /^\d+$/.test(said) ? Number(said) : undefined;
}
