import { expect } from "vitest";
import type { UpstreamFailure } from "../../../src/dialects/dialect.ts";
import { toOpenAIError } from "../../../src/dialects/openai/errors.ts";
import { type ErrorName, errorTable, type GatewayError } from "../../../src/errors.ts";

/** A server's body: an object as JSON, a text as it is. */
export type Body = object | string;

/** What a client sees of it; members that are left out are null or, of the message, not looked at. */
export interface Want {
  readonly error: ErrorName;
  readonly message?: string;
  readonly param?: string;
  /** Where it is not the table's. */
  readonly code?: string;
  readonly retryAfterMs?: number;
}

/** The error that a server's answer is. */
export const errorOf = (status: number, body: Body, headers: UpstreamFailure["headers"] = {}): GatewayError =>
  toOpenAIError({ status, headers, text: typeof body === "string" ? body : JSON.stringify(body) }, "asked");

export function expectError(error: GatewayError, want: Want): void {
  const [status, type, code] = errorTable[want.error];
  expect(error).toMatchObject({ errorName: want.error, status });
  expect(error.toEnvelope().error).toEqual({
    message: want.message ?? expect.any(String),
    type,
    param: want.param ?? null,
    code: want.code ?? code,
  });
  expect(error.retryAfterMs).toBe(want.retryAfterMs);
}

/** A body as OpenAI gives it. */
export const openai = (
  message: string,
  code: string | null = null,
  param: string | null = null,
  type = "invalid_request_error",
): object => ({ error: { message, type, param, code } });

/** The status in the body as a number, as vLLM, OpenRouter and llama.cpp have it. */
export const numbered = (code: number, message: string, more: object = {}): object => ({
  error: { code, message, ...more },
});
