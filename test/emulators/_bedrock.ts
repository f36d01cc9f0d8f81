import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { onTestFinished } from "vitest";
import {
  validateCohereEmbedResponse,
  validateConverseResponse,
  validateConverseStreamOutput,
  validateCountTokensResponse,
  validateErrorResponse,
  validateResponseStream,
  validateTitanMultimodalEmbeddingResponse,
  validateTitanTextEmbeddingResponse,
} from "../../generated/validators/bedrock.exact.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import {
  type BedrockEmulator,
  type BedrockEmulatorOptions,
  startBedrockEmulator,
} from "../../src/emulators/bedrock.ts";
import { parseScript } from "../../src/emulators/script.ts";

export const region = "us-east-1";
export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
export const claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/** An emulator with a script, gone when the test is. */
export async function emulate(script = "answers: []", options: BedrockEmulatorOptions = {}): Promise<BedrockEmulator> {
  const emulator = await startBedrockEmulator({ credentials, region, ...options, script: parseScript(script) });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** The AWS SDK's client, which signs what it sends. */
export function clientOf(
  { url }: Pick<BedrockEmulator, "url">,
  options: BedrockRuntimeClientConfig = {},
): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    endpoint: url,
    region,
    credentials,
    authSchemePreference: ["aws.auth#sigv4"],
    maxAttempts: 1,
    // Its own speaks HTTP/2 alone.
    requestHandler: new NodeHttpHandler(),
    ...options,
  });
  onTestFinished(() => client.destroy());
  return client;
}

export interface Posted {
  readonly status: number;
  readonly body: unknown;
  readonly bytes: Buffer;
  readonly headers: Headers;
}

const validators: readonly (readonly [RegExp, Validator<unknown>])[] = [
  [/\/converse$/, validateConverseResponse],
  [/\/count-tokens$/, validateCountTokensResponse],
  [/titan-embed-text.*\/invoke$/, validateTitanTextEmbeddingResponse],
  [/titan-embed-image.*\/invoke$/, validateTitanMultimodalEmbeddingResponse],
  [/cohere.*\/invoke$/, validateCohereEmbedResponse],
];

/** The path of an operation. */
export const pathOf = (model: string, end = "converse"): string => `/model/${encodeURIComponent(model)}/${end}`;

/** A request without the SDK, which would not send some of what is wrong. Answers are held against the spec. */
export async function post(
  { url }: Pick<BedrockEmulator, "url">,
  path: string,
  body: unknown,
  headers: Record<string, string> = { authorization: "Bearer key" },
): Promise<Posted> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method: "POST", headers, body: text });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get("content-type") === "application/json";
  const parsed: unknown = isJson ? JSON.parse(bytes.toString()) : undefined;
  const validate = response.ok ? validators.find(([pattern]) => pattern.test(path))?.[1] : validateErrorResponse;
  if (isJson && validate !== undefined && !validate(parsed)) {
    throw new Error(`${JSON.stringify(validate.errors)} in ${bytes.toString()}`);
  }
  return { status: response.status, body: parsed, bytes, headers: response.headers };
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

/** One frame of a stream. */
export interface Frame {
  /** What it is, by its header. */
  readonly name: string;
  readonly kind: string;
  readonly payload: unknown;
}

/** The frames of a stream, each held against the spec. */
export function framesIn(bytes: Uint8Array): readonly Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    const { headers, body } = codec.decode(bytes.subarray(at, at + length));
    const kind = String(headers[":message-type"]?.value);
    const name = String(headers[`:${kind}-type`]?.value ?? headers[":error-code"]?.value);
    const payload: unknown =
      kind === "error" ? headers[":error-message"]?.value : JSON.parse(Buffer.from(body).toString());
    const validate = name === "chunk" ? validateResponseStream : validateConverseStreamOutput;
    if (kind !== "error" && !validate({ [name]: payload })) {
      throw new Error(`${JSON.stringify(validate.errors)} in ${name} ${JSON.stringify(payload)}`);
    }
    frames.push({ name, kind, payload });
    at += length;
  }
  return frames;
}

/** A conversation of one text, with further members. */
export const ask = (text: string, more: object = {}): object => ({
  messages: [{ role: "user", content: [{ text }] }],
  ...more,
});
