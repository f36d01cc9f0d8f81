import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ContentRow } from "../../../src/store/sql/content-row.ts";
import type { SqlStore } from "../../../src/store/sql/port.ts";
import { codeOf } from "../_key-value.ts";
import { openPair, postgresDatabase, sqliteDatabase } from "./_databases.ts";
import { start } from "./_records.ts";

function content(id: string, members: Partial<ContentRow> = {}): ContentRow {
  return { id, time: start, keyId: "key", request: "sealed request", answer: "sealed answer", ...members };
}

describe.each([sqliteDatabase(), postgresDatabase()])("contents on $name", (database) => {
  let stores: readonly [SqlStore, SqlStore] | undefined;
  let own: SqlStore;
  let other: SqlStore;
  beforeEach(async (context) => {
    await database.need(context);
    if (stores === undefined) stores = await openPair(await database.fresh());
    else await database.clear();
    [own, other] = stores;
  });
  afterAll(async () => {
    await Promise.all((stores ?? []).map((store) => store.close()));
    await database.drop();
  });

  test.each([
    ["all", content("a")],
    ["no answer", content("a", { answer: undefined })],
    ["long texts", content("a", { request: "r".repeat(1_400_000), answer: "ü".repeat(700_000) })],
    ["what no database likes", content("a", { keyId: "k\0", request: "\ud800", answer: "" })],
  ])("come back as they were put: %s", async (_, row) => {
    await own.contents.put([row]);
    const clean = (text: string): string => text.replaceAll("\0", "\ufffd").toWellFormed();
    expect(await other.contents.byId("a")).toEqual({ ...row, keyId: clean(row.keyId), request: clean(row.request) });
    expect(await other.contents.byId("b")).toBeUndefined();
  });

  test("are written once: who comes second changes nothing, and the others of its call are written", async () => {
    await own.contents.put([content("a")]);
    await other.contents.put([content("a", { answer: "another" }), content("b")]);
    expect(await own.contents.byId("a")).toEqual(content("a"));
    expect(await own.contents.byId("b")).toEqual(content("b"));
  });

  test("of nothing are nothing, and too many at once are refused", async () => {
    await own.contents.put([]);
    const many = Array.from({ length: 1_001 }, (_, at) => content(String(at)));
    await expect(own.contents.put(many)).rejects.toThrow(RangeError);
    expect(await codeOf(own.contents.put([content("i".repeat(201))]))).toBe("too_large");
    await own.contents.put(many.slice(1));
    expect(await own.contents.byId("1000")).toEqual(content("1000"));
  });

  test("are trimmed by their own age, the oldest first and at most as many as asked", async () => {
    await own.contents.put([4, 2, 1, 3].map((at) => content(String(at), { time: start + at })));
    expect(await own.contents.trim(start + 4, 2)).toBe(2);
    const left = async (): Promise<readonly string[]> => {
      const found = await Promise.all(["1", "2", "3", "4"].map((id) => own.contents.byId(id)));
      return found.flatMap((one) => (one === undefined ? [] : [one.id]));
    };
    expect(await left()).toEqual(["3", "4"]);
    expect(await other.contents.trim(start + 4, 2)).toBe(1);
    expect(await other.contents.trim(start + 4, 2)).toBe(0);
    expect(await left()).toEqual(["4"]);
  });
});
