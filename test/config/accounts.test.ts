import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { secret } from "../_canary.ts";
import { configOf, mistakesOf } from "./_load.ts";

const both =
  "providers: { v: { type: vertex, project: p, location: global } }\nmodels: { m: v/x, gpt-4o: v/y, 'claude-*': v/* }\n";
const database = 'database: { url: "sqlite:specgate.db" }\n';
const sealed = 'server: { secret: "${TOKEN}" }\n';

describe("accounts in routes.yaml", () => {
  test("of keys, users, teams, end users and new keys", () => {
    const config = configOf(`${sealed}${database}${both}
keys:
  - name: alice
    key: "\${TOKEN}"
    user: alice@example.com
    team: research
    models: [m, claude-*]
    budget: { max: "10.00", soft: "8", period: 30d }
    rpm: 60
    content: true
users: [{ name: alice@example.com, budget: { soft: "0.000000001" }, tpm: 5 }]
teams: [{ name: research, models: ["*"], budget: { max: "999999999.999999999", period: month }, parallel: 2 }]
end_users: { budget: { max: "0", period: day }, rpm: 3 }
key_defaults: { budget: { max: "5" }, models: [gpt-4o], expires: 90d }
ledger: { durability: batched, window: 1s, fsync: true, retention: 90d, content: { retention: 7d } }
alerts: { webhook: "https://alerts.example/hook/x" }
`);
    const none = { models: undefined, budget: undefined, limits: undefined };
    const digest = createHash("sha256").update(secret("interpolated")).digest("hex");
    expect(config.keys).toStrictEqual([
      {
        name: "alice",
        digest,
        user: "alice@example.com",
        team: "research",
        models: ["m", "claude-*"],
        budget: { maxNanoUsd: 10_000_000_000n, softNanoUsd: 8_000_000_000n, period: "30d" },
        limits: { rpm: 60, tpm: undefined, parallel: undefined },
        keepsContent: true,
      },
    ]);
    expect(config.users).toStrictEqual([
      {
        name: "alice@example.com",
        ...none,
        budget: { maxNanoUsd: undefined, softNanoUsd: 1n, period: undefined },
        limits: { rpm: undefined, tpm: 5, parallel: undefined },
      },
    ]);
    expect(config.teams).toEqual([
      {
        name: "research",
        models: ["*"],
        budget: { maxNanoUsd: 999_999_999_999_999_999n, period: "month" },
        limits: { parallel: 2 },
      },
    ]);
    expect(config.endUsers).toEqual({ budget: { maxNanoUsd: 0n, period: "day" }, limits: { rpm: 3 } });
    expect(config.keyDefaults).toEqual({
      models: ["gpt-4o"],
      budget: { maxNanoUsd: 5_000_000_000n },
      expiresMs: 90 * 86_400_000,
    });
    expect(config.ledger).toEqual({
      durability: "batched",
      windowMs: 1_000,
      fsync: true,
      retentionMs: 90 * 86_400_000,
      contentRetentionMs: 7 * 86_400_000,
    });
    expect(config.alerts).toEqual({ webhook: "https://alerts.example/hook/x" });
  });

  test("keys may name users and teams that only the database knows", () => {
    const text = `${sealed}${database}${both}keys: [{ name: a, key: "\${TOKEN}", user: u, team: t }]\n`;
    expect(configOf(text).keys[0]).toMatchObject({ user: "u", team: "t" });
  });

  test("end users may have limits where no keys are asked for", () => {
    expect(configOf(`end_users: { rpm: 5 }\n${both}`).endUsers?.limits?.rpm).toBe(5);
  });

  test("a webhook may be empty", () => {
    expect(configOf(`alerts: { webhook: "\${NONE:-}" }\n${both}`).alerts).toBeUndefined();
  });

  test("new keys are defaults in vain where no admin API makes any", () => {
    expect(configOf(`key_defaults: { rpm: 5 }\n${both}`).warnings).toMatchObject([
      {
        line: 1,
        message: "without `server.master_key` there is no admin API, so no key is made that would have these",
      },
    ]);
  });
});

const key = 'keys: [{ name: alice, key: "${TOKEN}"';

describe("a mistake in accounts", () => {
  test.each<[name: string, text: string, ...want: (readonly [place: string, message: string, suggestion?: string])[]]>([
    // budgets
    [
      "a budget in a number",
      `${key}, budget: { max: 10.00 } }]\n`,
      ["5:55", "`max` takes text; write it in quotes", '"10.00"'],
    ],
    [
      "a budget in another currency",
      `${key}, budget: { max: "€10", soft: "1e3" } }]\n`,
      ["5:55", '`max` is US dollars in plain digits, as in "10.00"'],
      ["5:68", '`soft` is US dollars in plain digits, as in "10.00"'],
    ],
    [
      "a budget of less than a nanodollar",
      `${key}, budget: { max: "0.0000000001" } }]\n`,
      ["5:55", "`max` has at most nine digits behind the point"],
    ],
    [
      "a budget of a billion",
      `${key}, budget: { max: "1000000000" } }]\n`,
      ["5:55", "`max` is less than a billion dollars"],
    ],
    [
      "a warning behind the end",
      `${key}, budget: { max: "5", soft: "5.01" } }]\n`,
      ["5:66", "`soft` is more than `max`, so nobody would ever be warned"],
    ],
    [
      "a period alone",
      `users: [{ name: u, budget: { period: day } }]\n`,
      ["5:20", "`budget` needs `max`, `soft` or both: a period alone holds nobody up"],
    ],
    [
      "an empty budget",
      `end_users: { budget: {} }\n`,
      ["5:14", "`budget` must not be empty; it takes max, soft and period"],
    ],
    [
      "a period in other words",
      `end_users: { budget: { max: "1", period: monthly } }\n`,
      ["5:42", "`period` is day, week, month, year, or a number and one of s, m, h, d, w, as in 30d", "month"],
    ],
    [
      "a period with a longer unit",
      `end_users: { budget: { max: "1", period: 30 days } }\n`,
      ["5:42", "`period` is day, week, month, year, or a number and one of s, m, h, d, w, as in 30d", "30d"],
    ],
    [
      "a period without a unit",
      `end_users: { budget: { max: "1", period: 30 } }\n`,
      ["5:42", "`period` is day, week, month, year, or a number and one of s, m, h, d, w, as in 30d"],
    ],
    [
      "a misspelt member of a budget",
      `key_defaults: { budget: { maxi: "1" } }\n`,
      ["5:27", "unknown key `maxi`", "max"],
    ],
    // models
    [
      "a model that is not there",
      `${key}, models: [m, gpt-40, claude-opus-4-1, "gtp-*", "*x", "c*"] }]\n`,
      ["5:52", "no model or alias is named `gpt-40`", "gpt-4o"],
      ["5:77", "no model or alias begins as `gtp-*` does; there is m, gpt-4o and claude-*"],
      ["5:86", "a `*` stands only at the end of a name"],
    ],
    ["no models at all", `teams: [{ name: t, models: [] }]\n`, ["5:20", "`models` must not be empty"]],
    // names
    [
      "two users of one name",
      `users: [{ name: u }, { name: u }]\nteams: [{ name: t }, { name: t }]\n`,
      ["5:30", "two users are named `u`"],
      ["6:30", "two teams are named `t`"],
    ],
    ["a team without a name", `teams: [{ rpm: 5 }]\n`, ["5:9", "`teams[0]` needs `name`"]],
    [
      "no end users",
      `end_users: {}\n`,
      ["5:1", "`end_users` must not be empty; it takes budget, rpm, tpm and parallel"],
    ],
    // expiry, ledger, alerts
    ["keys that are over at once", `key_defaults: { expires: 0s }\n`, ["5:26", "`expires` must be more than zero"]],
    [
      "a window that is not waited for",
      `ledger: { window: 1s }\n`,
      ["5:11", "`window` belongs to `durability: batched` and does nothing here"],
    ],
    [
      "a window that loses much",
      `ledger: { durability: batched, window: 11s }\n`,
      ["5:40", "`window` is at most 10s: it is what a crash may lose"],
    ],
    [
      "a misspelt durability",
      `ledger: { durability: batch }\n`,
      ["5:23", "`durability` is committed or batched, not `batch`", "batched"],
    ],
    [
      "rows that are gone at once",
      `ledger: { retention: 0d, content: { retention: 0d } }\n`,
      ["5:22", "`retention` must be more than zero"],
      ["5:48", "`retention` must be more than zero"],
    ],
    ["content without an end", `ledger: { content: {} }\n`, ["5:11", "`content` needs `retention`"]],
    [
      "content that nobody keeps",
      `${key}, content: true }, { name: bob, key: "\${TOKEN}2", content: false }]\n`,
      ["5:40", "nothing is kept of what is said; add `ledger: { content: { retention: 30d } }`"],
    ],
    [
      "a webhook without a scheme",
      `alerts: { webhook: "alerts.example" }\n`,
      ["5:20", "`webhook` is a whole URL, as in https://alerts.example/hook"],
    ],
  ])("%s", (_name, text, ...want) => {
    expect(shown(`${both}${sealed}${database}${text}`)).toEqual(want);
  });

  test.each<[name: string, text: string, ...want: (readonly [place: string, message: string, suggestion?: string])[]]>([
    [
      "a user and a team that are nowhere",
      `${key}, user: alicia, team: t }]\nusers: [{ name: alice }]\n`,
      ["3:46", "no user under `users` is named `alicia`", "alice"],
      ["3:60", "no team under `teams` is named `t`"],
    ],
    [
      "all that needs a database, each once",
      `server: { master_key: "\${TOKEN}" }
keys: [{ name: a, key: dev, budget: { max: "1" } }, { name: b, key: dev2, budget: { max: "1" } }]
ledger: { fsync: true }
alerts: { webhook: "https://alerts.example" }
`,
      ["3:11", 'the admin API keeps its keys in a database; add `database: { url: "sqlite:specgate.db" }`'],
      ["4:29", 'what is spent is kept in a database; add `database: { url: "sqlite:specgate.db" }`'],
      ["5:1", 'the ledger is kept in a database; add `database: { url: "sqlite:specgate.db" }`'],
      ["6:1", 'what is spent is kept in a database; add `database: { url: "sqlite:specgate.db" }`'],
    ],
    [
      "what holds for nobody, where no key is asked for",
      `server: { auth: none }
keys: [{ name: a, key: dev, models: [m] }]
users: [{ name: u, rpm: 5 }]
teams: [{ name: t, tpm: 5, parallel: 1 }]
`,
      ["4:29", "`models` would never hold: under `auth: none` no key is asked for"],
      ["5:20", "`rpm` would never hold: under `auth: none` no key is asked for"],
      ["6:20", "`tpm` would never hold: under `auth: none` no key is asked for"],
      ["6:28", "`parallel` would never hold: under `auth: none` no key is asked for"],
    ],
    [
      "content that others could read",
      `database: { url: "postgres://db.example/a" }\nledger: { content: { retention: 1d } }\n`,
      ["4:11", "`content` is what clients say and are told; add `server.secret`, which encrypts it"],
    ],
  ])("%s", (_name, text, ...want) => {
    expect(shown(`${both}${text}`)).toEqual(want);
  });
});

function shown(text: string): readonly (readonly string[])[] {
  return mistakesOf(text).map(({ line, column, message, suggestion }) => [
    `${line}:${column}`,
    message,
    ...(suggestion === undefined ? [] : [suggestion]),
  ]);
}

test("names are no longer than a database takes", () => {
  const long = "n".repeat(201);
  const text = `database: { url: "sqlite:specgate.db" }
server: { secret: "\${TOKEN}" }
users: [{ name: ${long} }]
keys:
  - { name: ${long}, key: "\${TOKEN}", user: ${long} }
  - { name: ${"n".repeat(200)}, key: "other", team: ${long} }
providers: { v: { type: vertex, project: p, location: global } }
models: { m: v/x }
`;
  expect(mistakesOf(text).map(({ line, message }) => [line, message])).toEqual([
    [3, "`name` is longer than 200 characters"],
    [5, "`name` is longer than 200 characters"],
    [5, "`user` is longer than 200 characters"],
    [6, "`team` is longer than 200 characters"],
  ]);
});
