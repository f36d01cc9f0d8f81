import type { EmbeddingRequest } from "../../../operations/types.ts";
import type { Facts, Translated } from "../../dialect.ts";
import { hostFacts } from "../hosts.ts";
import type { Json } from "../json.ts";

/** What the way back needs to know of the request. */
export interface EmbeddingContext {
  readonly facts: Facts;
  readonly input: EmbeddingRequest["input"];
  /** The form the client wants its vectors in; a word that is neither of OpenAI's is the server's matter. */
  readonly format: string;
}

/**
 * A request for vectors in the words of one server.
 *
 * Shape: {@link EmbeddingRequest} → the same operation of the upstream; pure.
 */
export function toEmbeddingBody(request: EmbeddingRequest, facts: Facts): Translated<Json, EmbeddingContext> {
  const { lacks, dimensions } = hostFacts(facts.host);
  const body: Json = { ...request, model: facts.upstreamModel };
  for (const name in body) if (lacks.embeddings.has(name)) delete body[name];
  if (dimensions !== "dimensions" && "dimensions" in body) {
    body[dimensions] = body["dimensions"];
    delete body["dimensions"];
  }
  const format = request.encoding_format ?? "float";
  return { body, changes: [], context: { facts, input: request.input, format } };
}
