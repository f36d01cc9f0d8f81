import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { secret } from "../_canary.ts";
import { newFolder, runSpecgate } from "../_specgate.ts";
import { dropPostgres, emptyPostgres, needPostgres, onPostgres } from "../store/sql/_databases.ts";

function folder(database: string): string {
  const cwd = newFolder();
  const lines = [
    "providers: { v: { type: vertex, project: p, location: l, auth: none } }",
    "models: { m: v/gemini-2.5-flash }",
    'server: { secret: "a secret that is long enough" }',
    database,
  ];
  writeFileSync(join(cwd, "routes.yaml"), `${lines.join("\n")}\n`);
  return cwd;
}

const named = 'database: { url: "${DATABASE_URL}" }';

describe("specgate migrate", () => {
  test("makes the tables once, and says which versions", async (context) => {
    await needPostgres(context);
    const url = await emptyPostgres();
    onTestFinished(() => dropPostgres(url));
    const [cwd, env] = [folder(named), { DATABASE_URL: url }];
    const first = await runSpecgate(["migrate"], { cwd, env });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/^applied version 1(?:, \d+)*\n$/);
    const again = await runSpecgate(["migrate", "--config", "routes.yaml"], { cwd, env });
    expect(again).toEqual({ code: 0, stdout: "the tables are up to date\n", stderr: "" });
    await onPostgres(url, "INSERT INTO specgate_migrations VALUES (99, 'later', 'x', 'now')");
    const newer = await runSpecgate(["migrate"], { cwd, env });
    expect(newer).toMatchObject({ code: 1, stdout: "" });
    expect(newer.stderr).toContain("The database's tables are at version 99");
  });

  test.each([
    [
      "nothing to do with SQLite",
      "database: { url: 'sqlite:./a.db' }",
      0,
      "SQLite's tables are brought up to date when",
    ],
    ["no database", "", 1, "routes.yaml names no database"],
    ["a mistake", "databse: 1", 1, "unknown key `databse`"],
    ["a server that is not there", named, 1, "The connection to PostgreSQL is broken (ECONNREFUSED)."],
  ])("%s", async (_name, database, code, said) => {
    const env = { DATABASE_URL: `postgres://postgres:${secret("password")}@127.0.0.1:1/none` };
    const ended = await runSpecgate(["migrate"], { cwd: folder(database), env });
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).toContain(said);
  });

  test("ends with 2 for an option that is none", async () => {
    expect(await runSpecgate(["migrate", "--url", "x"])).toMatchObject({ code: 2, stdout: "" });
  });
});
