import { afterEach, expect, test } from "vitest";
import { beginWork, endOfTurn, endWork } from "../src/turn.ts";

let begun = 0;

function begin(times: number): void {
  for (; begun < times; begun++) beginWork();
}

afterEach(() => {
  for (; begun > 0; begun--) endWork();
});

/** What happens in which order where two ask in one turn. */
async function orderOf(): Promise<readonly string[]> {
  const order: string[] = [];
  const ask = async (name: string): Promise<void> => {
    await endOfTurn();
    order.push(name);
  };
  process.nextTick(() => order.push("within the turn"));
  await Promise.all([ask("first"), ask("second")]);
  return order;
}

test("those who ask in one turn of the event loop go on together, at its end", async () => {
  begin(2);
  expect(await orderOf()).toEqual(["within the turn", "first", "second"]);
});

test("each turn has an end of its own", async () => {
  begin(2);
  const first = endOfTurn();
  expect(endOfTurn()).toBe(first);
  await first;
  const second = endOfTurn();
  expect(second).not.toBe(first);
  await second;
});

test("a request that is alone goes on at once", async () => {
  begin(1);
  expect(await orderOf()).toEqual(["first", "second"]);
});
