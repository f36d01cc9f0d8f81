import { describe, expect, test } from "vitest";
import { withoutNullUsage, withText } from "../../../src/dialects/openai/splice.ts";
import fc from "../../_fc.ts";

describe("a text written anew in JSON", () => {
  test.each<[string, string, string | undefined]>([
    ["alone", '{"model":"a"}', '{"model":"b"}'],
    ["with a space", '{"model": "a","x":1}', '{"model": "b","x":1}'],
    ["beside a member of its name", '{"model":"a","a":1}', undefined],
    ["beside a text like it", '{"model":"a","x":"a"}', undefined],
    ["within a longer text", '{"model":"a","x":"\\"a\\" ab"}', '{"model":"b","x":"\\"a\\" ab"}'],
    [
      "within a text that looks like it",
      '{"model":"a","x":"\\"model\\":\\"a\\""}',
      '{"model":"b","x":"\\"model\\":\\"a\\""}',
    ],
    ["said in another way", '{"model":"\\u0061"}', undefined],
    ["with a space before the colon", '{"model" :"a"}', undefined],
    ["under another name", '{"modal":"a"}', undefined],
    ["not at all", '{"x":1}', undefined],
  ])("stands %s", (_name, json, want) => {
    expect(withText(json, "model", "a", "b")).toBe(want);
    expect(withText(json, "model", "a", "a")).toBe(json);
  });

  test("may need escapes", () => {
    expect(withText('{"model":"a\\"\\\\"}', "model", 'a"\\', 'ü"')).toBe('{"model":"ü\\""}');
  });

  test("is right or is not written at all, whatever stands beside it", () => {
    const names = fc.constantFrom("a", "b", "model", "usage", '"a"', "a\\", "");
    const members = fc.dictionary(names, fc.oneof(names, fc.jsonValue({ maxDepth: 2 })));
    let written = 0;
    fc.assert(
      fc.property(members, members, names, names, fc.constantFrom(0, 1), (before, after, from, to, space) => {
        const value = { ...before, model: from, ...after, ...(Object.hasOwn(after, "model") && { model: from }) };
        const json = JSON.stringify(value, null, space).replaceAll("\n", "");
        const made = withText(json, "model", from, to);
        if (made === undefined) return;
        written++;
        expect(JSON.stringify(JSON.parse(made))).toBe(JSON.stringify({ ...value, model: to }));
      }),
      { numRuns: 2000 },
    );
    expect(written).toBeGreaterThan(100);
  });
});

describe("a null left out of JSON", () => {
  test.each<[string, string, string | undefined]>([
    ["last", '{"id":"x","usage":null}', '{"id":"x"}'],
    ["between others", '{"id":"x","usage":null,"y":1}', '{"id":"x","y":1}'],
    ["first", '{"usage":null,"id":"x"}', '{"id":"x"}'],
    ["first, with spaces", '{"usage": null, "id": "x"}', '{"id": "x"}'],
    ["with spaces", '{"id": "x", "usage": null, "y": 1}', '{"id": "x", "y": 1}'],
    ["in two places", '{"a":{"b":1,"usage":null},"usage":null}', undefined],
    ["first, and in another place", '{"usage":null,"a":{"b":1,"usage":null}}', undefined],
    ["first in two places", '{"usage":null,"a":{"usage":null,"b":1}}', undefined],
    ["last, and alone in another place", '{"a":{"usage":null},"usage":null}', undefined],
    ["within a text", '{"a":"\\"usage\\":null","usage":null}', '{"a":"\\"usage\\":null"}'],
    ["alone", '{"usage":null}', undefined],
    ["in an odd way, and in another place", '{"usage" :null,"a":{"b":1,"usage":null}}', undefined],
    ["in an odd way", '{"id":"x","usage" :null}', undefined],
    ["nowhere", '{"id":"x"}', undefined],
  ])("stands %s", (_name, json, want) => {
    expect(withoutNullUsage(json)).toBe(want);
  });

  test("is gone from the top or the text is of no use, whatever stands beside it", () => {
    const name = fc.constantFrom("usage", "a", '"usage":null', "b");
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.constant(null),
        name,
        fc.integer(),
        tie("object"),
        fc.array(tie("any"), { maxLength: 3 }),
      ),
      object: fc.dictionary(name, tie("any"), { maxKeys: 4 }),
    })).any;
    const members = fc.dictionary(name, value, { maxKeys: 4 });
    let written = 0;
    fc.assert(
      fc.property(members, members, fc.constantFrom(0, 1), (before, after, space) => {
        const object = { ...before, usage: null, ...after, ...(Object.hasOwn(after, "usage") && { usage: null }) };
        const json = JSON.stringify(object, null, space).replaceAll(/\n */g, space === 0 ? "" : " ");
        const made = withoutNullUsage(json);
        if (made === undefined) return;
        written++;
        const { usage: _usage, ...rest } = object;
        expect(JSON.stringify(JSON.parse(made))).toBe(JSON.stringify(rest));
      }),
      { numRuns: 2000 },
    );
    expect(written).toBeGreaterThan(100);
  });
});
