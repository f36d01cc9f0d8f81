import { describe, expect, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
import { Secret } from "../../src/secret.ts";
import { configOf } from "./_load.ts";

const rest = "providers: { v: { type: vertex, project: p, location: global } }\nmodels: { m: v/x }\n";
const env = {
  SECRET: "a long enough secret",
  OLD: "an older secret, too",
  REDIS: "redis://:pw@127.0.0.1:6379/3",
  NONE: "",
};
const secret = 'server: { secret: "${SECRET}" }\n';

const storesOf = (text: string) => {
  const { server, redis, database } = configOf(`${text}${rest}`, env);
  return {
    secrets: server.secrets.map((one) => one.reveal()),
    redis: redis?.url.reveal(),
    database: database?.kind === "sqlite" ? database.file : undefined,
  };
};

describe("where state is kept", () => {
  test.each<[name: string, text: string, want: ReturnType<typeof storesOf>]>([
    ["nowhere but in memory", "", { secrets: [], redis: undefined, database: undefined }],
    [
      "in Redis",
      `${secret}redis: { url: "\${REDIS}" }\n`,
      { secrets: [env.SECRET], redis: env.REDIS, database: undefined },
    ],
    [
      "in a file beside routes.yaml",
      `${secret}database: { url: "sqlite:specgate.db" }\n`,
      { secrets: [env.SECRET], redis: undefined, database: "/etc/specgate/specgate.db" },
    ],
    [
      "in a file elsewhere",
      `${secret}database: { url: "sqlite:/var/lib/specgate.db" }\n`,
      { secrets: [env.SECRET], redis: undefined, database: "/var/lib/specgate.db" },
    ],
    [
      "with two secrets, the first of which is in use",
      'server: { secret: ["${SECRET}", "${OLD}"] }\n',
      { secrets: [env.SECRET, env.OLD], redis: undefined, database: undefined },
    ],
    [
      "nowhere, where variables are empty",
      'server: { secret: "${NONE:-}" }\nredis: { url: "${NONE:-}" }\ndatabase: { url: "${NONE:-}" }\n',
      { secrets: [], redis: undefined, database: undefined },
    ],
    [
      "nowhere, where the sections are empty",
      "redis: {}\ndatabase: {}\n",
      { secrets: [], redis: undefined, database: undefined },
    ],
  ])("%s", (_name, text, want) => {
    expect(storesOf(text)).toEqual(want);
  });

  test("in both: Redis for what is quick, the file for accounts", () => {
    const text = `${secret}redis: { url: "\${REDIS}" }\ndatabase: { url: "sqlite:a.db" }\n`;
    expect(configOf(`${text}${rest}`, env).warnings).toEqual([]);
    expect(storesOf(text)).toMatchObject({ redis: env.REDIS, database: "/etc/specgate/a.db" });
  });

  test("in a folder that is there", () => {
    const text = `${secret}database: { url: "sqlite:missing/a.db" }\n${rest}`;
    const context = {
      file: "/etc/specgate/routes.yaml",
      env,
      fileExists: (path: string) => path !== "/etc/specgate/missing",
    };
    expect(parseRoutes(text, context)).toMatchObject({
      mistakes: [{ line: 2, message: "the folder of this file is not there; make it first" }],
    });
    expect(parseRoutes(text.replace("missing/", ""), context)).toHaveProperty("config");
  });

  test.each([
    ["postgres://u:p@db.example:5432/specgate", "", false],
    ["postgresql://u:p@db.example/specgate?sslmode=require", ", auto_migrate: true", true],
  ])("in PostgreSQL: %s%s", (url, more, autoMigrate) => {
    const { database, server } = configOf(`database: { url: "\${DB}"${more} }\n${rest}`, { ...env, DB: url });
    expect(database).toEqual({ kind: "postgres", url: new Secret(url), autoMigrate });
    expect(database?.kind === "postgres" && database.url.reveal()).toBe(url);
    expect(server.auth).toBe("none");
  });
});

describe("what works and may surprise", () => {
  const postgres = 'database: { url: "postgres://db.example/specgate" }\n';

  test.each([
    [
      "PostgreSQL without Redis",
      postgres,
      [
        "1:1",
        "without `redis` limits and what conversations need are kept in memory: no other replica sees them, and they end with the process",
      ],
    ],
    [
      "a file that is told to be brought up to date",
      `${secret}database: { url: "sqlite:a.db", auto_migrate: true }\n`,
      ["2:33", "a file is always brought up to date; this does nothing"],
    ],
  ])("%s", (_name, text, want) => {
    const { warnings } = configOf(`${text}${rest}`, env);
    expect(warnings.map(({ line, column, message }) => [`${line}:${column}`, message])).toEqual([want]);
  });
});
