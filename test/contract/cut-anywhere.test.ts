import { describe, expect, test } from "vitest";
import type { AnswerKind, Facts, Fold } from "../../src/dialects/dialect.ts";
import { loadDialects } from "../../src/dialects/index.ts";
import { parseScript } from "../../src/emulators/script.ts";
import { GatewayError } from "../../src/errors.ts";
import type { AnyBody, ChatRequest, CompletionRequest, Piece } from "../../src/operations/types.ts";
import type { PreparedCalls } from "../../src/providers/provider.ts";
import { Secret } from "../../src/secret.ts";
import { createStaticCredential } from "../../src/upstream/auth/static.ts";
import { createEventStreamReader } from "../../src/upstream/event-stream.ts";
import { createEventReader, type EventReader } from "../../src/upstream/events.ts";
import { createTransport } from "../../src/upstream/send.ts";
import { prepareTarget, type Target } from "../../src/upstream/target.ts";
import { says, secrets, startGateway } from "../_setup.ts";
import type { AnyChunk } from "../_wire.ts";
import { targetOf } from "./_fates.ts";
import { type ContractOperation, type ContractRow, contractRows, streamOf, textProviders } from "./_operations.ts";
import { type ContractProvider, setupOf } from "./_providers.ts";

await loadDialects();

/** Everything that may stand in a stream, with characters of one to four bytes. */
const answers = {
  chat: {
    thoughts: "Hm… 🤔",
    text: "Grüße, 世界! 👩‍👩‍👧 ¿Qué?",
    chunks: 4,
    calls: [
      { name: "find", args: { city: "Zürich", note: "日本 👋" } },
      { name: "find", args: { city: "Łódź" } },
    ],
    usage: { input: 12, cached: 4, output: 9, thinking: 2 },
    traffic_first: true,
  },
  completions: {
    thoughts: "Hm… 🤔",
    text: "```py\nreturn 'Grüße, 世界! 👩‍👩‍👧 ¿Qué?'\n```\n",
    chunks: 7,
    usage: { input: 12, cached: 4, output: 9, thinking: 2 },
    traffic_first: true,
  },
} as const;

const scriptOf = (name: ContractOperation["name"], more: object = {}): string =>
  JSON.stringify({ answers: [{ ...answers[name], ...more }] });

/** The word by which the answer ends. */
const finishes = { chat: "tool_calls", completions: "stop" } as const;

const conversation = { ...says("Grüße"), tools: [{ type: "function" as const, function: { name: "find" } }] };

/** A text to go on with, its gap and likelihoods where the provider has them. */
function textOf({ name }: ContractProvider): Pick<CompletionRequest, "prompt" | "suffix" | "echo" | "logprobs"> {
  const lacks = textProviders.find((one) => one.name === name)?.texts.lacks ?? [];
  return {
    prompt: "def größe():\n    ",
    ...(lacks.includes("suffix") ? {} : { suffix: "\n\nprint(größe())\n" }),
    ...(lacks.includes("logprobs") ? { echo: true } : { logprobs: 2 }),
  };
}

/** A stream's way into the gateway, whatever the operation. */
type AnyFold = Fold<AnyBody>;
interface Opened {
  readonly open: { readonly body: unknown; readonly asks?: AnswerKind | undefined; readonly stream: () => AnyFold };
  readonly calls: PreparedCalls;
}

type OpenReader = () => Promise<EventReader>;

type Open = (target: Target, facts: Facts, provider: ContractProvider) => Opened | undefined;

const openers: Readonly<Record<ContractOperation["name"], Open>> = {
  chat({ chat }, facts) {
    const request: ChatRequest = { model: "test-model", ...conversation };
    return chat && { open: chat.operation.open(request, facts, "stream"), calls: chat.calls };
  },
  completions({ completions }, facts, provider) {
    const request: CompletionRequest = { model: "test-model", ...textOf(provider) };
    return completions && { open: completions.operation.open(request, facts, "stream"), calls: completions.calls };
  },
};

const given = { responseModel: "test-model", callId: "abc", createdSec: 1 };

const factsAt = ({ upstreamModel, host }: Target): Facts => ({ upstreamModel, host, ...given });

/** Where a model's calls come in whole answers alone there is no stream of them. */
const streamed = contractRows.filter(({ operation, provider }) => {
  const target = targetOf(provider);
  return openers[operation.name](target, factsAt(target), provider)?.open.asks !== "unary";
});

/** Which fold reads a stream, and all that its language hangs on: rows that are alike in it are read by the same steps. */
function foldOf({ operation, provider }: ContractRow): string {
  const target = targetOf(provider);
  const request: ChatRequest = { model: "test-model", ...conversation };
  const conditions = Object.entries(target.chat?.operation.fates.conditions ?? {});
  const held = conditions.filter(([, { holds }]) => holds(factsAt(target), request)).map(([name]) => name);
  const { by } = textProviders.find((one) => one.name === provider.name)?.texts ?? { by: "chat" };
  return JSON.stringify([operation.name, target.dialect.name, target.deployment.provider.type, target.host, held, by]);
}

/** A row for each: one proves those that are read alike. */
const rows = [...new Map(streamed.toReversed().map((row) => [foldOf(row), row])).values()].toReversed();

describe.each(rows)("a stream of $operation.name at $provider.name", ({ operation, provider }) => {
  const { name } = operation;
  const script = scriptOf(name);
  const request = name === "chat" ? conversation : textOf(provider);

  test("cut in two at any byte gives the same chunks", async () => {
    const { bytes, open, reader } = await record();
    const whole = foldOver([bytes], open(), await reader());
    const ends = whole.filter(({ choices: [one] }) => one !== undefined && Reflect.get(one, "finish_reason") !== null);
    expect(ends).toMatchObject([{ choices: [{ finish_reason: finishes[name] }] }]);
    const wanted = JSON.stringify(whole);
    for (let at = 1; at < bytes.length; at++) {
      const chunks = foldOver([bytes.subarray(0, at), bytes.subarray(at)], open(), await reader());
      if (JSON.stringify(chunks) !== wanted) expect.fail(`other chunks when cut at ${at}`);
    }
  });

  test.each([1, 2, 3, 7])("read by %i bytes gives the same chunks", async (size) => {
    const { bytes, open, reader } = await record();
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    expect(foldOver(pieces, open(), await reader())).toEqual(foldOver([bytes], open(), await reader()));
  });

  test("broken off at any byte is never a clean end", async () => {
    const { bytes, open, reader } = await record();
    // The line end that closes an event may be missing: the event is whole without it.
    const end = wholeAt(bytes, provider.words.lastWord);
    for (let at = 0; at < end; at++) {
      const failure = endOf(bytes.subarray(0, at), open(), await reader());
      if (failure?.errorName !== "upstream_stream_cut") expect.fail(`cut at ${at}: ${failure?.errorName}`);
    }
    expect(endOf(bytes.subarray(0, end), open(), await reader())).toBeUndefined();
    expect(endOf(bytes, open(), await reader())).toBeUndefined();
  });

  test.each([1, 2, 3])("written by %i bytes reaches the client in the same chunks", async (size) => {
    const gateway = await startGateway({ ...setupOf(provider), script });
    const whole = await streamOf(gateway, operation, request);
    gateway.upstream.use(parseScript(scriptOf(name, { write_bytes: size })));
    const pieces = await streamOf(gateway, operation, request);
    expect(pieces.chunks.map(withoutIds)).toEqual(whole.chunks.map(withoutIds));
    expect(pieces.done).toBe(true);
  });

  /** The bytes of the emulator's answer to a translated request, and folds to read them with. */
  async function record(): Promise<{ bytes: Buffer; open: () => AnyFold; reader: OpenReader }> {
    const { config } = await startGateway({ ...setupOf(provider), script });
    const deployment = config.models[0]?.deployments[0];
    if (deployment === undefined) throw new Error("no deployment");
    const credential = createStaticCredential({ authorization: new Secret(`Bearer ${secrets.token}`) });
    const target = prepareTarget(deployment, deployment.upstreamModel, credential);
    const facts: Facts = { upstreamModel: target.upstreamModel, host: target.host, ...given };
    const opened = openers[name](target, facts, provider);
    if (opened === undefined) throw new Error(`no ${name}`);
    const { open, calls } = opened;
    const transport = createTransport();
    const { signal } = new AbortController();
    const options = { signal, timeouts: deployment.timeouts };
    const answer = await transport.send(calls.stream, credential, JSON.stringify(open.body), options);
    if (answer instanceof GatewayError) throw answer;
    const pieces: Buffer[] = [];
    for await (const piece of answer.body) pieces.push(piece);
    await transport.close();
    const reader = calls.stream.framing === undefined ? async () => createEventReader() : createEventStreamReader;
    return { bytes: Buffer.concat(pieces), open: open.stream, reader: () => reader() };
  }
});

/** From which byte on an answer is whole: the end of its last word, or of all its events. */
function wholeAt(bytes: Buffer, lastWord: RegExp | undefined): number {
  const text = bytes.toString("latin1");
  const found = lastWord?.exec(text);
  // Behind the word of a frame comes its checksum, which is no text.
  return found == null ? text.trimEnd().length : found.index + (found[1] ?? found[0].trimEnd()).length;
}

function orThrow(pieces: readonly Piece<AnyBody>[] | GatewayError): readonly AnyBody[] {
  if (pieces instanceof GatewayError) throw pieces;
  return pieces.map(({ chunk, text }) => {
    // What leaves as text is what the check looked at.
    if (text !== undefined) expect(JSON.parse(text)).toEqual(chunk);
    return chunk;
  });
}

function foldOver(pieces: readonly Uint8Array[], fold: AnyFold, reader: EventReader): readonly AnyBody[] {
  const chunks = pieces.flatMap((piece) => reader.push(piece).flatMap((event) => orThrow(fold.onEvent(event))));
  const { events, rest } = reader.end();
  expect(rest).toBe("");
  return [...chunks, ...events.flatMap((event) => orThrow(fold.onEvent(event))), ...orThrow(fold.onEnd())];
}

/** How a stream that breaks off ends, as the gateway's own loop sees it; undefined for a clean end. */
function endOf(bytes: Uint8Array, fold: AnyFold, reader: EventReader): GatewayError | undefined {
  for (const event of reader.push(bytes)) orThrow(fold.onEvent(event));
  const { events, rest } = reader.end();
  if (rest.trim() !== "" || !events.every((event) => event === "[DONE]" || isJson(event)))
    return new GatewayError("upstream_stream_cut", "a stump");
  for (const event of events) orThrow(fold.onEvent(event));
  const end = fold.onEnd();
  return end instanceof GatewayError ? end : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Ids of answers and of calls differ from answer to answer. */
function withoutIds(chunk: AnyChunk): unknown {
  const text = JSON.stringify({ ...chunk, id: "", created: 0 });
  return JSON.parse(text.replaceAll(/"(id|thought_signature|obfuscation)":"[^"]*"/g, '"$1":""'));
}
