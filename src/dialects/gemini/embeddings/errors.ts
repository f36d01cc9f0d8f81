import { GatewayError } from "../../../errors.ts";
import type { UpstreamFailure } from "../../dialect.ts";
import { toGeminiError } from "../errors.ts";

/** How Google says that a text, or all texts of a call, are too long, and how long they may be. */
const tooLong: readonly RegExp[] = [
  /input token count is (\d+) but the model supports up to (\d+)/i,
  /input token count \((\d+)\) exceeds the maximum number of tokens allowed \((\d+)\)/i,
];

/** What Google calls the length of a vector. */
const dimensions = /output_?dimensionality/i;

/**
 * An answer outside 2xx as an error of ours, in words for vectors: Google speaks of tokens and of its own fields, the
 * client of `input` and `dimensions`.
 *
 * @see reference: openai-chat-to-gemini §§12, 13
 */
export function toEmbeddingError(failure: UpstreamFailure, requested: string): GatewayError {
  const error = toGeminiError(failure, requested);
  if (error.status !== 400) return error;
  for (const pattern of tooLong) {
    const [, sent, most] = pattern.exec(failure.text) ?? [];
    if (sent === undefined) continue;
    const message = `This model's maximum context length is ${most} tokens, however 'input' has ${sent} tokens. Please reduce its length.`;
    return new GatewayError("context_length_exceeded", message, { param: "input", cause: error.cause });
  }
  return dimensions.test(failure.text) ? error.with({ param: "dimensions", message: error.message }) : error;
}
