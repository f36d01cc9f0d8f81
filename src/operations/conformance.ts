import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
} from "../../generated/validators/openai.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import { GatewayError } from "../errors.ts";
import type { ChatChunk, ChatCompletion } from "./types.ts";

/** Where our own answer breaks OpenAI's spec, as `/choices/0/message: required`; undefined where it does not. */
export function violationOf(answer: ChatCompletion | ChatChunk): string | undefined {
  return answer.object === "chat.completion"
    ? firstError(validateCreateChatCompletionResponse, answer)
    : firstError(validateCreateChatCompletionStreamResponse, answer);
}

function firstError<T>(validate: Validator<T>, answer: unknown): string | undefined {
  if (validate(answer)) return undefined;
  const error = validate.errors?.[0];
  // Places by name, not by number: one kind of violation is one line in the log.
  return `${error?.instancePath.replace(/\/\d+/g, "/*") ?? ""}: ${error?.keyword ?? "invalid"}`;
}

/** What is done about answers that break the spec: a model's `conformance` in routes.yaml. */
export type Conformance = "off" | "observe" | "enforce";

/** Checks an answer before it leaves. Fails: throws `upstream_invalid_response` under `enforce`. */
export type Conform = (answer: ChatCompletion | ChatChunk, conformance: Conformance) => void;

/** `onViolation` hears of each kind of violation once. */
export function createConform(onViolation: (violation: string) => void): Conform {
  const known = new Set<string>();
  return (answer, conformance) => {
    if (conformance === "off") return;
    const violation = violationOf(answer);
    if (violation === undefined) return;
    if (!known.has(violation)) {
      known.add(violation);
      onViolation(violation);
    }
    if (conformance === "enforce") {
      throw new GatewayError("upstream_invalid_response", "The answer does not conform to the API's specification.", {
        cause: violation,
      });
    }
  };
}
