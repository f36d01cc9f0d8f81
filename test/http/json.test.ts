import { describe, expect, test } from "vitest";
import { parseObject } from "../../src/http/json.ts";
import fc from "../_fc.ts";

const parse = (text: string): object => parseObject(new TextEncoder().encode(text));
const nested = (levels: number, open: string, close: string, inner = "1"): string =>
  open.repeat(levels) + inner + close.repeat(levels);
const deep = "nested no deeper than 128 levels";

describe("JSON", () => {
  test("is what JSON.parse makes of it, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: "grapheme" }),
          fc.json().map((text) => JSON.parse(text)),
        ),
        (value) => {
          const text = JSON.stringify(value);
          expect(parse(text)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test("of members with one name, the last wins", () => {
    expect(parse('{"a":1,"a":{"b":2},"a":3}')).toEqual({ a: 3 });
  });

  test("keeps __proto__ a name like any other", () => {
    const value = parse('{"__proto__":{"polluted":true,"__proto__":"x\\ud800"},"constructor":{"prototype":1}}');
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe(
      '{"__proto__":{"polluted":true,"__proto__":"x\ufffd"},"constructor":{"prototype":1}}',
    );
    expect("polluted" in value).toBe(false);
  });

  test("may begin with one byte order mark", () => {
    expect(parse('\ufeff{"a":"\ufeff"}')).toEqual({ a: "\ufeff" });
    expect(() => parse('\ufeff\ufeff{"a":1}')).toThrow("We could not parse the JSON body of your request.");
  });
});

describe("depth", () => {
  const padding = `"p":"${"x".repeat(1_100_000)}",`;

  test.each([
    ["a small body", ""],
    ["a body of a megabyte", padding],
  ])("of 128 levels is fine in %s, of 129 is not", (_name, more) => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
      ['[{"a":', "}]"],
    ] as const) {
      const per = open.startsWith("[{") ? 2 : 1;
      expect(() => parse(`{${more}"v":${nested(126 / per, open, close, "[]")}}`)).not.toThrow();
      expect(() => parse(`{${more}"v":${nested(126 / per, open, close, "[[]]")}}`)).toThrow(deep);
      expect(() => parse(`{${more}"v":${nested(5000, open, close)}}`)).toThrow(deep);
    }
  });

  test.each([
    ["brackets", "[".repeat(2000)],
    ["quotes and brackets", '"['.repeat(2000)],
    ["backslashes, quotes and brackets", '\\"[\\'.repeat(2000)],
    ["a backslash at its end", "[\\"],
  ])("does not count what stands in a text: %s", (_name, text) => {
    for (const more of ["", padding]) {
      const body = `{${more}"a":${JSON.stringify(text)},"b":[${JSON.stringify(text)}],${JSON.stringify(text)}:1}`;
      expect(parse(body)).toMatchObject({ a: text, b: [text] });
      expect(() => parse(`${body.slice(0, -1)},"v":${nested(128, "[", "]")}}`)).toThrow(deep);
    }
  });

  test("side by side is no depth", () => {
    expect(() => parse(`{${padding}"v":[${Array(5000).fill("[{}]").join()}]}`)).not.toThrow();
  });
});

describe("half a surrogate pair", () => {
  test.each([
    ["at the end", "cut \ud83d", "cut \ufffd"],
    ["at the beginning", "\udc4b there", "\ufffd there"],
    ["alone", "\ud83d", "\ufffd"],
    ["in the wrong order", "\udc4b\ud83d", "\ufffd\ufffd"],
    ["beside a whole one", "👋\ud83d👋", "👋\ufffd👋"],
  ])("becomes U+FFFD: %s", (_name, sent, kept) => {
    expect(parse(JSON.stringify({ a: sent, b: [sent, { c: sent }] }))).toEqual({ a: kept, b: [kept, { c: kept }] });
  });

  test("a pair written as two escapes, and the escape of a backslash, are left alone", () => {
    expect(parse('{"a":"\\ud83d\\udc4b","b":"\\\\ud83d"}')).toEqual({ a: "👋", b: "\\ud83d" });
  });
});
