import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { compare } from "../compare.ts";
import { type Contender, contender, measure } from "../load.ts";
import type { Server } from "../processes.ts";
import type { Measured } from "../rows.ts";
import { type Setting, startSpecgate } from "../setting.ts";

/** The server that the database is made on, as the tests have it. */
const postgres = process.env["SPECGATE_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432/postgres";

const key = "sk-key-of-the-bench";
const headers = { authorization: `Bearer ${key}` };

/** Requests per second with a key, its budgets and the ledger, beside the same gateway without any of them. */
export async function measureLedger(setting: Setting): Promise<readonly Measured[]> {
  const name = `specgate_bench_${process.pid}`;
  const started: Server[] = [];
  const hasPostgres = await onPostgres(`CREATE DATABASE ${name}`);
  try {
    const start = async (title: string, database: string | undefined): Promise<Contender> => {
      const routes = database === undefined ? setting.routes : writeRoutes(setting, title, database);
      const server = await startSpecgate({ ...setting, routes });
      started.push(server);
      const own = contender(title, setting, server, "gpt-4o");
      return database === undefined ? own : { ...own, headers };
    };
    const file = join(setting.folder, "ledger.db");
    const contenders = [await start("without", undefined), await start("sqlite", `sqlite:${file}`)];
    if (hasPostgres) contenders.push(await start("postgres", addressOf(name)));
    const { results } = await measure(setting, contenders, 32);
    const onSqlite = compare("ledger", results, ["sqlite", "without"], "perSecond");
    if (!hasPostgres) return [{ ...onSqlite, note: "there is no PostgreSQL on this machine" }];
    return [onSqlite, compare("ledgerPostgres", results, ["postgres", "without"], "perSecond")];
  } finally {
    await Promise.all(started.map((server) => server.stop()));
    if (hasPostgres) await onPostgres(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** The routes of the other groups, with a key of a user and a team that all three have a budget. */
function writeRoutes({ folder, routes }: Setting, title: string, database: string): string {
  const digest = createHash("sha256").update(key).digest("hex");
  const budget = '{ max: "1000000", period: month }';
  const migrates = database.startsWith("postgres") ? ", auto_migrate: true" : "";
  const text = `server: { secret: a secret of the bench alone }
database: { url: "${database}"${migrates} }
keys: [{ name: bench, digest: ${digest}, user: ann, team: red, budget: ${budget} }]
users: [{ name: ann, budget: ${budget} }]
teams: [{ name: red, budget: ${budget} }]
${readFileSync(routes, "utf8")}`;
  const file = join(folder, `${title}.yaml`);
  writeFileSync(file, text);
  return file;
}

function addressOf(database: string): string {
  const url = new URL(postgres);
  url.pathname = `/${database}`;
  return url.href;
}

/** False where the server cannot be had. */
async function onPostgres(sql: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgres, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(sql);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
