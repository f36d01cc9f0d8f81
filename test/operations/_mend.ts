import { expect } from "vitest";
import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { mendChat } from "../../src/operations/lenient/mend-chat.ts";

/** One thing that clients send, and what becomes of it. */
export interface Row {
  readonly name: string;
  /** Beside the model. */
  readonly given: object;
  /** Beside the model. */
  readonly wanted: object;
}

export const hi = { role: "user", content: "hi" } as const;

/** Mends a body as it comes from the wire, and holds the outcome to what holds of every mended body. */
export function mend(given: object): unknown {
  // Each object stands in a body once, as after parsing.
  const sent = structuredClone({ model: "m", ...given });
  const { body } = mendChat(sent);
  expect(sent, "the input must be unchanged").toEqual({ model: "m", ...given });
  expect(mendChat(body).body, "mending again must change nothing").toBe(body);
  const checked: unknown = body;
  const valid = validateCreateChatCompletionRequest(checked);
  expect(valid, JSON.stringify(validateCreateChatCompletionRequest.errors)).toBe(true);
  return body;
}
