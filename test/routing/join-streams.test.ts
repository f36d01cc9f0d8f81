import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ChatChunk, Piece } from "../../src/operations/types.ts";
import { joinStreams } from "../../src/routing/join-streams.ts";
import { collect, failureOf } from "../_setup.ts";

type Batch = readonly Piece<ChatChunk>[];

const piece = (id: string, content: string): Piece<ChatChunk> => ({
  chunk: {
    id,
    object: "chat.completion.chunk",
    created: id.charCodeAt(0),
    model: `model ${id}`,
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
  },
  text: "of no use once it is renumbered",
});

/** Streams of one choice each. */
const join = (...streams: readonly AsyncIterable<Batch>[]): AsyncIterable<Batch> =>
  joinStreams(streams.map((batches, firstIndex) => ({ batches, firstIndex })));

/** A stream that says when it is waited for and when it is let go. */
function source(id: string) {
  const waiting: ((result: Batch | "end" | Error) => void)[] = [];
  let returned = false;
  async function* read(): AsyncGenerator<Batch, undefined> {
    try {
      for (;;) {
        const said = await new Promise<Batch | "end" | Error>((resolve) => waiting.push(resolve));
        if (said instanceof Error) throw said;
        if (said === "end") return undefined;
        yield said;
      }
    } finally {
      returned = true;
    }
  }
  return {
    batches: read(),
    say: (...contents: string[]) => waiting.shift()?.(contents.map((content) => piece(id, content))),
    end: () => waiting.shift()?.("end"),
    fail: (error: Error) => waiting.shift()?.(error),
    wasReturned: () => returned,
  };
}

const seen = (batch: Batch | undefined): readonly string[] =>
  (batch ?? []).map(({ chunk: { id, choices }, text }) =>
    [id, choices[0]?.index, choices[0]?.delta.content, ...(text === undefined ? [] : [text])].join(" "),
  );

describe("streams joined", () => {
  test("one is passed on as it is", () => {
    const { batches } = source("a");
    expect(join(batches)).toBe(batches);
  });

  test("all bear the time and the model of the first, though each upstream stamps its own", async () => {
    const [a, b] = [source("a"), source("b")];
    const reading = collect(join(a.batches, b.batches));
    await turn();
    a.say("1");
    await turn();
    b.say("2");
    await turn();
    a.end();
    b.end();
    const heads = (await reading).flat().map(({ chunk: { id, created, model } }) => ({ id, created, model }));
    expect(heads).toEqual([
      { id: "a", created: 97, model: "model a" },
      { id: "a", created: 97, model: "model a" },
    ]);
  });

  test("several come in the order they speak, each under its own index, all under the first one's id", async () => {
    const [a, b] = [source("a"), source("b")];
    const joined = join(a.batches, b.batches)[Symbol.asyncIterator]();
    const first = joined.next();
    await Promise.resolve();
    b.say("one", "two");
    expect(seen((await first).value)).toEqual(["b 1 one", "b 1 two"]);
    const second = joined.next();
    await Promise.resolve();
    a.say("three");
    expect(seen((await second).value)).toEqual(["b 0 three"]);
    const rest = joined.next();
    await Promise.resolve();
    a.end();
    await turn();
    b.end();
    expect((await rest).done).toBe(true);
  });

  test("parts of several choices keep their choices apart", async () => {
    async function* two(id: string): AsyncGenerator<Batch, undefined> {
      const { chunk } = piece(id, "x");
      yield [0, 1].map((index) => ({ chunk: { ...chunk, choices: chunk.choices.map((one) => ({ ...one, index })) } }));
    }
    const parts = [
      { batches: two("a"), firstIndex: 0 },
      { batches: two("b"), firstIndex: 2 },
    ];
    const batches = await collect(joinStreams(parts));
    expect(batches.flat().map(({ chunk }) => chunk.choices[0]?.index)).toEqual([0, 1, 2, 3]);
  });

  test("a quick one does not starve a slow one, nor wait for it", async () => {
    async function* counting(id: string, count: number): AsyncGenerator<Batch, undefined> {
      for (let at = 0; at < count; at++) yield [piece(id, String(at))];
    }
    const batches = await collect(join(counting("a", 50), counting("b", 5)));
    const indexes = batches.flatMap((batch) => batch.map(({ chunk }) => chunk.choices[0]?.index));
    expect(indexes.filter((index) => index === 1)).toHaveLength(5);
    expect(indexes.lastIndexOf(1)).toBeLessThan(20);
    expect(indexes).toHaveLength(55);
  });

  test("as soon as one fails all fail, and the others are let go", async () => {
    async function* talking(): AsyncGenerator<Batch, undefined> {
      try {
        for (;;) {
          await turn();
          yield [piece("b", "more")];
        }
      } finally {
        released = true;
      }
    }
    let released = false;
    const broken = source("a");
    const reading = collect(join(broken.batches, talking()));
    await turn();
    broken.fail(new Error("cut"));
    expect(await failureOf(reading)).toEqual(new Error("cut"));
    await turn();
    expect(released).toBe(true);
  });

  test("when the reader stops, those that wait for their upstream do not hold it up", async () => {
    const [silent, talking] = [source("a"), source("b")];
    const joined = join(silent.batches, talking.batches)[Symbol.asyncIterator]();
    const first = joined.next();
    await Promise.resolve();
    talking.say("one");
    await first;
    await joined.return?.();
    // The request's abort is what ends the silent one; until then nobody waits for it.
    silent.fail(new Error("aborted"));
    talking.fail(new Error("aborted"));
    await turn();
    expect(silent.wasReturned()).toBe(true);
  });
});
