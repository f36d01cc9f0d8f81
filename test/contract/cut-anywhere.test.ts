import { describe, expect, test } from "vitest";
import type { Facts, Fold } from "../../src/dialects/dialect.ts";
import { GatewayError } from "../../src/errors.ts";
import type { ChatChunk, ChatRequest, Piece } from "../../src/operations/types.ts";
import { Secret } from "../../src/secret.ts";
import { createStaticCredential } from "../../src/upstream/auth/static.ts";
import { createEventReader } from "../../src/upstream/events.ts";
import { createTransport } from "../../src/upstream/send.ts";
import { prepareTarget } from "../../src/upstream/target.ts";
import { type Chunk, says, secrets, startGateway } from "../_setup.ts";
import { contractProviders, setupOf } from "./_providers.ts";

/** Everything that may stand in a stream, with characters of one to four bytes. */
const answers = [
  {
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
];
const script = JSON.stringify({ answers });
const request = {
  ...says("Grüße"),
  tools: [{ type: "function" as const, function: { name: "find" } }],
};

describe.each(contractProviders)("a stream of $name", (provider) => {
  test("cut in two at any byte gives the same chunks", async () => {
    const { bytes, open } = await record();
    const whole = foldOver([bytes], open());
    expect(whole.filter((chunk) => chunk.choices[0]?.finish_reason === "tool_calls")).toHaveLength(1);
    const wanted = JSON.stringify(whole);
    for (let at = 1; at < bytes.length; at++) {
      const chunks = foldOver([bytes.subarray(0, at), bytes.subarray(at)], open());
      if (JSON.stringify(chunks) !== wanted) expect.fail(`other chunks when cut at ${at}`);
    }
  });

  test.each([1, 2, 3, 7])("read by %i bytes gives the same chunks", async (size) => {
    const { bytes, open } = await record();
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    expect(foldOver(pieces, open())).toEqual(foldOver([bytes], open()));
  });

  test("broken off at any byte is never a clean end", async () => {
    const { bytes, open } = await record();
    // The line end that closes an event may be missing: the event is whole without it.
    const end = wholeAt(bytes, provider.words.lastWord);
    for (let at = 0; at < end; at++) {
      const failure = endOf(bytes.subarray(0, at), open());
      if (failure?.errorName !== "upstream_stream_cut") expect.fail(`cut at ${at}: ${failure?.errorName}`);
    }
    expect(endOf(bytes.subarray(0, end), open())).toBeUndefined();
    expect(endOf(bytes, open())).toBeUndefined();
  });

  test.each([1, 2, 3])("written by %i bytes reaches the client in the same chunks", async (size) => {
    const gateway = await startGateway({ ...setupOf(provider), script });
    const whole = await gateway.stream(request);
    gateway.upstream.use({ answers: [{ ...answers[0], write_bytes: size }] });
    const pieces = await gateway.stream(request);
    expect(pieces.chunks.map(withoutIds)).toEqual(whole.chunks.map(withoutIds));
    expect(pieces.done).toBe(true);
  });

  /** The bytes of the emulator's answer to a translated request, and folds to read them with. */
  async function record(): Promise<{ bytes: Buffer; open: () => Fold<ChatChunk> }> {
    const { config } = await startGateway({ ...setupOf(provider), script });
    const deployment = config.models[0]?.deployments[0];
    if (deployment === undefined) throw new Error("no deployment");
    const credential = createStaticCredential({ authorization: new Secret(`Bearer ${secrets.token}`) });
    const { chat, host, upstreamModel } = prepareTarget(deployment, deployment.upstreamModel, credential);
    if (chat === undefined) throw new Error("no chat");
    const call: ChatRequest = { model: "test-model", ...request };
    const facts: Facts = { upstreamModel, host, ...given };
    const { body, stream } = chat.operation.open(call, facts, "stream");
    const transport = createTransport();
    const { signal } = new AbortController();
    const options = { signal, timeouts: deployment.timeouts };
    const answer = await transport.send(chat.calls.stream, credential, JSON.stringify(body), options);
    if (answer instanceof GatewayError) throw answer;
    const pieces: Buffer[] = [];
    for await (const piece of answer.body) pieces.push(piece);
    await transport.close();
    return { bytes: Buffer.concat(pieces), open: stream };
  }
});

/** From which byte on an answer is whole: the end of its last word, or of all its events. */
function wholeAt(bytes: Buffer, lastWord: RegExp | undefined): number {
  const text = bytes.toString("latin1");
  const found = lastWord?.exec(text);
  return found == null ? text.trimEnd().length : found.index + found[0].trimEnd().length;
}

const given = { responseModel: "test-model", callId: "abc", createdSec: 1 };

function orThrow(pieces: readonly Piece<ChatChunk>[] | GatewayError): readonly ChatChunk[] {
  if (pieces instanceof GatewayError) throw pieces;
  return pieces.map(({ chunk, text }) => {
    // What leaves as text is what the check looked at.
    if (text !== undefined) expect(JSON.parse(text)).toEqual(chunk);
    return chunk;
  });
}

function foldOver(pieces: readonly Uint8Array[], fold: Fold<ChatChunk>): readonly ChatChunk[] {
  const reader = createEventReader();
  const chunks = pieces.flatMap((piece) => reader.push(piece).flatMap((event) => orThrow(fold.onEvent(event))));
  const { events, rest } = reader.end();
  expect(rest).toBe("");
  return [...chunks, ...events.flatMap((event) => orThrow(fold.onEvent(event))), ...orThrow(fold.onEnd())];
}

/** How a stream that breaks off ends, as the gateway's own loop sees it; undefined for a clean end. */
function endOf(bytes: Uint8Array, fold: Fold<ChatChunk>): GatewayError | undefined {
  const reader = createEventReader();
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
function withoutIds(chunk: Chunk): unknown {
  const text = JSON.stringify({ ...chunk, id: "", created: 0 });
  return JSON.parse(text.replaceAll(/"(id|thought_signature|obfuscation)":"[^"]*"/g, '"$1":""'));
}
