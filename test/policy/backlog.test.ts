import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { createBacklog } from "../../src/policy/backlog.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { until } from "../store/_key-value.ts";
import { rowOf } from "./_accountant.ts";

/** A backlog before a database that refuses some rows, or answers nobody. */
function waiting(windowMs = 5) {
  const state = { isAway: false, refused: new Map<string, unknown>() };
  const batches: (readonly string[])[] = [];
  const written: string[] = [];
  const failures: unknown[] = [];
  const givenUp: string[] = [];
  const backlog = createBacklog({
    accounting: {
      async commit(rows) {
        const ids = rows.map(({ id }) => id);
        batches.push(ids);
        await sleep(1);
        if (state.isAway) throw new StoreError("unavailable", "The connection is broken.");
        for (const id of ids) if (state.refused.has(id)) throw state.refused.get(id);
        return [];
      },
    },
    windowMs,
    onFailure: (thrown) => void failures.push(thrown),
    onWritten: (ids) => void written.push(...ids),
    onGivenUp: (ids, why) => void givenUp.push(`${why}: ${ids.length < 5 ? ids.join(" ") : ids.length}`),
  });
  onTestFinished(() => backlog.close());
  return { backlog, state, batches, written, failures, givenUp };
}

const idsOf = (count: number, from = 0): readonly string[] => Array.from({ length: count }, (_, at) => `r${from + at}`);

describe("rows that wait", () => {
  test("are written together, after their window", async () => {
    const { backlog, batches } = waiting(40);
    for (const id of idsOf(3)) backlog.add(rowOf(id));
    await sleep(10);
    expect([backlog.size(), batches]).toEqual([3, []]);
    await until(() => backlog.size() === 0);
    expect(batches).toEqual([["r0", "r1", "r2"]]);
  });

  test("are written a thousand at a time, and those that come meanwhile with them", async () => {
    const { backlog, batches, written } = waiting();
    for (const id of idsOf(2_500)) backlog.add(rowOf(id));
    await until(() => batches.length > 0);
    for (const id of idsOf(10, 2_500)) backlog.add(rowOf(id));
    await until(() => backlog.size() === 0);
    expect(batches.slice(0, 2).map((ids) => ids.length)).toEqual([1_000, 1_000]);
    expect([written.length, new Set(written).size]).toEqual([2_510, 2_510]);
  });

  test("are tried again until the database is back", async () => {
    const { backlog, state, failures, written } = waiting();
    state.isAway = true;
    for (const id of idsOf(3)) backlog.add(rowOf(id));
    await until(() => failures.length === 1);
    expect(await backlog.flush()).toBe(false);
    state.isAway = false;
    await until(() => backlog.size() === 0);
    expect(written).toEqual(["r0", "r1", "r2"]);
  });

  test.each([
    ["the server refuses", new StoreError("refused", "PostgreSQL refused."), 1, []],
    ["cannot be written at all", new RangeError("no whole number"), 0, ["refused: r1"]],
    ["is too large", new StoreError("too_large", "An id is too long."), 0, ["refused: r1"]],
  ])("are written although one of them %s", async (_name, failure, left, lost) => {
    const { backlog, state, written, givenUp } = waiting();
    state.refused.set("r1", failure);
    for (const id of idsOf(1_200)) backlog.add(rowOf(id));
    await until(() => backlog.size() <= left && written.length === 1_199);
    expect(givenUp).toEqual(lost);
    state.refused.clear();
    await backlog.close();
    expect(written.includes("r1")).toBe(left === 1);
  });

  test("wait for the database where it goes while each is tried by itself", async () => {
    const { backlog, state, failures, written, givenUp } = waiting();
    state.refused.set("r1", new RangeError("no whole number"));
    state.refused.set("r2", new StoreError("timeout", "No answer."));
    for (const id of idsOf(4)) backlog.add(rowOf(id));
    expect(await backlog.flush()).toBe(false);
    expect([written, givenUp, failures]).toEqual([["r0"], ["refused: r1"], [state.refused.get("r2")]]);
    state.refused.clear();
    await backlog.flush();
    expect(written).toEqual(["r0", "r2", "r3"]);
  });

  test("all stay where the server refuses each: it may be there to read only", async () => {
    const { backlog, state, failures, written, givenUp } = waiting();
    for (const id of idsOf(3)) {
      state.refused.set(id, new StoreError("refused", "PostgreSQL refused."));
      backlog.add(rowOf(id));
    }
    expect(await backlog.flush()).toBe(false);
    expect([failures.length, backlog.size(), givenUp]).toEqual([1, 3, []]);
    state.refused.clear();
    await backlog.flush();
    expect(written).toHaveLength(3);
  });

  test("are as many as memory has room for: the oldest go, and it is said", async () => {
    const { backlog, state, givenUp } = waiting(60_000);
    state.isAway = true;
    for (const id of idsOf(50_002)) backlog.add(rowOf(id));
    expect(backlog.size()).toBe(50_000);
    expect(givenUp).toEqual(["full: r0", "full: r1"]);
    await backlog.close();
    expect(givenUp.at(-1)).toBe("end: 50000");
  });

  test("are written at the end, whatever is under way", async () => {
    const { backlog, written, givenUp } = waiting();
    backlog.add(rowOf("r0"));
    const flushing = backlog.flush();
    backlog.add(rowOf("r1"));
    await backlog.close();
    await flushing;
    expect([written, givenUp]).toEqual([["r0", "r1"], []]);
  });
});
