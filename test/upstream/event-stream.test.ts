import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { createEventStreamReader, type EventStreamOptions } from "../../src/upstream/event-stream.ts";
import type { StreamFailure } from "../../src/upstream/events.ts";
import fc from "../_fc.ts";
import { chunk, event, exception, frame } from "./_event-stream.ts";

interface Read {
  readonly texts: readonly string[];
  readonly failure: StreamFailure | undefined;
}

/** What is read of these pieces, one read each. */
async function readAll(pieces: readonly Uint8Array[], options?: EventStreamOptions): Promise<Read> {
  const reader = await createEventStreamReader(options);
  const texts = pieces.flatMap((piece) => reader.push(piece));
  const { events, rest } = reader.end();
  expect(rest).toBe("");
  return { texts: [...texts, ...events], failure: reader.failure?.() };
}

/** What went wrong, in short. */
const wordsOf = ({ failure }: Read): string | undefined =>
  failure instanceof GatewayError ? `${failure.errorName}: ${failure.message}` : failure && JSON.stringify(failure);

const started = { type: "message_start", message: { id: "msg_1", content: [{ type: "text", text: "grüße 👋" }] } };
const delta = { contentBlockIndex: 0, delta: { text: "größe\n" }, p: "abc" };
const stream = Buffer.concat([chunk(started), event("contentBlockDelta", delta), event("messageStop", {})]);
const want = [JSON.stringify(started), JSON.stringify({ contentBlockDelta: delta }), '{"messageStop":{}}'];

describe("what frames become", () => {
  test.each<[name: string, bytes: Buffer, text: string]>([
    ["an event, by its name", event("messageStart", { role: "assistant" }), '{"messageStart":{"role":"assistant"}}'],
    ["a model's own event, unwrapped", chunk({ type: "ping" }), '{"type":"ping"}'],
    ["an event without a payload", frame({ ":message-type": "event", ":event-type": "x" }, ""), '{"x":{}}'],
    ["a name with a quote in it", frame({ ":message-type": "event", ":event-type": 'x"' }, "{}"), '{"x\\"":{}}'],
  ])("%s", async (_name, bytes, text) => {
    expect(await readAll([bytes])).toEqual({ texts: [text], failure: undefined });
  });

  test.each<[name: string, bytes: Buffer, failure: StreamFailure]>([
    [
      "an exception",
      exception("throttlingException", { message: "Slow down." }),
      { headers: { "x-amzn-errortype": "throttlingException" }, text: '{"message":"Slow down."}' },
    ],
    [
      "an error that the service did not foresee",
      frame({ ":message-type": "error", ":error-code": "InternalFailure", ":error-message": 'say "x"' }, ""),
      { headers: { "x-amzn-errortype": "InternalFailure" }, text: '{"message":"say \\"x\\""}' },
    ],
  ])("%s ends it, behind the events before it", async (_name, bytes, failure) => {
    const read = await readAll([Buffer.concat([stream, bytes, stream])]);
    expect(read).toEqual({ texts: want, failure });
  });

  test.each([
    ["a frame of no kind", frame({ ":event-type": "x" }, "{}"), "is of an unknown kind"],
    ["a chunk that is no JSON", frame({ ":message-type": "event", ":event-type": "chunk" }, "{"), "wraps nothing"],
    ["a chunk without bytes", event("chunk", { p: "abc" }), "wraps nothing"],
    ["bytes that are no text", event("chunk", { bytes: 1 }), "wraps nothing"],
  ])("%s is refused, and what came before is told", async (_name, bytes, what) => {
    const read = await readAll([Buffer.concat([stream, bytes])]);
    expect(read.texts).toEqual(want);
    expect(wordsOf(read)).toBe(`upstream_invalid_response: An event in the upstream's stream ${what}.`);
  });
});

describe("cut anywhere", () => {
  test("in two, at every byte", async () => {
    for (let at = 0; at <= stream.length; at++) {
      const read = await readAll([stream.subarray(0, at), stream.subarray(at)]);
      expect(read).toEqual({ texts: want, failure: undefined });
    }
  });

  test.each([1, 2, 3, 11, 12, 13])("in reads of %d bytes", async (size) => {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
      stream.subarray(i * size, (i + 1) * size),
    );
    expect(await readAll(pieces)).toEqual({ texts: want, failure: undefined });
  });

  test("any events, in any reads", async () => {
    const payloads = fc.array(fc.record({ a: fc.string({ unit: "binary" }), b: fc.double() }), { maxLength: 8 });
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(payloads, sizes, async (made, cuts) => {
        const bytes = Buffer.concat(made.map((payload, i) => (i % 2 === 0 ? chunk(payload) : event("e", payload))));
        const pieces: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const next = at + (cuts[i % cuts.length] ?? 1);
          pieces.push(bytes.subarray(at, next));
          at = next;
        }
        const texts = made.map((payload, i) => JSON.stringify(i % 2 === 0 ? payload : { e: payload }));
        expect(await readAll(pieces)).toEqual({ texts, failure: undefined });
      }),
      { numRuns: 100 },
    );
  });

  test("a read is as good in the middle of other bytes", async () => {
    const around = Buffer.concat([Buffer.from("xx"), stream, Buffer.from("yy")]);
    const view = new Uint8Array(around.buffer, around.byteOffset + 2, stream.length);
    expect((await readAll([view])).texts).toEqual(want);
  });
});

/** A frame of an event with a payload as it is written here. */
const written = (type: string, payload: string): Buffer =>
  frame({ ":message-type": "event", ":event-type": type, ":content-type": "application/json" }, payload);

const base64Of = (text: string): string => Buffer.from(text, "utf8").toString("base64");

describe("frames like the one before", () => {
  const payload = fc.record({ a: fc.string({ unit: "binary" }), b: fc.double() }).map((made) => JSON.stringify(made));
  const text = fc.string({ unit: "binary", maxLength: 40 });
  // All the ways in which a service may write what it wraps, and some in which none should.
  const wrapped = fc.oneof(
    fc.tuple(payload, fc.stringMatching(/^\w*$/)).map(([one, p]) => `{"bytes":"${base64Of(one)}","p":"${p}"}`),
    payload.map((one) => `{"bytes":"${base64Of(one)}"}`),
    payload.map((one) => `{"p":"abc","bytes":"${base64Of(one)}"}`),
    payload.map((one) => `{ "bytes" : "${base64Of(one).replaceAll("/", "\\/")}" }`),
    payload.map((one) => `{"bytes":"${base64Of(one).replaceAll("/", "\\/").replaceAll("A", "\\u0041")}","p":"abc"}`),
    payload.map((one) => `{"bytes":"${base64Of("{}")}","bytes":"${base64Of(one)}"}`),
    payload.map((one) => `{"bytes":"${base64Of("{}")}","p":"\\"","bytes":"${base64Of(one)}"}`),
    text.map((said) => JSON.stringify({ bytes: said, p: "abc" })),
    text.map((said) => `{"bytes":"${said}","p":"abc"}`),
    text,
  );
  const anyFrame = fc.oneof(
    wrapped.map((one) => written("chunk", one)),
    fc.tuple(fc.constantFrom("a", "b", "chunky"), payload).map(([type, one]) => written(type, one)),
    payload.map((one) => exception("throttlingException", { message: one })),
    payload.map((one) => frame({ ":event-type": "a" }, one)),
  );

  test("are read as if they stood alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { maxLength: 8 }), async (frames) => {
        const alone = await Promise.all(frames.map((one) => readAll([one])));
        const broken = alone.findIndex(({ failure }) => failure !== undefined);
        const told = broken < 0 ? alone : alone.slice(0, broken + 1);
        const together = await readAll([Buffer.concat(frames)]);
        expect(together.texts).toEqual(told.flatMap(({ texts }) => texts));
        expect(wordsOf(together)).toBe(told.map(wordsOf).at(-1));
      }),
      { numRuns: 300 },
    );
  });

  test("are unwrapped as their JSON says", async () => {
    const bytesOf = (one: string): unknown => {
      try {
        const read: unknown = JSON.parse(one);
        return typeof read === "object" && read !== null ? Reflect.get(read, "bytes") : undefined;
      } catch {
        return undefined;
      }
    };
    await fc.assert(
      fc.asyncProperty(wrapped, async (one) => {
        const { texts } = await readAll([written("chunk", one)]);
        // Text in UTF-8 is whole in a frame, or it is none.
        const bytes = bytesOf(Buffer.from(one, "utf8").toString("utf8"));
        expect(texts).toEqual(typeof bytes === "string" ? [Buffer.from(bytes, "base64").toString("utf8")] : []);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["an escape that leaves the letters of base64 behind", '{"bytes":"e30\\u003d","p":"abc"}', "{}"],
    ["an escape in the middle", '{"bytes":"eyJhIjox\\u0066Q==","p":"abc"}', '{"a":1}'],
    ["a line break, which is no JSON", '{"bytes":"eyJhIj\nox fQ==","p":"abc"}', undefined],
    ["no padding", '{"bytes":"eyJhIjoxfQ","p":"abc"}', '{"a":1}'],
    ["a padding with a quote in it", '{"bytes":"eyJhIjoxfQ==","p":"a\\"c"}', '{"a":1}'],
    ["other bytes behind the padding", '{"bytes":"e30=","p":"abc","bytes":"eyJhIjoxfQ=="}', '{"a":1}'],
  ])("%s is as JSON has it", async (_name, payload, text) => {
    const { texts } = await readAll([written("chunk", payload)]);
    expect(texts).toEqual(text === undefined ? [] : [text]);
  });

  test.each<[name: string, size: number]>([
    ["small", 10],
    ["as large as the bytes that are kept for it", 12_288],
    ["larger", 12_289],
    ["much larger", 100_000],
  ])("a text that is %s is whole", async (_name, size) => {
    const texts = [JSON.stringify("ü".repeat(size / 2)), JSON.stringify("x".repeat(size))];
    const bytes = Buffer.concat(texts.map((one) => written("chunk", `{"bytes":"${base64Of(one)}","p":"abc"}`)));
    expect(await readAll([bytes])).toEqual({ texts, failure: undefined });
  });

  test("damage of any byte is noticed", async () => {
    const [before, bytes] = [chunk({ a: 1 }), chunk({ a: 2 })];
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.concat([before, bytes, before]);
      damaged.writeUInt8((bytes[at] ?? 0) ^ 0x01, before.length + at);
      const read = await readAll([damaged]);
      expect(read.texts).toEqual(['{"a":1}']);
      expect(wordsOf(read)).toMatch(/^upstream_invalid_response: .* (?:has a wrong beginning|is damaged)\.$/);
    }
  });

  test("do not change with the bytes of a read that is over", async () => {
    const reader = await createEventStreamReader();
    const read = Buffer.from(event("a", { n: 1 }));
    expect(reader.push(read)).toEqual(['{"a":{"n":1}}']);
    read.fill(0);
    expect(reader.push(event("a", { n: 2 }))).toEqual(['{"a":{"n":2}}']);
    expect(reader.push(event("b", { n: 3 }))).toEqual(['{"b":{"n":3}}']);
  });
});

describe("ends", () => {
  test("nothing at all is no event", async () => {
    expect(await readAll([])).toEqual({ texts: [], failure: undefined });
  });

  test("in the middle of a frame is a cut, wherever it is", async () => {
    const whole = event("messageStart", { role: "assistant" });
    for (let at = 1; at < whole.length; at++) {
      const read = await readAll([stream, whole.subarray(0, at)]);
      expect(read.texts).toEqual(want);
      expect(wordsOf(read)).toBe("upstream_stream_cut: The upstream's stream ended in the middle of an event.");
    }
  });
});

describe("damage", () => {
  test("of any byte is noticed, and nothing of the frame is told", async () => {
    const bytes = event("messageStart", { role: "assistant" });
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const damaged = Buffer.concat([stream, bytes, stream]);
        damaged.writeUInt8((bytes[at] ?? 0) ^ flip, stream.length + at);
        const read = await readAll([damaged]);
        expect(read.texts).toEqual(want);
        expect(wordsOf(read)).toMatch(/^upstream_invalid_response: .* (?:has a wrong beginning|is damaged)\.$/);
      }
    }
  });

  test("of a length is noticed before the rest is waited for", async () => {
    const bytes = Buffer.from(event("messageStart", { role: "assistant" }));
    bytes.writeUInt32BE(5_000_000, 0);
    const reader = await createEventStreamReader();
    expect(reader.push(bytes.subarray(0, 11))).toEqual([]);
    expect(reader.failure?.()).toBeUndefined();
    expect(reader.push(bytes.subarray(11, 12))).toEqual([]);
    expect(reader.failure?.()).toBeInstanceOf(GatewayError);
  });

  test("is the end: nothing is read any more", async () => {
    const read = await readAll([Buffer.alloc(12), stream, stream]);
    expect(read.texts).toEqual([]);
    expect(wordsOf(read)).toBe("upstream_invalid_response: An event in the upstream's stream has a wrong beginning.");
  });

  test("random bytes are no stream, and never thrown about", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const read = await readAll([bytes]);
        expect(read.texts).toEqual([]);
        expect(read.failure).toBeInstanceOf(GatewayError);
      }),
    );
  });
});

test("a frame above the bound is refused by its length, without waiting for it", async () => {
  const bytes = event("e", { a: "x".repeat(1_000) });
  const [least, most] = [bytes.length - 1, bytes.length];
  expect((await readAll([bytes], { maxBytes: most })).texts).toHaveLength(1);
  const read = await readAll([bytes.subarray(0, 12)], { maxBytes: least });
  expect(wordsOf(read)).toBe("upstream_invalid_response: An event in the upstream's stream is too large.");
});

test("a large frame in small reads takes no more than its own time", async () => {
  const bytes = event("e", { a: "x".repeat(2_000_000) });
  const pieces = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, i) =>
    bytes.subarray(i * 100, i * 100 + 100),
  );
  expect((await readAll(pieces)).texts).toEqual([JSON.stringify({ e: { a: "x".repeat(2_000_000) } })]);
});
