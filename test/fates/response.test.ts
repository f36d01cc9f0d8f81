import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { validateGenerateContentResponse } from "../../generated/validators/vertex.exact.mjs";
import { fieldsOf } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import { chat } from "../../src/dialects/gemini/chat/index.ts";
import { GatewayError } from "../../src/errors.ts";
import { violationOf } from "../../src/operations/conformance.ts";
import type { Change, ChatChunk } from "../../src/operations/types.ts";
import { toChatUsage } from "../../src/usage/chat-usage.ts";
import { casesOf, type FateCase, factsFor } from "./_cases.ts";
import { differences, isNamed } from "./_diff.ts";
import { type AnswerContrast, answersFor } from "./_response.ts";

const root = fieldsOf("GenerateContentResponse", loadSpec("vertex").components.schemas);
const tool = { type: "function", function: { name: "look_up" } };
const request: unknown = { model: "m", messages: [{ role: "user", content: "Hi." }], tools: [tool] };

/** What the client sees of an upstream answer, and what it is told; or the failure it is. */
interface Seen {
  readonly answer: unknown;
  readonly changes: readonly Change[];
  readonly failure: GatewayError | undefined;
}

type Read = (answer: object) => Seen;

function open() {
  if (!validateCreateChatCompletionRequest(request)) throw new Error("not a chat request");
  return chat.open(request, factsFor("gemini-2.5-flash"));
}

const readWhole: Read = (answer) => {
  const read = open().response(answer);
  if (read instanceof GatewayError) return { answer: undefined, changes: [], failure: read };
  expect(violationOf(read.completion)).toBeUndefined();
  const { choices, usage } = read.completion;
  return { answer: { choices, usage }, changes: read.changes, failure: undefined };
};

const readStreamed: Read = (answer) => {
  const fold = open().stream();
  const chunks: ChatChunk[] = [];
  for (const step of [() => fold.onEvent(JSON.stringify(answer)), fold.onEnd]) {
    const made = step();
    if (made instanceof GatewayError) return { answer: undefined, changes: [], failure: made };
    chunks.push(...made);
  }
  for (const chunk of chunks) expect(violationOf(chunk)).toBeUndefined();
  const usage = fold.usage();
  return {
    answer: { choices: gather(chunks), usage: usage && toChatUsage(usage) },
    changes: fold.changes(),
    failure: undefined,
  };
};

/** The chunks of a stream put together, so that both kinds of answer have the same places. */
function gather(chunks: readonly ChatChunk[]): readonly object[] {
  const choices = new Map<number, { index: number; message: Record<string, unknown>; [member: string]: unknown }>();
  for (const { index, delta, finish_reason, logprobs } of chunks.flatMap((chunk) => chunk.choices)) {
    const choice = choices.get(index) ?? { index, message: {} };
    choices.set(index, choice);
    for (const [name, value] of Object.entries(delta)) choice.message[name] = added(choice.message[name], value);
    choice["finish_reason"] = finish_reason ?? choice["finish_reason"];
    choice["logprobs"] = logprobs ?? choice["logprobs"];
  }
  return [...choices.values()];
}

function added(so: unknown, more: unknown): unknown {
  if (typeof so === "string" && typeof more === "string") return so + more;
  return Array.isArray(so) && Array.isArray(more) ? [...so, ...more] : more;
}

function check({ key, fate }: FateCase, read: Read, { given, contrasts }: AnswerContrast): void {
  expect(validateGenerateContentResponse(given), JSON.stringify(validateGenerateContentResponse.errors)).toBe(true);
  const seen = read(given);
  if (fate.kind === "refused") {
    expect(seen.failure?.errorName).toBe(fate.error);
    return;
  }
  expect(seen.failure?.message).toBeUndefined();
  const places = new Set<string>();
  for (const contrast of contrasts) {
    const other = read(contrast);
    if (other.failure === undefined) for (const place of differences(seen.answer, other.answer)) places.add(place);
    else expect(fate.kind, `without ${key} the answer fails`).toBe("mapped");
    if (other.failure !== undefined) places.add("choices[].message");
  }
  const told = seen.changes.map((change) => change.path);
  if (fate.kind !== "mapped") {
    expect([...places], `${key} must leave the client's answer as it was`).toEqual([]);
    expect(told).toEqual(fate.kind === "reported" ? [key] : []);
    return;
  }
  expect(places.size, `${key} must change the client's answer`).toBeGreaterThan(0);
  const astray = [...places].filter((place) => !fate.to.some((pattern) => isNamed(place, pattern)));
  expect(astray, `${key} must change nothing but ${fate.to.join(", ")}`).toEqual([]);
  expect(told).toEqual([]);
}

for (const [kind, read] of [
  ["whole", readWhole],
  ["streamed", readStreamed],
] as const) {
  describe(`every line of the response table is true of ${kind} answers`, () => {
    for (const one of casesOf(chat.fates.response, {})) {
      test(`${one.key}: ${one.fate.kind}`, () => {
        const [path = "", word] = one.key.split("=");
        fc.assert(
          fc.property(answersFor(root, path, word), (contrast) => check(one, read, contrast)),
          { numRuns: 6 },
        );
      });
    }
  });
}
