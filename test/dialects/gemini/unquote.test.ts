import { describe, expect, test } from "vitest";
import { createUnquoter } from "../../../src/dialects/gemini/chat/unquote.ts";
import fc from "../../_fc.ts";
import { answerOf, choiceOf, contextFor, deltasOf, eventOf, stop, streamed } from "./_reading.ts";
import { open } from "./_translate.ts";

const read = (...pieces: readonly string[]): string => {
  const unquoted = createUnquoter();
  return pieces.map(unquoted).join("");
};

describe("§7 a text in quotes", () => {
  test.each([
    ["in one piece", ['"12:30"'], "12:30"],
    ["after spaces, in pieces", [" ", '\n"12', ":30", '"', "\n"], "12:30"],
    ["with escapes that are cut", ['"a\\', "n\\u00", "e9\\", '"b"'], 'a\né"b'],
    ["that is cut off", ['"12:', "3"], "12:3"],
    ["without quotes", ["12", ":30"], "12:30"],
    ["without quotes around it, and with some in it", ["a", ' "b" \\n', '"'], 'a "b" \\n"'],
    ["that is empty", ['""'], ""],
    ["with an escape that is none", ['"a\\q"'], "aq"],
  ])("%s", (_name, pieces, want) => {
    expect(read(...pieces)).toBe(want);
  });

  test("is any text, cut anywhere", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat(60), { maxLength: 6 }), (text, cuts) => {
        const json = JSON.stringify(text);
        const places = [0, ...cuts.map((cut) => Math.min(cut, json.length)).sort((a, b) => a - b), json.length];
        expect(read(...places.slice(1).map((end, i) => json.slice(places[i], end)))).toBe(text);
      }),
    );
  });

  test("comes without them, whole and streamed, and thoughts as they are", () => {
    const context = contextFor({ quoted: true });
    const thought = { text: '"So"', thought: true };
    const { message } = choiceOf(answerOf([thought, { text: '"12:30"' }]), context);
    expect(message).toMatchObject({ content: "12:30", reasoning_content: '"So"' });
    const events = ['"', "12", ":3", '0"'].map((text) => eventOf([{ text }]));
    const deltas = deltasOf(streamed([eventOf([thought]), ...events, stop], context));
    expect(deltas).toEqual([{ reasoning_content: '"So"' }, { content: "12" }, { content: ":3" }, { content: "0" }, {}]);
  });

  test.each([
    ["a pattern", { guided_regex: "a+" }, "aa"],
    ["a schema", { guided_json: { type: "string" } }, '"aa"'],
  ])("goes or stays as asked: %s", (_name, members, content) => {
    const answer = answerOf([{ text: '"aa"' }]);
    const said = open(members).response(answer, JSON.stringify(answer));
    expect(said).toMatchObject({ body: { choices: [{ message: { content } }] } });
  });
});
