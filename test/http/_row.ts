import { says } from "../_setup.ts";
import type { Ask } from "./_ask.ts";

/** What openai-surface.md asks for, section by section; `rule` is what its table calls the matter. */
export interface Row {
  readonly section: "1" | "2" | "3" | "4" | "7" | "9";
  readonly rule: string;
  readonly ask: Ask;
  readonly routes?: string;
  readonly script?: string;
  readonly status: number;
  /** Names with what they say; null where the header must not be there. */
  readonly headers?: Readonly<Record<string, string | RegExp | null>>;
  /** Members the body must have. */
  readonly body?: object;
  readonly text?: string;
}

export const body: object = { model: "test-model", ...says("hi") };
export const streamed: object = { ...body, stream: true };
export const path = "/v1/chat/completions";
export const completion = { object: "chat.completion", model: "test-model" };
export const keys = 'keys: [{ name: alice, key: "${KEY}" }]';
export const get = (where: string, headers: Ask["headers"] = {}): Ask => ({
  method: "GET",
  path: where,
  headers: { "content-type": undefined, ...headers },
});
export const head = (where: string): Ask => ({ ...get(where), method: "HEAD" });
export const post = (where: string, headers: Ask["headers"] = {}): Ask => ({ path: where, body, headers });
export const refusal = (message: string, code: string | null = null, param: string | null = null): object => ({
  error: { message, type: "invalid_request_error", param, code },
});

export const named = `
models:
  test-model: vertex/gemini-2.5-flash
  google/gemini-2.5-pro: vertex/gemini-2.5-pro
  vertex/claude@20250929: vertex/gemini-2.5-flash
  "llama3:8b": vertex/gemini-2.5-flash
  "open/*": vertex/gemini-2.5-flash
aliases: { gpt-4o: test-model }
`;

/** A model that refuses what it cannot honour. */
export const refusing = "models: { test-model: { deployments: [vertex/gemini-2.5-flash], unsupported: refuse } }";
