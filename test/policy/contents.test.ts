import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { GatewayError } from "../../src/errors.ts";
import { anyone, type Caller } from "../../src/policy/caller.ts";
import { createStreamJoiner } from "../../src/policy/content-stream.ts";
import { maxContentBytes, toContentText } from "../../src/policy/content-text.ts";
import { type Contents, type ContentsDeps, createContents } from "../../src/policy/contents.ts";
import { createLedgerTrim } from "../../src/policy/ledger-trim.ts";
import { createSeal } from "../../src/seal.ts";
import { Secret } from "../../src/secret.ts";
import type { ContentRow } from "../../src/store/sql/content-row.ts";
import { StoreError } from "../../src/store/store-error.ts";
import fc from "../_fc.ts";
import { until } from "../store/_key-value.ts";

const alice: Caller = { ...anyone, role: "key", keyId: "alice", keepsContent: true };

describe("what is kept of a text", () => {
  const textOf = (body: object, text?: string): unknown => JSON.parse(toContentText({ body, text }));
  const image = `data:image/png;base64,${"iVBORw0KGgo".repeat(1_000)}`;
  const sound = "UklGRuC8BwBXQVZF".repeat(100);

  test.each([
    ["a long image", { image_url: { url: image } }, { image_url: { url: `[image/png, ${image.length} characters]` } }],
    ["a small image", { url: image.slice(0, 1_000) }, { url: image.slice(0, 1_000) }],
    ["media of no type", { url: image.replace("image/png", "") }, { url: `[data, ${image.length - 9} characters]` }],
    ["sound", { data: sound, format: "wav" }, { data: "[base64, 1600 characters]", format: "wav" }],
    ["a text under the name of sound", { data: "a b".repeat(1_000) }, { data: "a b".repeat(1_000) }],
    ["a long text", { content: sound }, { content: sound }],
    ["a text about an image", { content: `see ${image}` }, { content: `see ${image}` }],
    ["a list", [{ a: [1, null, true] }, image], [{ a: [1, null, true] }, `[image/png, ${image.length} characters]`]],
  ])("%s", (_, said, kept) => {
    const body = { said };
    const before = JSON.stringify(body);
    expect(textOf(body)).toEqual({ said: kept });
    expect(JSON.stringify(body)).toBe(before);
  });

  test("an answer's own text counts in place of its body", () => {
    expect(textOf({ data: [] }, '{"data":[1.50]}')).toEqual({ data: [1.5] });
    const long = `{"data":"${"x".repeat(9_000_000)}"}`;
    expect(textOf({}, long)).toMatchObject({ truncated: true, bytes: long.length });
  });

  test("is JSON and within its bound, whatever is said, and cut at no half of a character", () => {
    const unit = fc.constantFrom('"', "\\", "ü", "東", "👋", "a", "\n", "\ud800");
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 20 }), fc.nat(3), (pieces, shift) => {
        const body = { a: "x".repeat(shift) + pieces.join("").repeat(Math.ceil(1_100_000 / pieces.join("").length)) };
        const text = toContentText({ body });
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxContentBytes);
        const { truncated, bytes, start } = JSON.parse(text);
        expect([truncated, bytes]).toEqual([true, Buffer.byteLength(JSON.stringify(body))]);
        expect(JSON.stringify(body).startsWith(start)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });
});

describe("a stream put together", () => {
  const joined = (chunks: readonly object[]): unknown => {
    const joiner = createStreamJoiner();
    for (const chunk of chunks) joiner.add(chunk);
    return joiner.value();
  };
  const chunk = (delta: object, more: object = {}, index = 0) => ({
    ...{ id: "c", object: "chat.completion.chunk", created: 1, model: "m" },
    choices: [{ index, delta, finish_reason: null, ...more }],
  });
  const whole = (...choices: readonly object[]) => ({
    ...{ id: "c", object: "chat.completion", created: 1, model: "m" },
    choices,
  });

  test("of nothing is nothing", () => {
    expect(joined([])).toBeUndefined();
  });

  test("has texts one behind the other, and the last of all else", () => {
    const chunks = [
      chunk({ role: "assistant", content: null }),
      chunk({ role: "assistant", reasoning_content: "Hm" }),
      chunk({ reasoning_content: "m." }),
      chunk({ content: "Hel" }),
      chunk({ content: "lo" }),
      chunk({}, { finish_reason: "stop" }),
      { ...chunk({}), choices: [], usage: { total_tokens: 3 } },
    ];
    const message = { role: "assistant", content: "Hello", reasoning_content: "Hmm." };
    expect(joined(chunks)).toEqual({
      ...whole({ index: 0, message, finish_reason: "stop" }),
      usage: { total_tokens: 3 },
    });
  });

  test("has choices and calls by their index", () => {
    const call = (index: number, members: object) => chunk({ tool_calls: [{ index, ...members }] }, {}, 1);
    const chunks = [
      chunk({ content: "a" }),
      call(0, { id: "x", type: "function", function: { name: "f", arguments: "" } }),
      call(0, { function: { arguments: '{"a"' } }),
      call(1, { id: "y", type: "function", function: { name: "g", arguments: "{}" } }),
      call(0, { id: "x", type: "function", function: { name: "f", arguments: ":1}" } }),
      chunk({ content: "b" }),
    ];
    const calls = [
      { index: 0, id: "x", type: "function", function: { name: "f", arguments: '{"a":1}' } },
      { index: 1, id: "y", type: "function", function: { name: "g", arguments: "{}" } },
    ];
    expect(joined(chunks)).toEqual(
      whole(
        { index: 0, message: { content: "ab" }, finish_reason: null },
        { index: 1, message: { tool_calls: calls }, finish_reason: null },
      ),
    );
  });

  test("has lists without an index one behind the other", () => {
    const logprobs = (...tokens: readonly string[]) => ({ logprobs: { content: tokens.map((token) => ({ token })) } });
    const chunks = [chunk({ content: "a" }, logprobs("a")), chunk({ content: "b" }, logprobs("b", "c"))];
    expect(joined(chunks)).toMatchObject({ choices: [logprobs("a", "b", "c")] });
  });

  test("leaves chunks as they are, and what they say to no prototype", () => {
    const first = chunk({ content: "a", tool_calls: [{ index: 0, function: { arguments: "b" } }] });
    const before = JSON.stringify(first);
    joined([first, first, JSON.parse('{"__proto__":{"polluted":true},"choices":[{"__proto__":{"polluted":true}}]}')]);
    expect(JSON.stringify(first)).toBe(before);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("is cut when it is kept, and holds no more than that", () => {
    const joiner = createStreamJoiner();
    for (let at = 0; at < 500; at++) joiner.add(chunk({ content: "x".repeat(100_000) }));
    const body = joiner.value();
    if (body === undefined) throw new Error("there were chunks");
    expect(JSON.stringify(body).length).toBeLessThan(3 * maxContentBytes);
    expect(JSON.parse(toContentText({ body }))).toMatchObject({ truncated: true });
  });
});

/** A store in memory that can be made to fail. */
function faultyStore() {
  const rows = new Map<string, ContentRow>();
  const state: { failure: Error | undefined; refused: string | undefined } = { failure: undefined, refused: undefined };
  return {
    rows,
    state,
    store: {
      async put(some: readonly ContentRow[]) {
        if (state.failure !== undefined) throw state.failure;
        if (some.some(({ id }) => id === state.refused)) throw new StoreError("refused", "no");
        for (const row of some) rows.set(row.id, row);
      },
      byId: async (id: string) => rows.get(id),
    },
  };
}

function start(options: Partial<ContentsDeps> = {}) {
  const { store, rows, state } = faultyStore();
  const lines: string[] = [];
  const line = (fields: object, message: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`);
  const contents = createContents({
    store,
    seal: createSeal([new Secret("a secret of some length")], "content"),
    retentionMs: 60_000,
    nowMs: () => 1_000_000,
    log: { info: line, warn: line },
    bounds: { windowMs: 1, pauseMs: 5 },
    ...options,
  });
  return { contents, rows, state, lines };
}

function say(contents: Contents, id: string, text = "Hi"): void {
  const recording = contents.begin(alice, id, { text });
  recording?.whole({ body: { text: "Hello" } });
  recording?.end();
}

describe("contents", () => {
  test.each([
    ["a key that does not want it", { ...alice, keepsContent: false }],
    ["a caller without a key", { ...alice, keyId: undefined }],
    ["anyone", anyone],
  ])("are not kept of %s", (_, caller) => {
    expect(start().contents.begin(caller, "a", {})).toBeUndefined();
  });

  test("are read as they were said, while their time lasts", async () => {
    let now = 1_000_000;
    const { contents } = start({ nowMs: () => now });
    say(contents, "a");
    await contents.close();
    const kept = { id: "a", time: now, keyId: "alice", request: { text: "Hi" }, response: { text: "Hello" } };
    expect(await contents.read("a")).toEqual(kept);
    now += 60_000;
    expect(await contents.read("a")).toEqual(kept);
    now += 1;
    expect(await contents.read("a")).toBeUndefined();
  });

  test("end once, with what the client heard", async () => {
    const { contents } = start();
    const failing = contents.begin(alice, "failed", {});
    failing?.end(new GatewayError("overloaded", "Later."));
    failing?.whole({ body: { text: "too late" } });
    failing?.end();
    contents.begin(alice, "left", {})?.end(new GatewayError("client_closed_request", "Gone."));
    const broken = contents.begin(alice, "broken", {});
    broken?.chunk({ chunk: { id: "stale" }, text: '{"id":"c","choices":[{"index":0,"text":"a"}]}' });
    broken?.chunk({ chunk: { choices: [{ index: 0, text: "b" }] } });
    broken?.end(new GatewayError("upstream_stream_cut", "Cut."));
    await contents.close();
    const answers = await Promise.all(
      ["failed", "left", "broken"].map(async (id) => (await contents.read(id))?.response),
    );
    expect(answers).toEqual([
      new GatewayError("overloaded", "Later.").toEnvelope(),
      undefined,
      {
        id: "c",
        choices: [{ index: 0, text: "ab" }],
        ...new GatewayError("upstream_stream_cut", "Cut.").toEnvelope(),
      },
    ]);
  });

  test("that cannot be kept concern nobody but the log", async () => {
    const { contents, lines } = start();
    const circle: { own?: object } = {};
    circle.own = circle;
    const recording = contents.begin(alice, "circle", circle);
    recording?.end();
    contents.begin(alice, "number", { big: 1n })?.end();
    const odd = contents.begin(alice, "odd", {});
    odd?.chunk({ chunk: {}, text: "no JSON" });
    odd?.chunk({ chunk: {} });
    odd?.end();
    await contents.close();
    expect(lines.map((line) => line.slice(line.indexOf("}") + 2))).toEqual(
      Array.from({ length: 3 }, () => "what was said in a request could not be kept"),
    );
    expect(await contents.read("odd")).toBeUndefined();
  });
});

describe("a database that is away", () => {
  test("is waited for, and the log says so once, and once that it is back", async () => {
    const { contents, rows, state, lines } = start();
    state.failure = new StoreError("unavailable", "away");
    say(contents, "a");
    await until(() => lines.length > 0);
    say(contents, "b");
    await sleep(30);
    expect(rows.size).toBe(0);
    state.failure = undefined;
    await until(() => rows.size === 2);
    await contents.close();
    expect(lines).toEqual([
      '{"code":"unavailable"} what is said cannot be kept (ledger.content); answers are not concerned',
      '{"lost":0} what is said is kept again',
    ]);
  });

  test("for long loses what finds no room, by number and by length", async () => {
    for (const bounds of [{ mostWaiting: 2 }, { mostCharacters: 2 * '{"text":"Hi"}{"text":"Hello"}'.length }]) {
      const { contents, rows, state, lines } = start({ bounds: { windowMs: 1, pauseMs: 5, ...bounds } });
      state.failure = new StoreError("timeout", "late");
      for (const id of ["a", "b", "c", "d"]) say(contents, id);
      state.failure = undefined;
      await until(() => rows.size === 2);
      await contents.close();
      expect([...rows.keys()]).toEqual(["a", "b"]);
      expect(lines.at(-1)).toBe('{"lost":2} what is said is kept again');
      expect(lines).toHaveLength(2);
    }
  });

  test("to the end loses what waits, and says how much", async () => {
    const { contents, state, lines } = start();
    state.failure = new StoreError("unavailable", "away");
    say(contents, "a");
    say(contents, "b");
    await contents.close();
    expect(lines.at(-1)).toBe('{"lost":2} what was said was lost');
  });

  test("and refuses something loses that alone", async () => {
    const { contents, rows, state, lines } = start();
    state.refused = "b";
    for (const id of ["a", "b", "c"]) say(contents, id);
    await until(() => lines.length > 0);
    say(contents, "d");
    await until(() => rows.has("d"));
    await contents.close();
    expect([...rows.keys()]).toEqual(["a", "c", "d"]);
    expect(lines.at(-1)).toBe('{"lost":1} what is said is kept again');
  });
});

describe("old contents", () => {
  test.each([
    ["by an age of their own", 10, 990],
    ["all where nothing is to be kept any more", undefined, 1_000],
  ])("go in slices, %s", async (_, contentRetentionMs, wanted) => {
    const asked: (readonly [before: number, limit: number])[] = [];
    const trim = async (before: number, limit: number): Promise<number> => {
      asked.push([before, limit]);
      return asked.length < 3 ? limit : 0;
    };
    const lines: string[] = [];
    const line = (fields: object, message: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`);
    const trimmer = createLedgerTrim({
      accounts: { contents: { trim }, ledger: { trim: async () => 0 }, accounting: { trimBudgets: async () => 0 } },
      ledger: { retentionMs: 5, contentRetentionMs },
      log: { info: line, warn: line },
      nowMs: () => 1_000,
    });
    await until(() => lines.length > 0);
    trimmer.close();
    expect(asked).toEqual(Array.from({ length: 3 }, () => [wanted, 50]));
    expect(lines).toEqual(['{"requests":100} what was said in old requests was deleted']);
  });
});
