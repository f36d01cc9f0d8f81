import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createReservationKeeper } from "../../src/policy/reservation-keeper.ts";
import { StoreError } from "../../src/store/store-error.ts";
import { until } from "../store/_key-value.ts";

/** A keeper before a database that can be away, and what it asks of it. */
function keeping(due: string[][] = []) {
  const state = { isAway: false, canWrite: true };
  const asked: string[] = [];
  const heard: string[] = [];
  const ask = async (what: string): Promise<void> => {
    asked.push(what);
    if (state.isAway) throw new StoreError("unavailable", "The connection is broken.");
  };
  const keeper = createReservationKeeper({
    accounting: {
      async renew(renewals) {
        await ask(`renew ${renewals.map(({ id }) => id).join(" ")}`);
        return [];
      },
      async release(ids) {
        await ask(`release ${ids.join(" ")}`);
        return [];
      },
      async expire(nowMs) {
        await ask(nowMs === 0 ? "look" : "expire");
        return due.shift() ?? [];
      },
    },
    nowMs: Date.now,
    writeRows: async () => state.canWrite,
    onSuccess: () => void heard.push("success"),
    onFailure: () => void heard.push("failure"),
    onLost: (ids) => void heard.push(`lost ${ids.length}`),
    times: { leaseMs: 400, renewMs: 60, sweepMs: 20 },
  });
  onTestFinished(() => keeper.close());
  return { keeper, state, asked, heard };
}

test("renews what it keeps, and nothing that it forgot", async () => {
  const { keeper, asked } = keeping();
  for (const id of ["a", "b", "c"]) keeper.keep(id);
  keeper.forget(["b"]);
  await until(() => asked.includes("renew a c"));
  keeper.forget(["a", "c"]);
  asked.length = 0;
  await sleep(150);
  expect(asked.every((one) => one === "expire")).toBe(true);
});

test("sweeps at once when it begins, and until nothing is left", async () => {
  const many = Array.from({ length: 1_000 }, (_, at) => `r${at}`);
  const { heard } = keeping([many, many, ["x"]]);
  await until(() => heard.includes("success"));
  expect(heard.slice(0, 4)).toEqual(["lost 1000", "lost 1000", "lost 1", "success"]);
});

test("ends nothing before those who were away had the time to renew", async () => {
  const { keeper, state, asked, heard } = keeping();
  keeper.keep("a");
  state.isAway = true;
  await until(() => heard.includes("failure"));
  state.isAway = false;
  asked.length = 0;
  await until(() => asked.includes("expire"));
  // One's own come first; until then it only looks.
  expect(asked.slice(0, 2)).toEqual(["renew a", "look"]);
  expect(heard.at(-1)).toBe("success");
});

test("ends nothing while rows wait that cannot be written", async () => {
  const { state, asked } = keeping();
  await until(() => asked.includes("expire"));
  state.canWrite = false;
  await sleep(30);
  asked.length = 0;
  await sleep(100);
  expect(asked).toEqual([]);
});

test("gives back what may have been reserved, when that is possible, and once", async () => {
  const { keeper, state, asked, heard } = keeping();
  state.isAway = true;
  keeper.drop("a");
  await until(() => heard.filter((one) => one === "failure").length > 1);
  state.isAway = false;
  asked.length = 0;
  await sleep(150);
  expect(asked.filter((one) => one.startsWith("release"))).toEqual(["release a"]);
});

test("does nothing any more when it is closed", async () => {
  const { keeper, asked, heard, state } = keeping();
  keeper.keep("a");
  await until(() => heard.includes("success"));
  state.isAway = true;
  keeper.close();
  asked.length = 0;
  heard.length = 0;
  await sleep(150);
  expect([asked, heard]).toEqual([[], []]);
});
