import OpenAI from "openai";
import { onTestFinished } from "vitest";
import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
  validateCreateCompletionResponse,
  validateErrorResponse,
  validateListModelsResponse,
  validateModel,
} from "../../generated/validators/openai.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import { type OpenAIEmulator, type OpenAIEmulatorOptions, startOpenAIEmulator } from "../../src/emulators/openai.ts";
import { parseScript } from "../../src/emulators/script.ts";
import { failureOf } from "../_promises.ts";

export type Json = Record<string, unknown>;

/** An emulator with a script, gone when the test is. */
export async function emulate(
  script = "answers: []",
  options: Omit<OpenAIEmulatorOptions, "script"> = {},
): Promise<OpenAIEmulator> {
  const emulator = await startOpenAIEmulator({ ...options, script: parseScript(script) });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** OpenAI's own SDK, which retries nothing. */
export const clientOf = ({ url }: { readonly url: string }, apiKey = "test-key"): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });

export interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body; undefined where it is none. */
  readonly body: unknown;
}

/** A request without the SDK, which would mend some of what is wrong. */
export async function post(
  emulator: OpenAIEmulator,
  body: unknown,
  path = "/v1/chat/completions",
  headers: Record<string, string> = {},
): Promise<Posted> {
  const response = await fetch(emulator.url + path, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return posted(response);
}

export async function posted(response: Response): Promise<Posted> {
  const text = await response.text();
  const { status, headers } = response;
  const json = headers.get("content-type")?.startsWith("application/json") === true;
  return { status, headers, text, body: json ? JSON.parse(text) : undefined };
}

/** The data of a stream's events, pings and `[DONE]` left out; every event held against the spec where `exact` says so. */
export function eventsIn(text: string, exact = false): Json[] {
  const events = text
    .split(/\r?\n\r?\n/)
    .filter((frame) => !frame.startsWith("event: ping"))
    .flatMap((frame) => /^data: ?(.*)$/m.exec(frame)?.[1] ?? [])
    .filter((data) => data !== "[DONE]")
    .map((data): Json => JSON.parse(data));
  if (exact) for (const event of events) mustBeValid(event);
  return events;
}

const validators: Readonly<Record<string, Validator<unknown>>> = {
  "chat.completion": validateCreateChatCompletionResponse,
  "chat.completion.chunk": validateCreateChatCompletionStreamResponse,
  text_completion: validateCreateCompletionResponse,
  list: validateListModelsResponse,
  model: validateModel,
};

/** Fails when an answer of OpenAI itself is not what the spec says. */
export function mustBeValid(value: unknown): void {
  const object: unknown = typeof value === "object" && value !== null && "object" in value ? value.object : undefined;
  const validate = validators[String(object)] ?? validateErrorResponse;
  if (!validate(value)) throw new Error(`${JSON.stringify(validate.errors)} in ${JSON.stringify(value)}`);
}

/** A conversation of one user text. */
export const says = (text: string, more: object = {}): Json => ({
  model: "gpt-4o",
  messages: [{ role: "user", content: text }],
  ...more,
});

interface Tool {
  readonly [member: string]: unknown;
  readonly type: "function";
  readonly function: { readonly name: string; readonly description: string; readonly parameters: Json };
}

export const weather: Tool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
      required: ["city"],
    },
  },
};

/** The failure of a call of the SDK, with what the server said. */
export async function apiError(promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const error = await failureOf(promise);
  if (!(error instanceof OpenAI.APIError)) throw error;
  return error;
}
