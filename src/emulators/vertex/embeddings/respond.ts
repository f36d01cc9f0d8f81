import { parseJson } from "../../json.ts";
import { plainPrompt } from "../../prompt.ts";
import type { Answer } from "../../script.ts";
import { countTokens } from "../../text.ts";
import { shortenedVectorOf, vectorOf } from "../../vectors.ts";
import type { Reply } from "../../write.ts";
import { badRequest, fromFailure, invalidArgument, type Refusal, refusal } from "../refusals.ts";
import { type Director, respondRefused } from "../respond.ts";
import { texts as usualTexts } from "../texts.ts";
import type { EmbedContentResponse, TextEmbeddingResponse } from "../types.ts";
import { type EmbeddingFamily, maxTokensPerCall } from "./families.ts";
import { type Asked, readContent, readPrediction } from "./read.ts";
import { texts } from "./texts.ts";

/** A request for vectors whose path and credential are fine. */
export interface EmbeddingCall {
  readonly text: string;
  readonly model: string;
  readonly call: EmbeddingFamily["call"];
  readonly family: EmbeddingFamily;
  /** It is never streamed. */
  readonly stream: undefined;
}

/** Reads and checks a request for vectors, then finds its answer. A script never hides a bad request. */
export function respondEmbeddings(call: EmbeddingCall, director: Director): Reply {
  if (call.call !== call.family.call) {
    return respondRefused(invalidArgument(texts.otherCall(call.model, call.call)), call);
  }
  const body = parseJson(call.text);
  if (body === undefined) return respondRefused(badRequest([{ field: "", description: usualTexts.noJson() }]), call);
  const read = call.call === "predict" ? readPrediction(body) : readContent(body);
  if ("refusal" in read) return respondRefused(read.refusal, call);
  const { asked } = read;
  const refused = problemIn(asked, call.family);
  if (refused !== undefined) return respondRefused(refused, call);
  const answer = director.pick(plainPrompt(call.model, asked.texts.join(" ")));
  if (answer === undefined && director.otherwise === "fail") {
    return respondRefused(refusal(500, usualTexts.noAnswer()), call);
  }
  return answerWith(asked, call, answer ?? {});
}

function answerWith(asked: Asked, call: EmbeddingCall, answer: Answer): Reply {
  if (answer.error !== undefined) return respondRefused(fromFailure(answer.error), call, answer);
  if (answer.raw !== undefined) {
    const { status = 200, type = "text/html; charset=UTF-8", body } = answer.raw;
    return { status, headers: { "content-type": type }, frames: [body], faults: answer };
  }
  const made = call.call === "predict" ? predictions(asked, call.family, answer) : content(asked, call.family, answer);
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return { status: 200, headers, frames: [JSON.stringify(answer.events?.[0] ?? made)], faults: answer };
}

function problemIn(asked: Asked, { maxInstances, dimensions, maxTokens }: EmbeddingFamily): Refusal | undefined {
  const { length } = asked.texts;
  if (length > maxInstances) return invalidArgument(texts.instances(maxInstances, length));
  if (asked.titles.some((title, at) => title !== undefined && asked.tasks[at] !== "RETRIEVAL_DOCUMENT")) {
    return invalidArgument(texts.title());
  }
  if (asked.dimensions !== undefined && (asked.dimensions < 1 || asked.dimensions > dimensions)) {
    return invalidArgument(texts.dimensions(asked.dimensions, dimensions));
  }
  const counts = asked.texts.map(countTokens);
  const longest = asked.autoTruncate ? undefined : counts.find((count) => count > maxTokens);
  if (longest !== undefined) return invalidArgument(texts.tokens(longest, maxTokens));
  const total = counts.reduce((sum, count) => sum + Math.min(count, maxTokens), 0);
  return total > maxTokensPerCall ? invalidArgument(texts.tokens(total, maxTokensPerCall)) : undefined;
}

/** What became of a text: what it is about, how much of it was read, and whether that was all. */
function embedded(text: string, asked: Asked, { dimensions: native, maxTokens, unitLength }: EmbeddingFamily) {
  const tokens = countTokens(text);
  const { dimensions = native } = asked;
  const seen = tokens > maxTokens ? text.slice(0, maxTokens * 4) : text;
  const vector = unitLength ? vectorOf(seen, dimensions) : shortenedVectorOf(seen, native, dimensions);
  return { values: [...vector], tokens: Math.min(tokens, maxTokens), truncated: tokens > maxTokens };
}

/** A script's count stands for all texts together: the first is said to have all of it. */
function tokensOf(answer: Answer, at: number, counted: number): number {
  if (answer.usage?.input === undefined) return counted;
  return at === 0 ? answer.usage.input : 0;
}

function predictions(asked: Asked, family: EmbeddingFamily, answer: Answer): TextEmbeddingResponse {
  return {
    predictions: asked.texts.map((text, at) => {
      const { values, tokens, truncated } = embedded(text, asked, family);
      return { embeddings: { values, statistics: { token_count: tokensOf(answer, at, tokens), truncated } } };
    }),
    metadata: { billableCharacterCount: asked.texts.join("").replace(/\s/g, "").length },
  };
}

function content(asked: Asked, family: EmbeddingFamily, answer: Answer): EmbedContentResponse {
  const { values, tokens, truncated } = embedded(asked.texts.join("\n"), asked, family);
  const promptTokenCount = tokensOf(answer, 0, tokens);
  return {
    embedding: { values },
    usageMetadata: {
      promptTokenCount,
      totalTokenCount: promptTokenCount,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokenCount }],
    },
    truncated,
  };
}
