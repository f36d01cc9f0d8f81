import type OpenAI from "openai";
import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
  validateCreateCompletionResponse,
  validateCreateEmbeddingResponse,
  validateErrorResponse,
  validateListModelsResponse,
  validateModel,
} from "../generated/validators/openai.exact.mjs";
import type { Validator } from "../generated/validators/validator.ts";
import type { ErrorEnvelope } from "../src/errors.ts";
import { streamProblems } from "./_stream-rules.ts";

export type Completion = OpenAI.Chat.ChatCompletion;
export type Chunk = OpenAI.Chat.ChatCompletionChunk;
/** A legacy completion. */
export type TextCompletion = OpenAI.Completion;
/** A chunk of one: the same, with null for what is not known yet. */
export type TextChunk = Omit<TextCompletion, "choices" | "usage"> & {
  readonly choices: readonly (Omit<OpenAI.CompletionChoice, "finish_reason"> & {
    readonly finish_reason: OpenAI.CompletionChoice["finish_reason"] | null;
  })[];
  readonly usage?: OpenAI.CompletionUsage | null;
};
export type AnyChunk = Chunk | TextChunk;

/** A streamed answer, read to its end. */
export interface Streamed<Part extends AnyChunk = Chunk> {
  readonly status: number;
  readonly headers: Headers;
  /** The bytes as text. */
  readonly text: string;
  readonly chunks: readonly Part[];
  /** The error event, or the error that came in place of a stream. */
  readonly error: ErrorEnvelope["error"] | undefined;
  /** Whether `[DONE]` was said. */
  readonly done: boolean;
}

/** A fetch that looks at all that passes. */
export interface Watch {
  readonly fetch: typeof globalThis.fetch;
  /** What was wrong with answers so far. */
  readonly problems: readonly string[];
}

/**
 * Makes a fetch that holds each body, chunk and error against the compiled spec, streams against the rules of §11, and
 * all of them against what no client may see.
 *
 * @see reference: openai-chat-to-gemini §11, openai-surface §3 and §7
 */
export function createWatch(hidden: readonly string[]): Watch {
  const problems: string[] = [];
  const look = (text: string, where: string): void => {
    const shown = hidden.find((secret) => text.includes(secret));
    if (shown !== undefined) problems.push(`${where} shows ${shown}: ${text}`);
    if (/<html|<!doctype/i.test(text)) problems.push(`${where} shows a page of an upstream: ${text}`);
  };
  const watched: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    const { status, headers } = response;
    const where = `${init?.method ?? "GET"} ${String(input)} ${status}`;
    look(JSON.stringify([...headers]), where);
    if (!headers.get("x-request-id")) problems.push(`${where} has no x-request-id`);
    if (response.body === null || init?.method === "HEAD") return response;
    if (headers.get("content-type")?.startsWith("text/event-stream")) {
      const report = (problem: string): number => problems.push(`${where}: ${problem}`);
      const isChunk = isOfTexts(input) ? validateCreateCompletionResponse : validateCreateChatCompletionStreamResponse;
      const asked = typeof init?.body === "string" && init.body.includes('"include_usage":true');
      const counts = asked && saysThereAreNone(headers) ? "told" : asked;
      const watcher = watchStream(counts, isChunk, report, (frame) => look(frame, where));
      return new Response(response.body.pipeThrough(watcher), { status, headers });
    }
    const text = await response.text();
    look(text, where);
    const problem = problemOf(text, new URL(String(input)).pathname, response);
    if (problem !== undefined) problems.push(`${where}: ${problem}`);
    return new Response(text, { status, headers });
  };
  return { fetch: watched, problems };
}

function problemOf(text: string, path: string, { status, headers }: Response): string | undefined {
  const type = headers.get("content-type");
  if (type !== (isMetrics(path, status) ? "text/plain; version=0.0.4; charset=utf-8" : "application/json")) {
    return `is of type ${type}`;
  }
  if (isMetrics(path, status)) return undefined;
  const body: unknown = JSON.parse(text);
  if (/\/health/.test(path)) return undefined;
  if (status >= 400) return violation(validateErrorResponse, body) ?? extraMember(body);
  if (/\/chat\/completions\/?$/.test(path)) return violation(validateCreateChatCompletionResponse, body);
  if (isOfTexts(path)) return violation(validateCreateCompletionResponse, body) ?? openEnd(text);
  if (/\/embeddings\/?$/.test(path)) return violation(validateCreateEmbeddingResponse, body) ?? disorder(body);
  if (/\/models\/?$/.test(path)) return violation(validateListModelsResponse, body);
  return /\/models\//.test(path) ? violation(validateModel, body) : undefined;
}

/** Whether the client hears that a stream of its will have no counts. */
function saysThereAreNone(headers: Headers): boolean {
  return headers.get("x-specgate-changes")?.split(", ").includes("reported:stream_options.include_usage") ?? false;
}

/** Whether legacy completions are asked for. */
function isOfTexts(input: string | URL | Request): boolean {
  const path = String(input).split("?")[0] ?? "";
  return /\/completions\/*$/.test(path) && !/(?:c|%63)hat(?:\/|%2f)+completions/i.test(path);
}

/** Vectors stand in the order of their texts, and have one form. */
function disorder(body: unknown): string | undefined {
  if (!validateCreateEmbeddingResponse(body)) return undefined;
  const forms = new Set(body.data.map(({ embedding }) => typeof embedding));
  const isInOrder = body.data.every(({ index }, at) => index === at);
  return isInOrder && forms.size <= 1 ? undefined : "vectors out of order, or in several forms";
}

/** A chunk may say null where a whole answer may not, and both have one schema. */
function openEnd(text: string): string | undefined {
  return /"finish_reason":null/.test(text) ? `a whole answer that has no end: ${text}` : undefined;
}

/** The one page that is not JSON: Prometheus' text format. */
function isMetrics(path: string, status: number): boolean {
  return status === 200 && /\/metrics\/?$/.test(path);
}

function violation<T>(validate: Validator<T>, value: unknown): string | undefined {
  return validate(value) ? undefined : `${JSON.stringify(validate.errors?.[0])} in ${JSON.stringify(value)}`;
}

/** Strict clients read four members; anything more is the inside showing. */
function extraMember(body: unknown): string | undefined {
  const envelope = JSON.stringify(body, (key, value: unknown) => (key === "" || key === "error" ? value : null));
  const plain = '{"error":{"message":null,"type":null,"param":null,"code":null}}';
  return envelope === plain ? undefined : `an error of another shape: ${JSON.stringify(body)}`;
}

/** Passes bytes on as they come and reads along. */
function watchStream(
  counts: boolean | "told",
  isChunk: Validator<unknown>,
  report: (problem: string) => void,
  look: (frame: string) => void,
): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const frames: string[] = [];
  let rest = "";
  let broken = false;
  const read = (text: string): void => {
    const parts = (rest + text).split("\n\n");
    rest = parts.pop() ?? "";
    for (const frame of parts) {
      frames.push(frame);
      look(frame);
      const problem = frameProblem(frame, isChunk);
      if (problem === undefined) continue;
      broken = true;
      report(problem);
    }
  };
  return new TransformStream({
    transform(bytes, controller) {
      controller.enqueue(bytes);
      read(decoder.decode(bytes, { stream: true }));
    },
    flush() {
      if (rest !== "") report(`an unfinished event: ${rest}`);
      if (broken) return;
      for (const problem of streamProblems(frames.filter(isEvent).map(dataOf), counts)) report(problem);
    },
  });
}

const isEvent = (frame: string): boolean => !frame.startsWith(":");
const dataOf = (frame: string): string => frame.slice("data: ".length);

function frameProblem(frame: string, isChunk: Validator<unknown>): string | undefined {
  if (/^: [^\n]*$/.test(frame)) return undefined;
  if (!/^data: [^\n\r]+$/.test(frame)) return `not one line of data: ${JSON.stringify(frame)}`;
  const data = dataOf(frame);
  if (data === "[DONE]") return undefined;
  const value: unknown = JSON.parse(data);
  return isError(value) ? (violation(validateErrorResponse, value) ?? extraMember(value)) : violation(isChunk, value);
}

function isError(value: unknown): value is ErrorEnvelope {
  return typeof value === "object" && value !== null && "error" in value;
}

/** A stream's bytes, taken apart. */
export function toStreamed<Part extends AnyChunk = Chunk>(answer: {
  status: number;
  headers: Headers;
  text: string;
}): Streamed<Part> {
  const { status, headers, text } = answer;
  if (!headers.get("content-type")?.startsWith("text/event-stream")) {
    const body: unknown = JSON.parse(text);
    return { status, headers, text, chunks: [], error: isError(body) ? body.error : undefined, done: false };
  }
  const data = text
    .split("\n\n")
    .filter((frame) => frame !== "" && isEvent(frame))
    .map(dataOf);
  const values = data.filter((one) => one !== "[DONE]").map((one): unknown => JSON.parse(one));
  const chunks = data
    .filter((one) => one !== "[DONE]")
    .map((one): Part => JSON.parse(one))
    .filter((one) => !isError(one));
  return { status, headers, text, chunks, error: values.find(isError)?.error, done: data.at(-1) === "[DONE]" };
}
