import { expect } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { parseChat } from "../../src/operations/chat.ts";
import { hi } from "./_mend.ts";

/** The error of a body, as the client gets it. */
export function errorOf(body: object): unknown {
  try {
    parseChat(JSON.parse(JSON.stringify({ model: "m", messages: [hi], ...body })), "m");
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    expect(thrown.status).toBe(400);
    return thrown.toEnvelope().error;
  }
  throw new Error("it was not refused");
}

/** The type of every one of these errors. */
export const type = "invalid_request_error";

/** What is sent beside the model and one message, the parameter, and the words of the error. */
export type ErrorRow = readonly [sent: object, param: string, code: string | null, message: string];

export const missing = (sent: object, param: string): ErrorRow => [
  sent,
  param,
  "missing_required_parameter",
  `Missing required parameter: '${param}'.`,
];

export const wrongType = (sent: object, param: string, expected: string, got: string): ErrorRow => [
  sent,
  param,
  "invalid_type",
  `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
];

export const wrongWord = (sent: object, param: string, word: string, words: string): ErrorRow => [
  sent,
  param,
  "invalid_value",
  `Invalid value: '${word}'. Supported values are: ${words}.`,
];

export const above = (
  sent: object,
  param: string,
  kind: "integer" | "decimal",
  limit: number,
  got: number,
): ErrorRow => [
  sent,
  param,
  `${kind}_above_max_value`,
  `Invalid '${param}': ${kind} above maximum value. Expected a value <= ${limit}, but got ${got} instead.`,
];

export const below = (
  sent: object,
  param: string,
  kind: "integer" | "decimal",
  limit: number,
  got: number,
): ErrorRow => [
  sent,
  param,
  `${kind}_below_min_value`,
  `Invalid '${param}': ${kind} below minimum value. Expected a value >= ${limit}, but got ${got} instead.`,
];
