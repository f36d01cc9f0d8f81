import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
  validateCreateCompletionResponse,
  validateCreateEmbeddingResponse,
} from "../../generated/validators/openai.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import { GatewayError } from "../errors.ts";
import type { AnyAnswer } from "./types.ts";

/** What each kind of answer is checked by: its `object`, → the compiled check. */
const checks: Readonly<Record<string, Validator<unknown>>> = {
  "chat.completion": validateCreateChatCompletionResponse,
  "chat.completion.chunk": validateCreateChatCompletionStreamResponse,
  text_completion: validateCreateCompletionResponse,
  list: validateCreateEmbeddingResponse,
};

/** Where our own answer breaks OpenAI's spec, as `/choices/0/message: required`; undefined where it does not. */
export function violationOf(answer: AnyAnswer): string | undefined {
  const validate = checks[answer.object];
  if (validate === undefined) return "/object: enum";
  if (validate(answer)) return undefined;
  const error = validate.errors?.[0];
  // Places by name, not by number: one kind of violation is one line in the log.
  return `${error?.instancePath.replace(/\/\d+/g, "/*") ?? ""}: ${error?.keyword ?? "invalid"}`;
}

/** What is done about answers that break the spec: a model's `conformance` in routes.yaml. */
export type Conformance = "off" | "observe" | "enforce";

/** Checks an answer before it leaves. Fails: throws `upstream_invalid_response` under `enforce`. */
export type Conform<About> = (answer: AnyAnswer, conformance: Conformance, about: About) => void;

/** Who hears of violations. */
export interface ConformanceListener<About> {
  /** Of each one; `pointer` names a place, its indexes read `*`. */
  readonly onViolation: (pointer: string, about: About) => void;
  /** Of each kind once. */
  readonly onNewKind: (violation: string, about: About) => void;
}

/** Makes the check; it remembers which kinds of violations it has told of. */
export function createConform<About>({ onViolation, onNewKind }: ConformanceListener<About>): Conform<About> {
  const known = new Set<string>();
  return (answer, conformance, about) => {
    if (conformance === "off") return;
    const violation = violationOf(answer);
    if (violation === undefined) return;
    onViolation(violation.slice(0, violation.lastIndexOf(": ")), about);
    if (!known.has(violation) && known.size < maxKinds) {
      known.add(violation);
      onNewKind(violation, about);
    }
    if (conformance === "enforce") {
      throw new GatewayError("upstream_invalid_response", "The answer does not conform to the API's specification.", {
        cause: violation,
      });
    }
  };
}

/** Kinds that are remembered; more than that and the log has heard enough. */
const maxKinds = 1000;
