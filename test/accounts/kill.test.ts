import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { LedgerRow } from "../../src/store/sql/ledger-row.ts";
import { openSqlStore } from "../../src/store/sql/open.ts";
import type { SqlStore } from "../../src/store/sql/port.ts";
import { secrets } from "../_setup.ts";
import { freePort, startSpecgate, untilHealthy } from "../_specgate.ts";
import { until } from "../store/_key-value.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { urlOf } from "./_accounts.ts";
import { type Seen, startLoad } from "./_clients.ts";
import { startCountingUpstream } from "./_counting-upstream.ts";

const kills = 50;

describe.each([sqliteDatabase(), postgresDatabase()])("the ledger on $name", (database) => {
  afterAll(() => database.drop());

  test(`has every answer that a client saw end, once and rightly, although its gateway was killed ${kills} times`, async (context) => {
    await database.need(context);
    const place = await database.fresh();
    const upstream = await startCountingUpstream(10);
    onTestFinished(() => upstream.close());
    const folder = mkdtempSync(join(tmpdir(), "specgate-kill-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const routes = `
server: { secret: "\${SECRET}" }
database: { url: "\${DATABASE}" }
log: { level: error, format: json }
providers: { up: { type: openai, base_url: "${upstream.url}/v1", auth: none } }
models: { test-model: { deployments: [up/m], price: { input: "1", output: "3" } } }
keys: [{ name: alice, key: "\${KEY}", user: ann, team: red, budget: { max: "1000" } }]
`;
    writeFileSync(join(folder, "routes.yaml"), routes);
    const env = { SECRET: "a secret that is long enough", DATABASE: urlOf(place), KEY: secrets.key };
    const port = await freePort();
    const seen: Seen = new Map();
    for (let round = 0; round < kills; round++) {
      const gateway = startSpecgate(["serve", "--port", String(port)], { cwd: folder, env });
      onTestFinished(async () => void (await gateway.stop("SIGKILL")));
      await untilHealthy(`http://127.0.0.1:${port}`);
      const load = startLoad(`http://127.0.0.1:${port}`, 16, seen, { leaves: true });
      const before = seen.size;
      await until(() => seen.size > before);
      await sleep((round * 37) % 150);
      await gateway.stop("SIGKILL");
      await load.stop();
    }
    const store = await openSqlStore(place);
    onTestFinished(() => store.close());
    // What the killed had under way is ended by whoever comes later: its time is over by then.
    while ((await store.accounting.expire(Date.now() + 120_000, 1_000)).length > 0);
    const rows = await allRows(store);
    const byId = new Map(rows.map((row) => [row.id, row]));
    expect(byId.size).toBe(rows.length);
    const wrong = [...seen].filter(([id, { input, output }]) => {
      const row = byId.get(id);
      const isRight = row?.tokens.uncachedInput === input && row.tokens.output === output;
      return !isRight || row.status !== "succeeded" || row.costNanoUsd !== BigInt(input * 1_000 + output * 3_000);
    });
    expect(wrong).toEqual([]);
    // Nothing was asked of the upstream that is not on the ledger, and nothing is there that nobody asked for.
    expect(rows.length).toBeGreaterThanOrEqual(seen.size);
    expect(upstream.asked()).toBeLessThanOrEqual(rows.length);
    const spent = rows.reduce((sum, row) => sum + (row.costNanoUsd ?? 0n), 0n);
    for (const budget of await store.accounting.budgets({})) {
      expect(budget).toMatchObject({ spentNanoUsd: spent, reservedNanoUsd: 0n });
    }
  }, 240_000);
});

async function allRows({ ledger }: SqlStore): Promise<readonly LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (;;) {
    const last = rows.at(-1);
    const page = await ledger.rows({}, { after: last && { time: last.time, id: last.id }, limit: 1_000 });
    rows.push(...page);
    if (page.length < 1_000) return rows;
  }
}
