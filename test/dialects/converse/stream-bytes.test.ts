import { describe, expect, test } from "vitest";
import { frameOf } from "../../../src/emulators/bedrock/frames.ts";
import { createEventStreamReader } from "../../../src/upstream/event-stream.ts";
import fc from "../../_fc.ts";
import { called, delta, end, said, start, stop, streamed } from "./_reading.ts";
import { cutting, events, saying } from "./_sayings.ts";

/** Everything that may stand in a stream, with characters of one to four bytes. */
const everything: readonly object[] = [
  start,
  delta(0, { reasoningContent: { text: "Hm… 🤔" } }),
  delta(0, { reasoningContent: { signature: "c2ln" } }),
  stop(0),
  ...said(1, "Grüße, ", "世界! 👩‍👩‍👧"),
  ...called(2, "find", ['{"city":"Zü', 'rich 👋"}']),
  ...end("tool_use"),
];

/** Events as Bedrock puts them on the wire: the member of the union names the frame. */
function bytesOf(list: readonly object[]): Uint8Array {
  return Buffer.concat(list.flatMap((event) => Object.entries(event).map(([name, payload]) => frameOf(name, payload))));
}

/** What is read of bytes that come in these pieces. */
async function textsOf(pieces: readonly Uint8Array[]): Promise<readonly string[]> {
  const reader = await createEventStreamReader();
  const texts = pieces.flatMap((piece) => [...reader.push(piece)]);
  const { events: last, rest } = reader.end();
  expect([rest, reader.failure?.()]).toEqual(["", undefined]);
  return [...texts, ...last];
}

const want = streamed(everything);

describe("a stream is the same", () => {
  test("cut in two behind each byte", async () => {
    const bytes = bytesOf(everything);
    const texts = await textsOf([bytes]);
    expect([want.failure, streamed(texts).chunks]).toEqual([undefined, want.chunks]);
    for (let at = 0; at <= bytes.length; at++) {
      expect(await textsOf([bytes.subarray(0, at), bytes.subarray(at)]), `cut behind ${at}`).toEqual(texts);
    }
  });

  test.each([1, 2, 3, 7])("in reads of %d bytes", async (size) => {
    const bytes = bytesOf(everything);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const got = streamed(await textsOf(pieces));
    expect([got.chunks, got.usage]).toEqual([want.chunks, want.usage]);
  });

  test("whatever it says, and wherever it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(saying, cutting, fc.array(fc.nat(400), { maxLength: 4 }), async (one, cut, places) => {
        const list = events(one, cut);
        const bytes = bytesOf(list);
        const cuts = [0, ...places.filter((at) => at < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const pieces = cuts.slice(1).map((at, i) => bytes.subarray(cuts[i], at));
        expect(streamed(await textsOf(pieces)).chunks).toEqual(streamed(list).chunks);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a stream that breaks off", () => {
  test("behind each event before its last word is a cut, and has said what came before", () => {
    for (let at = 0; at < everything.length - 2; at++) {
      const { failure, chunks } = streamed(everything.slice(0, at));
      expect(failure?.errorName, `behind ${at}`).toBe("upstream_stream_cut");
      expect(chunks).toEqual(want.chunks.slice(0, chunks.length));
    }
  });

  test("behind its last word is whole, but for its counts", () => {
    const { failure, chunks, usage } = streamed(everything.slice(0, -1));
    expect([failure, usage]).toEqual([undefined, undefined]);
    expect(chunks).toEqual(want.chunks);
  });

  test("within a frame says what came before", async () => {
    const bytes = bytesOf(everything);
    const last = bytes.length - bytesOf(everything.slice(-2)).length;
    const reader = await createEventStreamReader();
    const { failure } = streamed([...reader.push(bytes.subarray(0, last + 20))]);
    expect(failure?.errorName).toBe("upstream_stream_cut");
  });
});
