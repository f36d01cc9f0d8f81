import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { createEventReader } from "../../src/upstream/events.ts";
import fc from "../_fc.ts";

interface Read {
  readonly events: readonly string[];
  readonly rest: string;
}

/** Reads the pieces in turn. */
function read(pieces: readonly Uint8Array[]): Read {
  const reader = createEventReader();
  const events = pieces.flatMap((piece) => [...reader.push(piece)]);
  const last = reader.end();
  return { events: [...events, ...last.events], rest: last.rest };
}

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const readText = (text: string): Read => read([bytes(text)]);

/** The same bytes in pieces of the given size. */
function sliced(whole: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
}

describe("events", () => {
  test.each(["\n", "\r\n", "\r"])("line end %j", (eol) => {
    const text = `data: {"a":1}${eol}${eol}event: x${eol}data: {"b":2}${eol}${eol}`;
    expect(readText(text)).toEqual({ events: ['{"a":1}', '{"b":2}'], rest: "" });
  });

  test("comments, ids, retries and event names are passed over; data lines are joined", () => {
    const text =
      ": OPENROUTER PROCESSING\n\nid: 7\nretry: 10\nevent: delta\ndata: one\ndata:two\ndata\ndata: three\n\n";
    expect(readText(text)).toEqual({ events: ["one\ntwo\n\nthree"], rest: "" });
  });

  test("each read gives the events it completed", () => {
    const reader = createEventReader();
    expect(reader.push(bytes("data: 1\n\ndata: 2\n\nda"))).toEqual(["1", "2"]);
    expect(reader.push(bytes("ta: 3"))).toEqual([]);
    expect(reader.push(bytes("\n\n"))).toEqual(["3"]);
    expect(reader.end()).toEqual({ events: [], rest: "" });
  });

  test.each([
    ["with its line end", "data: 1\n\ndata: [DONE]\n"],
    ["without", "data: 1\n\ndata: [DONE]"],
    ["after a lone carriage return", "data: 1\r\rdata: [DONE]\r"],
  ])("the last event is delivered without its blank line, %s", (_name, text) => {
    expect(readText(text)).toEqual({ events: ["1", "[DONE]"], rest: "" });
  });

  test("one byte order mark is no data", () => {
    expect(readText("\ufeffdata: 1\n\n")).toEqual({ events: ["1"], rest: "" });
  });
});

describe("what is no event", () => {
  const error = { error: { code: 429, message: "Resource exhausted: data: none", status: "RESOURCE_EXHAUSTED" } };

  test.each([
    ["on one line", JSON.stringify(error)],
    ["on several lines", JSON.stringify(error, null, 2)],
    ["in an array", JSON.stringify([error], null, 2)],
    ["ended by CRLF", `${JSON.stringify([error], null, 2).replaceAll("\n", "\r\n")}\r\n`],
  ])("a bare error %s is the rest, however it is cut", (_name, text) => {
    const whole = bytes(text);
    for (const size of [whole.length, 1, 2, 3, 7]) {
      const { events, rest } = read(sliced(whole, size));
      expect(events).toEqual([]);
      expect(JSON.parse(rest)).toEqual(JSON.parse(text));
    }
  });

  test("a bare error after events is the rest, and they are kept", () => {
    const { events, rest } = read(sliced(bytes(`data: 1\r\n\r\n${JSON.stringify(error, null, 2)}\n`), 5));
    expect(events).toEqual(["1"]);
    expect(JSON.parse(rest)).toEqual(error);
  });

  test("a page of HTML is the rest", () => {
    expect(readText("<html>\n<body>502</body>\n</html>\n").rest).toBe("<html>\n<body>502</body>\n</html>");
  });

  test("an empty stream is empty", () => {
    expect(read([])).toEqual({ events: [], rest: "" });
  });
});

describe("limits", () => {
  const tooLarge = expect.objectContaining({ errorName: "upstream_invalid_response" });

  function failureOf(pieces: readonly string[]): unknown {
    const reader = createEventReader({ maxLength: 1_000 });
    try {
      for (const piece of pieces) reader.push(bytes(piece));
      return undefined;
    } catch (thrown) {
      return thrown instanceof GatewayError ? thrown : undefined;
    }
  }

  test("a line that never ends", () => {
    expect(failureOf(["data: ", ...Array.from({ length: 20 }, () => "x".repeat(100))])).toEqual(tooLarge);
  });

  test("an event that never ends", () => {
    expect(failureOf(Array.from({ length: 20 }, () => `data: ${"x".repeat(100)}\n`))).toEqual(tooLarge);
  });

  test("a page that never ends", () => {
    expect(failureOf(Array.from({ length: 20 }, () => `<p>${"x".repeat(100)}</p>\n`))).toEqual(tooLarge);
  });

  test("many events, each small", () => {
    expect(failureOf(Array.from({ length: 100 }, () => `data: ${"x".repeat(100)}\n\n`))).toBeUndefined();
  });
});

describe("cuts", () => {
  const eol = fc.constantFrom("\n", "\r\n", "\r");
  const value = fc.string({
    unit: fc.constantFrom("a", " ", ":", "{", '"', "é", "漢", "🎉", "data: ", "\ufeff"),
    maxLength: 8,
  });
  const line = fc.oneof(
    value.map((text) => `data: ${text}`),
    value.map((text) => `data:${text}`),
    value.map((text) => `event: ${text}`),
    fc.tuple(value, value, eol, eol).map(([type, text, one, other]) => `event: ${type}${one}data: ${text}${other}`),
    value.map((text) => `: ${text}`),
    value.map((text) => `{"error": "${text}"}`),
    fc.constantFrom("data", "id: 1", "retry: 5", ""),
  );
  const stream = fc
    .tuple(
      fc.constantFrom("", "\ufeff"),
      fc.array(fc.tuple(line, eol), { maxLength: 12 }),
      fc.constantFrom("", "data: cut"),
    )
    .map(([bom, lines, end]) => bytes(bom + lines.flat().join("") + end));

  test("every cut position gives the same events", () => {
    fc.assert(
      fc.property(stream, (whole) => {
        const want = read([whole]);
        for (let at = 0; at <= whole.length; at++) {
          expect(read([whole.subarray(0, at), whole.subarray(at)])).toEqual(want);
        }
      }),
    );
  });

  test("reads of 1, 2 and 3 bytes give the same events", () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(1, 2, 3), (whole, size) => {
        expect(read(sliced(whole, size))).toEqual(read([whole]));
      }),
      { numRuns: 500 },
    );
  });

  test("the events are those of a reader written from the standard", () => {
    fc.assert(
      fc.property(stream, (whole) => {
        expect(read([whole]).events).toEqual(plainly(whole.toString("utf8")));
      }),
      { numRuns: 500 },
    );
  });
});

/** The standard's own steps over the whole text, and the last event even where the blank line is missing. */
function plainly(text: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  for (const line of [...text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/), ""]) {
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "data") data.push(value ?? "");
    if (line !== "" || data.length === 0) continue;
    events.push(data.join("\n"));
    data = [];
  }
  return events;
}
