import { describe, expect, test } from "vitest";
import { validateErrorResponse } from "../../../generated/validators/openai.exact.mjs";
import type { Fold } from "../../../src/dialects/dialect.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { ChatChunk, Piece } from "../../../src/operations/types.ts";
import { createEventReader } from "../../../src/upstream/events.ts";
import fc from "../../_fc.ts";
import { streamProblems } from "../../_stream-rules.ts";
import { spoiled, spoiledEvents, validAnswer, validStream, validTexts } from "./_arbitrary.ts";
import { foldChat } from "./_chunks.ts";
import { errorOf } from "./_errors.ts";
import { type Asking, fold, openChat, openText, read } from "./_translate.ts";

const many = { numRuns: 1000 };
const seen: Asking = { responseModel: null };
const textOf = (event: object) => JSON.stringify(event);

describe("what keeps to the rules", () => {
  test("passes as a stream, byte for byte, where the model's name may be seen", () => {
    fc.assert(
      fc.property(validStream, (events) => {
        const { pieces, failure } = foldChat([...events, "[DONE]"], seen);
        expect(failure).toBeUndefined();
        expect(pieces.map(({ text }) => text)).toEqual(events.map(textOf));
      }),
      many,
    );
  });

  test("passes as a stream with nothing but the model's name changed", () => {
    fc.assert(
      fc.property(validStream, (events) => {
        const { pieces } = foldChat([...events, "[DONE]"]);
        const want = events.map((event) => textOf({ ...event, model: "asked" }));
        expect(pieces.map(({ chunk, text = JSON.stringify(chunk) }) => text)).toEqual(want);
      }),
      many,
    );
  });

  test("passes whole, byte for byte", () => {
    fc.assert(
      fc.property(validAnswer, (answer) => {
        const made = read(openChat(seen), answer);
        if (made instanceof GatewayError) throw made;
        expect(made.text).toBe(textOf(answer));
      }),
      many,
    );
  });

  test("passes as a text, byte for byte", () => {
    fc.assert(
      fc.property(validTexts, (events) => {
        const { pieces, failure } = fold(openText({ kind: "stream", ...seen }), [...events, "[DONE]"]);
        expect(failure).toBeUndefined();
        expect(pieces.map(({ text }) => text)).toEqual(events.map(textOf));
      }),
      many,
    );
  });

  test("is the same however its bytes are cut", () => {
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(
        validStream,
        ends,
        fc.constantFrom("", ": ping"),
        fc.array(fc.nat()),
        (events, end, comment, cuts) => {
          const frames = [...events.map(textOf), "[DONE]"].map((data) => `${comment}${end}data: ${data}${end}${end}`);
          const bytes = Buffer.from(frames.join(""));
          const want = foldBytes([bytes]);
          expect(want.map(({ text }) => text)).toEqual(events.map(textOf));
          expect(foldBytes(cutAt(bytes, cuts))).toEqual(want);
          expect(foldBytes(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(want);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** `fold` and `read` throw where an answer breaks the spec, or where its text says something else. */
describe("what does not keep to the rules", () => {
  test("is a valid stream by all of its rules, or fails", () => {
    let whole = 0;
    fc.assert(
      fc.property(spoiledEvents(validStream), fc.boolean(), (events, onlyFirst) => {
        const request = onlyFirst ? { parallel_tool_calls: false } : {};
        const { pieces, failure } = foldChat(events, { request });
        if (failure === undefined) whole++;
        const data = pieces.map(({ chunk, text = JSON.stringify(chunk) }) => text);
        const end = failure === undefined ? "[DONE]" : JSON.stringify(failure.toEnvelope());
        expect(streamProblems([...data, end], false)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(whole).toBeGreaterThan(500);
  });

  test("is a valid answer, or fails", () => {
    let whole = 0;
    fc.assert(
      fc.property(spoiled(validAnswer), (answer) => {
        fc.pre(answer !== undefined);
        if (!(read(openChat(), JSON.stringify(answer)) instanceof GatewayError)) whole++;
      }),
      { numRuns: 3000 },
    );
    expect(whole).toBeGreaterThan(500);
  });

  test("is a valid text, or fails", () => {
    let whole = 0;
    fc.assert(
      fc.property(spoiledEvents(validTexts), (events) => {
        const { pieces, failure } = fold(openText({ kind: "stream" }), events);
        if (failure === undefined) whole++;
        expect(pieces.some(({ chunk }) => "usage" in chunk)).toBe(false);
        for (const event of events) if (isJson(event)) read(openText(), event);
      }),
      { numRuns: 2000 },
    );
    expect(whole).toBeGreaterThan(300);
  });

  test("is an error in OpenAI's envelope, whatever the body", () => {
    const error = fc.record({
      message: fc.string(),
      type: fc.string(),
      param: fc.option(fc.string()),
      code: fc.option(fc.integer()),
    });
    const bodies = fc.oneof(
      spoiled(fc.record({ error })),
      spoiled(fc.record({ object: fc.constant("error"), message: fc.string() })),
      spoiled(fc.record({ detail: fc.constant([{ loc: ["body", "messages", 0], msg: "No." }]) })),
      fc.jsonValue(),
      fc.constantFrom("<html>secret</html>", "", "{"),
    );
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), bodies, (status, body) => {
        const text = typeof body === "string" ? body : (JSON.stringify(body) ?? "");
        const made = errorOf(status, text);
        expect(validateErrorResponse(made.toEnvelope())).toBe(true);
        expect(made.message).not.toBe("");
        expect(made.message).not.toContain("<html>");
        expect(made.status).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: 2000 },
    );
  });
});

function cutAt(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}

function foldBytes(pieces: readonly Uint8Array[]): readonly Piece<ChatChunk>[] {
  const folding: Fold<ChatChunk> = openChat({ kind: "stream", ...seen }).stream();
  const orThrow = (made: readonly Piece<ChatChunk>[] | GatewayError) => {
    if (made instanceof GatewayError) throw made;
    return made;
  };
  const reader = createEventReader();
  const told = pieces.flatMap((piece) => reader.push(piece)).flatMap((event) => orThrow(folding.onEvent(event)));
  const { events, rest } = reader.end();
  expect(rest).toBe("");
  return [...told, ...events.flatMap((event) => orThrow(folding.onEvent(event))), ...orThrow(folding.onEnd())];
}

function isJson(text: object | string): boolean {
  try {
    JSON.parse(String(text));
    return true;
  } catch {
    return false;
  }
}
