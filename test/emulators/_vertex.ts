import { createRequire } from "node:module";
import { ApiError, GoogleGenAI, type GoogleGenAIOptions } from "@google/genai";
import { onTestFinished } from "vitest";
import { validateErrorResponse, validateGenerateContentResponse } from "../../generated/validators/vertex.exact.mjs";
import { parseScript } from "../../src/emulators/script.ts";
import { startVertexEmulator, type VertexEmulator, type VertexEmulatorOptions } from "../../src/emulators/vertex.ts";
import { failureOf } from "../_promises.ts";

/** An emulator with a script, gone when the test is. */
export async function emulate(script = "answers: []", options: VertexEmulatorOptions = {}): Promise<VertexEmulator> {
  const emulator = await startVertexEmulator({ ...options, script: parseScript(script) });
  onTestFinished(() => emulator.close());
  return emulator;
}

type AuthClient = NonNullable<NonNullable<GoogleGenAIOptions["googleAuthOptions"]>["authClient"]>;

/** The SDK's own copy of Google's library; the client of another version would not fit its types. */
const googleAuth: { OAuth2Client: new () => AuthClient } = createRequire(
  createRequire(import.meta.url).resolve("@google/genai"),
)("google-auth-library");

/** Google's own SDK in Vertex mode, with a token and without the network. */
export function clientOf({ url }: VertexEmulator, token = "test-token"): GoogleGenAI {
  const authClient = new googleAuth.OAuth2Client();
  authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
  return new GoogleGenAI({
    vertexai: true,
    project: "demo",
    location: "us-central1",
    httpOptions: { baseUrl: url },
    googleAuthOptions: { authClient },
  });
}

export interface PostOptions {
  readonly model?: string;
  readonly stream?: boolean;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

export interface Posted {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

const authorized = { authorization: "Bearer t" };

/** A request without the SDK, which would mend some of what is wrong. Answers are held against the spec. */
export async function post(emulator: VertexEmulator, body: unknown, options: PostOptions = {}): Promise<Posted> {
  const { model = "gemini-2.5-flash", stream = false, headers = authorized } = options;
  const usual = `/v1beta1/projects/p/locations/global/publishers/google/models/${model}:${stream ? "streamGenerateContent" : "generateContent"}`;
  const response = await fetch(emulator.url + (options.path ?? usual), {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const parsed: unknown = response.headers.get("content-type")?.startsWith("application/json")
    ? JSON.parse(text)
    : undefined;
  for (const one of [parsed].flat()) if (one !== undefined) mustBeValid(one, response.ok);
  return { status: response.status, body: parsed, text };
}

/** Fails when an answer is not what the spec says. */
export function mustBeValid(value: unknown, ok = true): void {
  const validate = ok ? validateGenerateContentResponse : validateErrorResponse;
  if (!validate(value)) throw new Error(`${JSON.stringify(validate.errors)} in ${JSON.stringify(value)}`);
}

/** The events of a server-sent stream, each held against the spec. */
export function eventsIn(text: string): unknown[] {
  const events = text
    .split("\r\n\r\n")
    .filter((frame) => frame !== "")
    .map((frame): unknown => JSON.parse(frame.replace(/^data: /, "")));
  for (const event of events) mustBeValid(event);
  return events;
}

/** A conversation of one user text. */
export const says = (text: string): { contents: unknown[] } => ({ contents: [{ role: "user", parts: [{ text }] }] });

/** The failure of a call of Google's SDK, with what the server said. */
export async function apiError(promise: Promise<unknown>): Promise<ApiError> {
  const error = await failureOf(promise);
  if (!(error instanceof ApiError)) throw error;
  return error;
}
