import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, type TestContext, test } from "vitest";
import { secret } from "../_canary.ts";
import { newFolder, runSpecgate } from "../_specgate.ts";
import { startOn, urlOf } from "../accounts/_accounts.ts";
import { digestOf, masterKey } from "../admin/_admin.ts";
import {
  dropPostgres,
  emptyPostgres,
  needPostgres,
  onPostgres,
  postgresDatabase,
  sqliteDatabase,
} from "../store/sql/_databases.ts";

const key = "sk-litellm-developer-1";

/** LiteLLM's tables, as far as they are read, with some of its other columns. */
const tables = `
CREATE TABLE "LiteLLM_BudgetTable" (budget_id TEXT PRIMARY KEY, max_budget DOUBLE PRECISION, soft_budget DOUBLE PRECISION,
  max_parallel_requests INTEGER, tpm_limit BIGINT, rpm_limit BIGINT, model_max_budget JSONB, budget_duration TEXT,
  budget_reset_at TIMESTAMP(3), created_at TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "LiteLLM_TeamTable" (team_id TEXT PRIMARY KEY, team_alias TEXT, organization_id TEXT, admins TEXT[], members TEXT[],
  members_with_roles JSONB DEFAULT '{}', metadata JSONB DEFAULT '{}', max_budget DOUBLE PRECISION, spend DOUBLE PRECISION DEFAULT 0,
  models TEXT[], max_parallel_requests INTEGER, tpm_limit BIGINT, rpm_limit BIGINT, budget_duration TEXT,
  budget_reset_at TIMESTAMP(3), blocked BOOLEAN DEFAULT false, created_at TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
  model_max_budget JSONB DEFAULT '{}');
CREATE TABLE "LiteLLM_UserTable" (user_id TEXT PRIMARY KEY, user_alias TEXT, team_id TEXT, teams TEXT[] DEFAULT ARRAY[]::TEXT[],
  user_role TEXT, max_budget DOUBLE PRECISION, spend DOUBLE PRECISION DEFAULT 0, user_email TEXT, models TEXT[],
  metadata JSONB DEFAULT '{}', max_parallel_requests INTEGER, tpm_limit BIGINT, rpm_limit BIGINT, budget_duration TEXT,
  budget_reset_at TIMESTAMP(3), created_at TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE "LiteLLM_EndUserTable" (user_id TEXT PRIMARY KEY, alias TEXT, spend DOUBLE PRECISION DEFAULT 0,
  allowed_model_region TEXT, default_model TEXT, budget_id TEXT, blocked BOOLEAN DEFAULT false);
CREATE TABLE "LiteLLM_VerificationToken" (token TEXT PRIMARY KEY, key_name TEXT, key_alias TEXT, soft_budget_cooldown BOOLEAN
  DEFAULT false, spend DOUBLE PRECISION DEFAULT 0, expires TIMESTAMP(3), models TEXT[], aliases JSONB DEFAULT '{}',
  config JSONB DEFAULT '{}', user_id TEXT, team_id TEXT, permissions JSONB DEFAULT '{}', max_parallel_requests INTEGER,
  metadata JSONB DEFAULT '{}', blocked BOOLEAN, tpm_limit BIGINT, rpm_limit BIGINT, max_budget DOUBLE PRECISION,
  budget_duration TEXT, budget_reset_at TIMESTAMP(3), budget_id TEXT, created_at TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP);
`;

const rows = `
INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget) VALUES ('small', 0.5);
INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, max_budget, spend) VALUES ('web', 'Web', 100, 7.25), ('declared', NULL, 1, 0);
INSERT INTO "LiteLLM_UserTable" (user_id, user_email, models) VALUES ('alice', 'alice@acme.example', '{}'), ('default_user_id', NULL, '{}');
INSERT INTO "LiteLLM_EndUserTable" (user_id, spend, budget_id, blocked) VALUES ('visitor', 0.1, 'small', false), ('rude', 0, NULL, true),
  ('plain', 3, NULL, false);
INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, user_id, team_id, spend, max_budget, models, metadata, blocked) VALUES
  ('${digestOf(key)}', 'sk-...er-1', 'laptop', 'alice', 'web', 2.5, 10, '{test-model}', '{"logging": [{"secret": "hidden-text"}]}', NULL),
  ('${digestOf("sk-blocked-one")}', 'sk-...-one', 'old', 'alice', NULL, 0, NULL, '{}', '{}', true),
  ('${digestOf("sk-session")}', 'sk-...sion', NULL, 'default_user_id', 'litellm-dashboard', 0, NULL, '{}', '{}', NULL),
  ('not-a-digest', 'sk-...gest', 'odd', NULL, NULL, 0, NULL, '{}', '{}', NULL);
`;

/** A budget of a day, which ends at midnight of UTC. */
const daily = `
INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, spend, max_budget, budget_duration, budget_reset_at, models)
VALUES ('${digestOf("sk-daily-1")}', 'sk-...ly-1', 'daily', 1.25, 2, '24h', date_trunc('day', now() AT TIME ZONE 'utc') + interval '1 day', '{}');
`;

/** A database of LiteLLM's; gone with the test. */
async function litellm(context: TestContext, sql: string): Promise<string> {
  await needPostgres(context);
  const url = await emptyPostgres();
  onTestFinished(() => dropPostgres(url));
  if (sql !== "") await onPostgres(url, sql);
  return url;
}

const routes = (url: string) => `
providers: { v: { type: vertex, project: p, location: l, auth: none } }
models: { test-model: v/gemini-2.5-flash }
server: { secret: "a secret that is long enough" }
database: { url: "${url}" }
teams: [{ name: declared, budget: { max: "5.00" } }]
end_users: { budget: { max: "4.00" } }
`;

const withAdmin = { routes: 'server: { secret: "${SECRET}", master_key: "${MASTER}" }', env: { MASTER: masterKey } };

const words = ["import", "litellm", "--database", "env:LITELLM_DATABASE_URL"];

describe.each([sqliteDatabase(), postgresDatabase()])("import litellm --database into $name", (database) => {
  test("developers' keys go on working, with what they have spent", async (context) => {
    const source = await litellm(context, tables + rows);
    const place = await database.fresh();
    onTestFinished(() => database.drop());
    const cwd = newFolder();
    writeFileSync(join(cwd, "routes.yaml"), routes(urlOf(place)));
    const env = { LITELLM_DATABASE_URL: source };
    const first = await runSpecgate(words, { cwd, env });
    expect(first).toEqual({
      code: 0,
      stderr: "",
      stdout: `carried over (5)
  team  web  $7.25 spent
  user  alice
  end user  rude
  end user  visitor  $0.1 spent
  key  old

changed (1)
  key  laptop  $2.5 spent
      metadata.logging left out: nothing acts on it here

skipped (5)
  team  declared
      routes.yaml declares it
  user  default_user_id
      the user that LiteLLM gives to keys of nobody's
  end user  1 without settings of their own
      nothing is said of them: what routes.yaml says of end users holds
  key  sk-...sion
      a session of LiteLLM's own pages
  key  odd
      no digest of a key: its token is no SHA-256 in hex
`,
    });
    const again = JSON.parse((await runSpecgate([...words, "--json"], { cwd, env })).stdout);
    expect(again).toMatchObject({ ok: true, carried: 0, changed: 0, there: 6, skipped: 5 });

    const { url, accounts } = await startOn(database, context, withAdmin, place);
    const info = async (sent: string) => {
      const response = await fetch(`${url}/key/info`, {
        headers: { authorization: `Bearer ${sent}`, connection: "close" },
      });
      return { status: response.status, body: JSON.parse(await response.text()) };
    };
    expect((await info(key)).body.info).toMatchObject({
      key_alias: "laptop",
      user_id: "alice",
      team_id: "web",
      spend: 2.5,
      max_budget: 10,
      models: ["test-model"],
      metadata: {},
    });
    expect((await info("sk-blocked-one")).status).toBe(401);
    const at = Date.now();
    const spentBy = async (kind: "team" | "end_user", id: string) =>
      (await accounts.accounting.budgets({ subject: { kind, id }, at })).map(({ spentNanoUsd }) => spentNanoUsd);
    expect(await spentBy("team", "web")).toEqual([7_250_000_000n]);
    expect(await spentBy("end_user", "visitor")).toEqual([100_000_000n]);
    expect(await spentBy("end_user", "plain")).toEqual([3_000_000_000n]);
    expect(await accounts.accounts.byId("end_user", "plain")).toBeUndefined();
    expect((await accounts.audit.list({ action: "key.import" }, { limit: 10 })).length).toBe(2);
  });

  test("--keys leaves what was spent, and an alias that is taken is left out", async (context) => {
    const source = await litellm(context, tables + rows);
    const place = await database.fresh();
    onTestFinished(() => database.drop());
    const cwd = newFolder();
    const declared = `keys: [{ name: laptop, digest: ${digestOf("sk-another")} }]`;
    writeFileSync(join(cwd, "other.yaml"), routes(urlOf(place)) + declared);
    const env = { LITELLM_DATABASE_URL: source };
    const { code, stdout } = await runSpecgate([...words, "--keys", "--into", "other.yaml"], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).not.toContain("spent");
    expect(stdout).toContain("its alias is another one's, and left out");
  });
});

test("a window goes on where LiteLLM's ends", async (context) => {
  const source = await litellm(context, tables + daily);
  const database = sqliteDatabase();
  const place = await database.fresh();
  onTestFinished(() => database.drop());
  const cwd = newFolder();
  writeFileSync(join(cwd, "routes.yaml"), routes(urlOf(place)));
  expect(await runSpecgate(words, { cwd, env: { LITELLM_DATABASE_URL: source } })).toMatchObject({ code: 0 });
  const { url } = await startOn(database, context, withAdmin, place);
  const headers = { authorization: "Bearer sk-daily-1", connection: "close" };
  const { info } = JSON.parse(await (await fetch(`${url}/key/info`, { headers })).text());
  expect(info).toMatchObject({ spend: 1.25, max_budget: 2, budget_duration: "24h" });
  expect(info.budget_reset_at).toMatch(/T00:00:00\.000Z$/);
});

describe("import litellm --database", () => {
  const withSqlite = (): string => {
    const cwd = newFolder();
    writeFileSync(join(cwd, "routes.yaml"), routes(`sqlite:${join(cwd, "accounts.db")}`));
    return cwd;
  };

  test.each([
    [["--database", "env:NOT_SET"], 2, "--database env:NOT_SET: the variable is not set"],
    [["--database", "postgres://u:p@host/db"], 2, "--database: others can read the words of a command"],
    [["--database", "mysql"], 2, "--database: that is no address of PostgreSQL"],
    [["--database", "env:AWAY", "--into", "none.yaml"], 1, "there is no such file"],
    [["--database", "env:AWAY"], 1, "LiteLLM's database: The connection to PostgreSQL is broken (ECONNREFUSED)."],
    [["--database", "env:AWAY", "--out", "x"], 2, "usage: specgate import litellm FILE"],
    [["config.yaml", "--database", "env:AWAY"], 2, "specgate import litellm --database env:NAME"],
  ])("%j ends with %i", async (more, code, said) => {
    const env = { AWAY: `postgres://postgres:${secret("password")}@127.0.0.1:1/none` };
    const ended = await runSpecgate(["import", "litellm", ...more], { cwd: withSqlite(), env });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
    expect(ended.stderr).toContain(said);
  });

  test("says so where there are no tables, in the schema that the address names", async (context) => {
    const source = await litellm(context, "");
    const env = { LITELLM_DATABASE_URL: `${source}?schema=proxy` };
    const none = await runSpecgate(words, { cwd: withSqlite(), env });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("has no tables of LiteLLM's (LiteLLM_VerificationToken) in schema proxy");
    await onPostgres(source, `CREATE SCHEMA proxy; SET search_path TO proxy; ${tables}`);
    const empty = await runSpecgate(words, { cwd: withSqlite(), env });
    expect(empty).toEqual({ code: 0, stdout: "LiteLLM's tables are empty\n", stderr: "" });
  });

  test("reads more keys than a page of them, and needs tables of ours", async (context) => {
    const many = `INSERT INTO "LiteLLM_VerificationToken" (token, key_name, models) SELECT encode(sha256(n::text::bytea), 'hex'), 'sk-...', '{}' FROM generate_series(1, 1001) n`;
    const source = await litellm(context, `${tables} ${many}`);
    const env = { LITELLM_DATABASE_URL: source };
    const json = JSON.parse((await runSpecgate([...words, "--json"], { cwd: withSqlite(), env })).stdout);
    expect(json.carried).toBe(1001);
    const cwd = newFolder();
    writeFileSync(join(cwd, "routes.yaml"), routes(source));
    const ended = await runSpecgate(words, { cwd, env });
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toContain(
      "the database of routes.yaml: The database has no tables of Specgate's: run `specgate migrate`.",
    );
  });
});
