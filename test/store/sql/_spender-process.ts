/**
 * A process that spends: `node _spender-process.ts PLACE PLAN`, both JSON, a secret as its text. Prints `ready`, then
 * each commit that the store said is on the ledger, then what came of it all.
 */
import { writeSync } from "node:fs";
import { Secret } from "../../../src/secret.ts";
import { openSqlStore, type SqlPlace } from "../../../src/store/sql/open.ts";
import { type Plan, spend } from "./_spender.ts";

const [, , place = "", plan = ""] = process.argv;

// Written at once: what is said is not to be lost with the process.
const say = (line: string): void => void writeSync(1, `${line}\n`);

const store = await openSqlStore(placeIn(place), { timeoutMs: 15_000 });
say("ready");
const spent = await spend(store, planIn(plan), (id, cost) => say(`committed ${id} ${cost}`));
await store.close();
say(`done ${JSON.stringify(spent)}`);

function placeIn(text: string): SqlPlace {
  return text.startsWith("postgres:")
    ? { kind: "postgres", url: new Secret(text), connections: 4 }
    : { kind: "sqlite", file: text };
}

function planIn(text: string): Plan {
  const plan: Plan = JSON.parse(text);
  return plan;
}
