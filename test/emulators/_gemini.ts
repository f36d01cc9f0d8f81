import { GoogleGenAI } from "@google/genai";
import { onTestFinished } from "vitest";
import {
  validateBatchEmbedContentsResponse,
  validateCountTokensResponse,
  validateEmbedContentResponse,
  validateErrorResponse,
  validateGenerateContentResponse,
} from "../../generated/validators/gemini.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import { type GeminiEmulator, type GeminiEmulatorOptions, startGeminiEmulator } from "../../src/emulators/gemini.ts";
import { parseScript } from "../../src/emulators/script.ts";

/** An emulator with a script, gone when the test is. */
export async function emulate(script = "answers: []", options: GeminiEmulatorOptions = {}): Promise<GeminiEmulator> {
  const emulator = await startGeminiEmulator({ ...options, script: parseScript(script) });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Google's own SDK in the mode of the Developer API. */
export const clientOf = ({ url }: GeminiEmulator, apiKey = "test-key"): GoogleGenAI =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });

export interface PostOptions {
  readonly model?: string;
  readonly call?: Call;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

export interface Posted {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

type Call = "generateContent" | "streamGenerateContent" | "countTokens" | "embedContent" | "batchEmbedContents";

const validators: Readonly<Record<Call, Validator<unknown>>> = {
  generateContent: validateGenerateContentResponse,
  streamGenerateContent: validateGenerateContentResponse,
  countTokens: validateCountTokensResponse,
  embedContent: validateEmbedContentResponse,
  batchEmbedContents: validateBatchEmbedContentsResponse,
};

/** A request without the SDK, which would mend some of what is wrong. Answers are held against the spec. */
export async function post({ url }: GeminiEmulator, body: unknown, options: PostOptions = {}): Promise<Posted> {
  const { model = "gemini-2.5-flash", call = "generateContent", headers = { "x-goog-api-key": "k" } } = options;
  const response = await fetch(url + (options.path ?? `/v1beta/models/${model}:${call}`), {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const parsed: unknown = isJson ? JSON.parse(text) : undefined;
  const validate: Validator<unknown> = response.ok ? validators[call] : validateErrorResponse;
  for (const one of [parsed].flat()) {
    if (one !== undefined && !validate(one)) throw new Error(`${JSON.stringify(validate.errors)} in ${text}`);
  }
  return { status: response.status, body: parsed, text, headers: response.headers };
}

/** A conversation of one user text. */
export const says = (text: string): { contents: unknown[] } => ({ contents: [{ role: "user", parts: [{ text }] }] });
