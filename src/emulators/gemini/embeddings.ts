import type { components as Closed } from "../../../generated/types/gemini.closed.ts";
import type { components as Exact } from "../../../generated/types/gemini.exact.ts";
import {
  validateBatchEmbedContentsRequest,
  validateEmbedContentRequest,
} from "../../../generated/validators/gemini.closed.mjs";
import type { ValidationError } from "../../../generated/validators/validator.ts";
import { parseJson } from "../json.ts";
import { plainPrompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { shortenedVectorOf, vectorOf } from "../vectors.ts";
import { fieldPath, type Place } from "../vertex/place.ts";
import { readAs } from "../vertex/read.ts";
import { badRequest, fromFailure, invalidArgument, type Refusal, refusal } from "../vertex/refusals.ts";
import { type Director, respondRefused } from "../vertex/respond.ts";
import type { Reply } from "../write.ts";
import { developerSurface } from "./surface.ts";
import { ownTexts, texts } from "./texts.ts";

type EmbedContentRequest = Closed["schemas"]["EmbedContentRequest"];
type EmbedContentResponse = Exact["schemas"]["EmbedContentResponse"];
type BatchEmbedContentsResponse = Exact["schemas"]["BatchEmbedContentsResponse"];

/** A request for vectors whose path and credential are fine. */
export interface EmbeddingCall {
  readonly text: string;
  readonly model: string;
  readonly batch: boolean;
}

const maxBatch = 100;
const native = 3072;

/** Models that make vectors. */
export const isEmbedder = (model: string): boolean => /embedding/.test(model);

/** Reads and checks a request for vectors, then finds its answer. A script never hides a bad request. */
export function respondEmbeddings(call: EmbeddingCall, director: Director): Reply {
  const whole = { stream: undefined };
  const read = readRequests(call);
  if ("refusal" in read) return respondRefused(read.refusal, whole);
  const { requests } = read;
  const refused = problemIn(requests, call);
  if (refused !== undefined) return respondRefused(invalidArgument(refused), whole);
  const answer = director.pick(plainPrompt(call.model, requests.map(textOf).join(" ")));
  if (answer === undefined && director.otherwise === "fail") {
    return respondRefused(refusal(500, texts.noAnswer()), whole);
  }
  if (answer?.error !== undefined) return respondRefused(fromFailure(answer.error), whole, answer);
  return send(requests, call, answer ?? {});
}

type Requests = { readonly requests: readonly EmbedContentRequest[] } | { readonly refusal: Refusal };

function readRequests({ text, batch }: EmbeddingCall): Requests {
  const body = parseJson(text);
  if (body === undefined) return { refusal: badRequest([{ field: "", description: texts.noJson() }]) };
  if (batch) {
    const read = readAs(body, { ...grammar, validate: validateBatchEmbedContentsRequest });
    return "refusal" in read ? read : { requests: read.request.requests };
  }
  const read = readAs(body, { ...grammar, validate: validateEmbedContentRequest });
  return "refusal" in read ? read : { requests: [read.request] };
}

const grammar = {
  types: developerSurface.types,
  missing: ({ params }: ValidationError, { root, path }: Place): Refusal => {
    const field = fieldPath(root, [...path, String(params["missingProperty"])]);
    return invalidArgument(field === "requests" ? ownTexts.noRequests() : ownTexts.noContent(field));
  },
};

function problemIn(requests: readonly EmbedContentRequest[], { model, batch }: EmbeddingCall): string | undefined {
  if (requests.length === 0) return ownTexts.noRequests();
  if (requests.length > maxBatch) return ownTexts.manyRequests(maxBatch);
  for (const [index, request] of requests.entries()) {
    const text = problemOf(
      request,
      model,
      batch ? `BatchEmbedContentsRequest.requests[${index}].` : "EmbedContentRequest.",
    );
    if (text !== undefined) return text;
  }
  return undefined;
}

function problemOf(request: EmbedContentRequest, model: string, at: string): string | undefined {
  const { model: named, title, taskType, outputDimensionality: length = native } = request;
  // A batch names the model in each request again; the path says it where there is one request alone.
  const isOther = named === undefined ? at.startsWith("Batch") : named !== `models/${model}`;
  if (isOther) return ownTexts.otherModel(at);
  if (textOf(request) === "") return ownTexts.emptyContent(at);
  if (title !== undefined && taskType !== "RETRIEVAL_DOCUMENT") return ownTexts.title(at);
  return length >= 1 && length <= native ? undefined : ownTexts.dimensions(length, native);
}

const textOf = ({ content }: EmbedContentRequest): string =>
  (content.parts ?? []).map(({ text = "", inlineData }) => text + (inlineData?.data ?? "")).join("\n");

function send(requests: readonly EmbedContentRequest[], { model, batch }: EmbeddingCall, answer: Answer): Reply {
  if (answer.raw !== undefined) {
    const { status = 200, type = "text/html; charset=UTF-8", body } = answer.raw;
    return { status, headers: { "content-type": type }, frames: [body], faults: answer };
  }
  const embeddings = requests.map((request) => ({ values: valuesOf(request, model) }));
  const [embedding = { values: [] }] = embeddings;
  const made: EmbedContentResponse | BatchEmbedContentsResponse = batch ? { embeddings } : { embedding };
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return { status: 200, headers, frames: [JSON.stringify(answer.events?.[0] ?? made)], faults: answer };
}

/** The first model's shortened vectors are beginnings of longer ones; its successors bring them to length one. */
function valuesOf(request: EmbedContentRequest, model: string): number[] {
  const { outputDimensionality: wanted = native } = request;
  const text = textOf(request);
  return [...(/embedding-001$/.test(model) ? shortenedVectorOf(text, native, wanted) : vectorOf(text, wanted))];
}
