import type { GatewayError } from "../../../errors.ts";
import type { UpstreamFailure } from "../../dialect.ts";
import { toConverseError } from "../errors.ts";

/** What the makers of models call the members of their forms. */
const subjects: readonly (readonly [RegExp, string])[] = [
  [/\bdimensions\b|output_?dimension|outputEmbeddingLength/i, "dimensions"],
  [/\binput_type\b/, "input_type"],
  [/\btruncate\b/, "truncate"],
  [/\binputText\b|\btexts\b|\btoo many tokens\b|\btext\b/i, "input"],
];

/** What there is, and what may be, as far as it was told. */
const lengths = /length is (\d+) tokens\..* resulted in (\d+) tokens/;

/** An answer outside 2xx as an error of ours, in words for vectors: there are no messages. */
export function toEmbeddingError(failure: UpstreamFailure, requested: string): GatewayError {
  const error = toConverseError(failure, requested, () => undefined);
  if (error.status !== 400) return error;
  if (error.errorName === "context_length_exceeded") {
    const [, most, sent = "more"] = lengths.exec(error.message) ?? [];
    const length = most === undefined ? "exceeded:" : `${most} tokens, however`;
    const message = `This model's maximum context length is ${length} 'input' has ${sent} tokens. Please reduce its length.`;
    return error.with({ param: "input", message });
  }
  const about = subjects.find(([said]) => said.test(error.message))?.[1];
  return about === undefined ? error : error.with({ param: about, message: error.message });
}
