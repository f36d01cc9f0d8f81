import type { GatewayError } from "../../../errors.ts";
import type { UpstreamFailure } from "../../dialect.ts";
import { toGeminiError, tooLong } from "../errors.ts";

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
  if (error.errorName === "context_length_exceeded") {
    const [, sent = "more", most] = tooLong.exec(failure.text) ?? [];
    const length = most === undefined ? "exceeded:" : `${most} tokens, however`;
    const message = `This model's maximum context length is ${length} 'input' has ${sent} tokens. Please reduce its length.`;
    return error.with({ param: "input", message });
  }
  return dimensions.test(failure.text) ? error.with({ param: "dimensions", message: error.message }) : error;
}
