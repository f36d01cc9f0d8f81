import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ChatChunk } from "../../src/operations/types.ts";
import { joinStreams } from "../../src/routing/join-streams.ts";
import { collect, failureOf } from "../_setup.ts";

const chunk = (id: string, content: string): ChatChunk => ({
  id,
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
});

/** A stream that says when it is waited for and when it is let go. */
function source(id: string) {
  const waiting: ((result: readonly ChatChunk[] | "end" | Error) => void)[] = [];
  let returned = false;
  async function* read(): AsyncGenerator<readonly ChatChunk[], undefined> {
    try {
      for (;;) {
        const said = await new Promise<readonly ChatChunk[] | "end" | Error>((resolve) => waiting.push(resolve));
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
    say: (...contents: string[]) => waiting.shift()?.(contents.map((content) => chunk(id, content))),
    end: () => waiting.shift()?.("end"),
    fail: (error: Error) => waiting.shift()?.(error),
    wasReturned: () => returned,
  };
}

const seen = (batch: readonly ChatChunk[] | undefined): readonly string[] =>
  (batch ?? []).map(({ id, choices }) => `${id} ${choices[0]?.index} ${choices[0]?.delta.content}`);

describe("streams joined", () => {
  test("one is passed on as it is", () => {
    const { batches } = source("a");
    expect(joinStreams([batches])).toBe(batches);
  });

  test("several come in the order they speak, each under its own index, all under the first one's id", async () => {
    const [a, b] = [source("a"), source("b")];
    const joined = joinStreams([a.batches, b.batches])[Symbol.asyncIterator]();
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

  test("a quick one does not starve a slow one, nor wait for it", async () => {
    async function* counting(id: string, count: number): AsyncGenerator<readonly ChatChunk[], undefined> {
      for (let at = 0; at < count; at++) yield [chunk(id, String(at))];
    }
    const batches = await collect(joinStreams([counting("a", 50), counting("b", 5)]));
    const indexes = batches.flatMap((batch) => batch.map(({ choices }) => choices[0]?.index));
    expect(indexes.filter((index) => index === 1)).toHaveLength(5);
    expect(indexes.lastIndexOf(1)).toBeLessThan(20);
    expect(indexes).toHaveLength(55);
  });

  test("as soon as one fails all fail, and the others are let go", async () => {
    async function* talking(): AsyncGenerator<readonly ChatChunk[], undefined> {
      try {
        for (;;) {
          await turn();
          yield [chunk("b", "more")];
        }
      } finally {
        released = true;
      }
    }
    let released = false;
    const broken = source("a");
    const reading = collect(joinStreams([broken.batches, talking()]));
    await turn();
    broken.fail(new Error("cut"));
    expect(await failureOf(reading)).toEqual(new Error("cut"));
    await turn();
    expect(released).toBe(true);
  });

  test("when the reader stops, those that wait for their upstream do not hold it up", async () => {
    const [silent, talking] = [source("a"), source("b")];
    const joined = joinStreams([silent.batches, talking.batches])[Symbol.asyncIterator]();
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
