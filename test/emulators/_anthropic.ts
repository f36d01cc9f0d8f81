import Anthropic, { APIError } from "@anthropic-ai/sdk";
import { onTestFinished } from "vitest";
import {
  validateErrorResponse,
  validateListModelsResponse,
  validateMessage,
  validateMessageStreamEvent,
  validateMessageTokensCount,
} from "../../generated/validators/anthropic.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import {
  type AnthropicEmulator,
  type AnthropicEmulatorOptions,
  startAnthropicEmulator,
} from "../../src/emulators/anthropic.ts";
import { parseScript } from "../../src/emulators/script.ts";
import { failureOf } from "../_promises.ts";

/** An emulator with a script, gone when the test is. */
export async function emulate(
  script = "answers: []",
  options: AnthropicEmulatorOptions = {},
): Promise<AnthropicEmulator> {
  const emulator = await startAnthropicEmulator({ ...options, script: parseScript(script) });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Anthropic's own SDK. It speaks the newer version of the API unless told otherwise. */
export const clientOf = ({ url }: Pick<AnthropicEmulator, "url">, version?: string): Anthropic =>
  new Anthropic({
    apiKey: "test-key",
    baseURL: url,
    maxRetries: 0,
    logLevel: "off",
    ...(version !== undefined && { defaultHeaders: { "anthropic-version": version } }),
  });

export interface PostOptions {
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

export interface Posted {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

/** The headers of a client that is let in, and speaks the long-lived version. */
export const usual: Record<string, string> = { "x-api-key": "k", "anthropic-version": "2023-06-01" };

const validators: readonly (readonly [RegExp, Validator<unknown>])[] = [
  [/count[_-]tokens/, validateMessageTokensCount],
  [/\/v1\/models\b(?!\/)/, validateListModelsResponse],
  [/./, validateMessage],
];

/** A request without the SDK, which would not send some of what is wrong. Answers are held against the spec. */
export async function post(
  { url }: Pick<AnthropicEmulator, "url">,
  body: unknown,
  options: PostOptions = {},
): Promise<Posted> {
  const { path = "/v1/messages", headers = usual } = options;
  const response = await fetch(url + path, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const parsed: unknown = isJson ? JSON.parse(text) : undefined;
  const isGoogles = response.headers.get("content-type")?.includes("UTF-8") === true;
  const validate = response.ok ? validators.find(([pattern]) => pattern.test(path))?.[1] : validateErrorResponse;
  if (parsed !== undefined && !isGoogles && validate?.(parsed) !== true) {
    throw new Error(`${JSON.stringify(validate?.errors)} in ${text}`);
  }
  return { status: response.status, body: parsed, text, headers: response.headers };
}

/** The events of a stream by name and data, each held against the spec. */
export function eventsIn(text: string): { readonly event: string; readonly data: unknown }[] {
  return text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => {
      const [, event = "", json = ""] = /^event: (.*)\ndata: (.*)$/s.exec(frame) ?? [];
      const data: unknown = JSON.parse(json);
      if (!validateMessageStreamEvent(data)) {
        throw new Error(`${JSON.stringify(validateMessageStreamEvent.errors)} in ${frame}`);
      }
      return { event, data };
    });
}

/** A conversation of one text, with further members. */
export const ask = (text: string, more: object = {}): Anthropic.MessageCreateParamsNonStreaming => ({
  model: "claude-haiku-4-5",
  max_tokens: 1000,
  messages: [{ role: "user", content: text }],
  ...more,
});

/** The failure of a call of Anthropic's SDK, with what the server said. */
export async function apiError(promise: Promise<unknown>): Promise<APIError> {
  const error = await failureOf(promise);
  if (!(error instanceof APIError)) throw error;
  return error;
}
