import { describe, expect, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
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

  test("in both: Redis is used, and that is a warning", () => {
    const text = `${secret}redis: { url: "\${REDIS}" }\ndatabase: { url: "sqlite:a.db" }\n`;
    const { warnings } = configOf(`${text}${rest}`, env);
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [3, "`database` is not used: `redis` keeps what it would, for all replicas"],
    ]);
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
});
