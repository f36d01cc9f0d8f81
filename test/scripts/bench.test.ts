import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bestOf, compare } from "../../scripts/bench/compare.ts";
import { interleave, ratiosOf, slopeOf, spreadOf } from "../../scripts/bench/figures.ts";
import type { Result } from "../../scripts/bench/load.ts";
import { agentRequest, chatRequest } from "../../scripts/bench/requests.ts";
import { chooseGroups, groups, isMet, type Measured, nameOf, rows } from "../../scripts/bench/rows.ts";
import { significant, toCells, toColumns, toMarkdown } from "../../scripts/bench/table.ts";
import { parseObject } from "../../src/http/json.ts";
import { parseChat } from "../../src/operations/chat.ts";
import fc from "../_fc.ts";
import { root } from "../_repository.ts";

const exactly = (value: number) => ({ median: value, min: value, max: value });

describe("the median of rounds, and their range", () => {
  test.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[3, 1, 2], { median: 2, min: 1, max: 3 }],
    [[4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
    [[10, 9, 2], { median: 9, min: 2, max: 10 }],
  ])("of %j", (values, spread) => expect(spreadOf(values)).toEqual(spread));

  test("of no round there is none", () => expect(() => spreadOf([])).toThrow("nothing to take the median of"));

  test("as many rounds are above it as below", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const { median } = spreadOf(values);
        const below = values.filter((value) => value < median).length;
        expect(Math.max(below, values.filter((value) => value > median).length)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe("rounds", () => {
  test("run forwards and backwards in turn", () => {
    expect(interleave(["a", "b", "c"], 3)).toEqual([
      ["a", "b", "c"],
      ["c", "b", "a"],
      ["a", "b", "c"],
    ]);
  });

  test("are compared one by one", () => expect(ratiosOf([1, 6], [2, 3])).toEqual([0.5, 2]));

  test("are as many on both sides", () => expect(() => ratiosOf([1, 6], [2])).toThrow("2 rounds beside 1"));
});

test.each([
  [
    "a line",
    [
      [0, 1],
      [1, 3],
      [2, 5],
    ],
    2,
  ],
  [
    "points around a line",
    [
      [0, 1],
      [1, 0],
      [2, 1],
      [3, 0],
    ],
    -0.2,
  ],
  ["one point", [[5, 5]], 0],
  [
    "points above each other",
    [
      [1, 1],
      [1, 9],
    ],
    0,
  ],
] as const)("the slope of %s", (_, points, slope) => expect(slopeOf(points)).toBeCloseTo(slope));

test.each<["at least" | "at most", number, number, boolean]>([
  ["at least", 0.75, 0.75, true],
  ["at least", 0.75, 0.74, false],
  ["at most", 400, 400, true],
  ["at most", 400, 401, false],
])("%s %d, with %d: met is %j", (is, bound, value, met) => {
  expect(isMet({ is, bound, unit: "×" }, exactly(value))).toBe(met);
});

test("what has no target is shown, and misses nothing", () => {
  const shown: Measured = { row: "claude32", beside: "the limit", ours: "1/s", theirs: "2/s", value: exactly(0.5) };
  expect(isMet({ is: "shown", unit: "×" }, exactly(0))).toBe(true);
  const line = toCells([shown], new Set(["streams"]), new Map()).find(([figure]) => figure?.includes("Claude"));
  expect(line?.slice(1)).toEqual(["the limit", "1/s", "2/s", "0.50×", "", "", ""]);
  expect(nameOf(shown)).toBe("OpenAI → Claude, 181 chunks, streams/s at 32, beside the limit");
});

describe("groups", () => {
  test("are all where none is named", () => expect(chooseGroups([])).toEqual(new Set(groups)));
  test("keep their order", () => expect(chooseGroups(["startup", "unary"])).toEqual(new Set(["unary", "startup"])));
  test("are named rightly", () => expect(chooseGroups(["unry"])).toMatch(/^nothing is called unry; there are unary,/));
  test("have rows", () => expect(new Set(Object.values(rows).map(({ group }) => group))).toEqual(new Set(groups)));
});

const measured: readonly Measured[] = [
  {
    row: "passThrough",
    ours: "15,000/s",
    theirs: "20,000/s",
    value: { median: 0.75, min: 0.7, max: 0.8 },
    cpu: "1 / 2",
  },
  { row: "gemini", ours: "9,000/s", theirs: "20,000/s", value: exactly(0.45) },
];

describe("the table", () => {
  const cells = toCells(measured, new Set(["unary", "ledger"]), new Map([["ledger", "not built yet"]]));

  test("has a line for every row that was asked for, measured or not", () => {
    expect(cells.map(([figure]) => figure)).toEqual([
      "figure",
      "passed through, req/s at 32",
      "OpenAI → Gemini, req/s at 32",
      "passed through, req/s at 32",
      "OpenAI → Gemini, req/s at 32",
      "keys, budget and ledger on, SQLite, req/s at 32",
      "keys, budget and ledger on, PostgreSQL, req/s at 32",
    ]);
  });

  test("says what each came to, and whether that is enough", () => {
    expect(cells.slice(1).map((line) => line.slice(4))).toEqual([
      ["0.75× (0.70 to 0.80)", "≥ 0.75×", "met", "1 / 2"],
      ["0.45×", "≥ 0.7×", "missed", ""],
      ["", "≥ 4×", "not measured", ""],
      ["", "≥ 4×", "not measured", ""],
      ["", "≥ 0.75×", "not built yet", ""],
      ["", "≥ 0.6×", "not built yet", ""],
    ]);
  });

  test("is drawn in columns and as Markdown", () => {
    expect(toColumns(cells).split("\n")).toHaveLength(7);
    expect(toColumns(cells)).toMatch(/^passed through, req\/s at 32 {26}the limit +15,000\/s +20,000\/s +0\.75×/m);
    expect(toMarkdown(cells)).toMatch(/^\| figure \|.*\n\| --- \|.*\n\| passed through, req\/s at 32 \| the limit \|/);
  });

  test.each([
    [0.7512, "0.75"],
    [12.345, "12.3"],
    [-12.345, "-12.3"],
    [123.4, "123"],
    [20_123.4, "20,123"],
  ])("writes %d as %s", (value, text) => expect(significant(value)).toBe(text));
});

describe("two sides", () => {
  const rounds = (...speeds: number[]): readonly Result[] =>
    speeds.map((perSecond) => ({ perSecond, medianUs: 1e6 / perSecond, cpuUs: 50 }));
  const results = new Map([
    ["ours", rounds(100, 200, 300)],
    ["slow", rounds(10, 10, 10)],
    ["quick", rounds(50, 100, 50)],
  ]);

  test("are compared by their speed", () => {
    const { ours, theirs, value, cpu } = compare("gemini", results, ["ours", "quick"], "perSecond");
    expect({ ours, theirs, value, cpu }).toEqual({
      ours: "200/s",
      theirs: "50.0/s",
      value: { median: 2, min: 2, max: 6 },
      cpu: "50.0 µs / 50.0 µs",
    });
  });

  test("are compared by their latency", () => {
    const { ours, theirs, value } = compare("latencyGemini", results, ["ours", "slow"], "medianUs");
    expect({ ours, theirs, median: value.median }).toEqual({ ours: "5,000 µs", theirs: "100,000 µs", median: 0.05 });
  });

  test("the better one counts, of those that could be measured", () => {
    expect(bestOf(results, ["slow", "quick", "failed"])).toBe("quick");
    expect(() => bestOf(results, ["failed"])).toThrow("none of them could be measured: failed");
  });
});

describe("requests", () => {
  test("the small one has 1.1 KB", () => expect(chatRequest("gpt-4o", false).length).toBeCloseTo(1_060, -2));

  test("the agent's has 283 KB, 200 messages and 40 tools, and is a sound one", () => {
    const text = agentRequest("gpt-4o");
    expect(Buffer.byteLength(text)).toBe(283_000);
    const { request } = parseChat(parseObject(Buffer.from(text)), "gpt-4o");
    expect({ messages: request.messages.length, tools: request.tools?.length }).toEqual({ messages: 200, tools: 40 });
  });

  test("the program that works on it says how long each way took, round by round", () => {
    const routes = join(mkdtempSync(join(tmpdir(), "specgate-bench-")), "routes.yaml");
    onTestFinished(() => rmSync(dirname(routes), { recursive: true }));
    const vertex = "{ type: vertex, project: p, location: us-central1, auth: none }";
    const openai = '{ type: openai, base_url: "http://127.0.0.1:9/v1" }';
    writeFileSync(
      routes,
      `providers: { v: ${vertex}, o: ${openai} }\nmodels: { gpt-4o: o/gpt-4o, gemini-2.5-flash: v/gemini-2.5-flash }\n`,
    );
    const said = execFileSync(process.execPath, [join(root, "bench/agent.ts"), "2", routes], { encoding: "utf8" });
    const two = [expect.any(Number), expect.any(Number)];
    expect(JSON.parse(said)).toEqual({ plain: two, passThrough: two, gemini: two });
  });
});
