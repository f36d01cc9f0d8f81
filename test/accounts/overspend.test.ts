import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { openSqlStore, type SqlPlace } from "../../src/store/sql/open.ts";
import fc from "../_fc.ts";
import { secrets } from "../_setup.ts";
import { freePort, type Running, startSpecgate, untilHealthy } from "../_specgate.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { urlOf } from "./_accounts.ts";
import { type Seen, startLoad } from "./_clients.ts";
import { startCountingUpstream } from "./_counting-upstream.ts";

/** What a run is made of. Money is US dollars in decimal text. */
interface Run {
  readonly key: string;
  readonly user: string;
  readonly team: string;
  readonly input: string;
  readonly output: string;
  readonly clients: number;
  readonly leaves: boolean;
  readonly pauseMs: number;
  readonly maxTokens: number;
}

const cents = (most: number) => fc.integer({ min: 1, max: most }).map((count) => (count / 100).toFixed(2));
const runs: fc.Arbitrary<Run> = fc.record({
  key: cents(400),
  user: cents(400),
  team: cents(400),
  // Dollars for a million tokens, so high that some hundred requests use a budget up.
  input: fc.integer({ min: 0, max: 40 }).map(String),
  output: fc.integer({ min: 1, max: 400 }).map(String),
  clients: fc.integer({ min: 4, max: 24 }),
  leaves: fc.boolean(),
  pauseMs: fc.integer({ min: 1, max: 20 }),
  maxTokens: fc.integer({ min: 1, max: 1_000 }),
});

const routesOf = ({ key, user, team, input, output }: Run, upstream: string): string => `
server: { secret: "\${SECRET}" }
database: { url: "\${DATABASE}" }
log: { level: error, format: json }
providers: { up: { type: openai, base_url: "${upstream}/v1", auth: none } }
models: { test-model: { deployments: [up/m], price: { input: "${input}", output: "${output}" } } }
keys: [{ name: alice, key: "\${KEY}", user: ann, team: red, budget: { max: "${key}" } }]
users: [{ name: ann, budget: { max: "${user}", period: year } }]
teams: [{ name: red, budget: { max: "${team}" } }]
end_users: { budget: { max: "${user}" } }
`;

interface Replica {
  readonly running: Running;
  readonly url: string;
}

async function startReplica(folder: string, env: Readonly<Record<string, string>>): Promise<Replica> {
  const port = await freePort();
  const running = startSpecgate(["serve", "--port", String(port)], { cwd: folder, env });
  onTestFinished(async () => void (await running.stop("SIGKILL")));
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url);
  return { running, url };
}

/** Lets clients of so many processes spend what there is, kills one in the middle, and looks at the books. */
async function spend(place: SqlPlace, processes: number, run: Run): Promise<void> {
  const upstream = await startCountingUpstream(run.pauseMs, true);
  const folder = mkdtempSync(join(tmpdir(), "specgate-overspend-"));
  writeFileSync(join(folder, "routes.yaml"), routesOf(run, upstream.url));
  const env = { SECRET: "a secret that is long enough", DATABASE: urlOf(place), KEY: secrets.key };
  const replicas: Replica[] = [];
  for (let i = 0; i < processes; i++) replicas.push(await startReplica(folder, env));
  const seen: Seen = new Map();
  const more = { max_tokens: run.maxTokens, user: "eve" };
  const load = (url: string) => startLoad(url, run.clients, seen, { leaves: run.leaves, more });
  const loads = replicas.map(({ url }) => load(url));
  await sleep(500);
  await replicas[0]?.running.stop("SIGKILL");
  // Where it was the only one, another takes its place.
  if (processes === 1) {
    const next = await startReplica(folder, env);
    replicas.push(next);
    loads.push(load(next.url));
  }
  await sleep(700);
  // The killed one's clients go on asking nobody.
  await Promise.all(loads.map((one) => one.stop()));
  await Promise.all(replicas.slice(1).map(({ running }) => running.stop()));
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });

  const store = await openSqlStore(place);
  try {
    while ((await store.accounting.expire(Date.now() + 120_000, 1_000)).length > 0);
    const budgets = await store.accounting.budgets({});
    expect(budgets.map(({ subject }) => subject.kind).sort()).toEqual(["end_user", "key", "team", "user"]);
    const [all] = await store.ledger.sums("key", {});
    for (const { subject, spentNanoUsd, reservedNanoUsd, limitNanoUsd = -1n } of budgets) {
      expect({ subject, reservedNanoUsd }).toEqual({ subject, reservedNanoUsd: 0n });
      expect(spentNanoUsd).toBeLessThanOrEqual(limitNanoUsd);
      // All have had the same requests, and nothing is missing or there twice.
      expect(spentNanoUsd).toBe(all?.costNanoUsd);
    }
    expect(all?.requests ?? 0).toBeGreaterThanOrEqual(seen.size);
  } finally {
    await store.close();
  }
}

describe.each([
  { database: sqliteDatabase(), processes: 1, numRuns: 5 },
  { database: sqliteDatabase(), processes: 3, numRuns: 4 },
  { database: postgresDatabase(), processes: 1, numRuns: 4 },
  { database: postgresDatabase(), processes: 3, numRuns: 5 },
])("budgets on $database.name, $processes gateways", ({ database, processes, numRuns }) => {
  afterAll(() => database.drop());

  test("are never overspent, by aborts, failures and crashes neither, and reservations return to zero", async (context) => {
    await database.need(context);
    // Tables are there before the first of several gateways comes.
    await fc.assert(
      fc.asyncProperty(runs, async (run) => spend(await database.fresh(), processes, run)),
      { numRuns, endOnFailure: true },
    );
  }, 240_000);
});
