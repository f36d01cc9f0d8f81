import { describe, expect, test } from "vitest";
import { configOf, imported, oneModel, routesOf, saidOf } from "./_import.ts";

const model = oneModel(
  "model: gpt-4o",
  "  - { model_name: claude-x, litellm_params: { model: anthropic/claude-x } }\n",
);
const file = { database: { url: "sqlite:specgate.db" }, server: { secret: "${SPECGATE_SECRET}" } };

describe("accounts of LiteLLM's", () => {
  test.each([
    [
      "a master key, with a file for the keys it makes",
      "general_settings: { master_key: os.environ/M }",
      { ...file, server: { ...file.server, master_key: "${M}" } },
    ],
    [
      "a master key and a database",
      "general_settings: { master_key: os.environ/M, database_url: os.environ/DB }",
      { database: { url: "${DB}", auto_migrate: true }, server: { master_key: "${M}" } },
    ],
    [
      "a budget of end users",
      "litellm_settings: { max_end_user_budget: 1e-2 }",
      { ...file, end_users: { budget: { max: "0.01" } } },
    ],
    [
      "what new keys have",
      `litellm_settings:
  default_key_generate_params: { max_budget: 10, budget_duration: 1mo, rpm_limit: 60, models: [m, gone, "claude-*"] }
  upperbound_key_generate_params: { max_budget: 99, duration: 30d, tpm_limit: 1000, max_parallel_requests: 4 }
`,
      {
        ...file,
        key_defaults: {
          budget: { max: "10", period: "1mo" },
          rpm: 60,
          models: ["m", "claude-*"],
          expires: "30d",
          tpm: 1_000,
          parallel: 4,
        },
      },
    ],
    [
      "large limits of new keys",
      "litellm_settings: { default_key_generate_params: { tpm_limit: 2000000, rpm_limit: 100000000 } }",
      { key_defaults: { tpm: 2_000_000, rpm: 100_000_000 } },
    ],
    [
      "how long rows are kept",
      "general_settings: { maximum_spend_logs_retention_period: 7d }",
      { ...file, ledger: { retention: "7d" } },
    ],
  ])("%s", (_name, settings, want) => {
    expect(routesOf(`${model}${settings}\n`)).toMatchObject(want);
  });

  test.each([
    'general_settings: { master_key: "" }',
    "litellm_settings: { default_key_generate_params: { rpm_limit: 5, models: [m] } }",
  ])("need no database: %s", (settings) => {
    const { routes } = imported(`${model}${settings}\n`);
    expect(routes).not.toMatch(/^(?:server|database):/m);
  });

  test("become a file that the gateway reads", () => {
    const text = `${model}general_settings: { master_key: os.environ/M }
litellm_settings: { max_end_user_budget: 5, default_key_generate_params: { max_budget: 2, budget_duration: 30d } }
`;
    const env = { M: "sk-1234", SPECGATE_SECRET: "s".repeat(32), OPENAI_API_KEY: "a", ANTHROPIC_API_KEY: "b" };
    const config = configOf(text, env);
    expect(config.server).toMatchObject({ auth: "keys" });
    expect(config.keyDefaults.budget).toEqual({ maxNanoUsd: 2_000_000_000n, softNanoUsd: undefined, period: "30d" });
  });

  test.each([
    [
      "general_settings: { master_key: os.environ/M }",
      "general_settings.master_key",
      "changed it opens the admin API, and every model; its keys are kept in a file, and what conversations need beside it, encrypted: put a long random text into SPECGATE_SECRET",
    ],
    [
      "general_settings: { master_key: os.environ/M, database_url: os.environ/DB }",
      "general_settings.master_key",
      "carried it opens the admin API, and every model",
    ],
    [
      'general_settings: { database_url: "postgresql://u:p@h/d" }',
      "general_settings.database_url",
      "changed tables of its own are made there; LiteLLM's stay as they are; put the address into DATABASE_URL",
    ],
    [
      "general_settings: { database_url: mysql }",
      "general_settings.database_url",
      'left a database is PostgreSQL\'s, or a file: write `database: { url: "sqlite:specgate.db" }`',
    ],
    [
      "litellm_settings: { max_end_user_budget: much }",
      "litellm_settings.max_end_user_budget",
      "left a budget is a number of dollars below a billion, written in the file",
    ],
    [
      "litellm_settings: { upperbound_key_generate_params: { max_budget: 5 } }",
      "litellm_settings.upperbound_key_generate_params.max_budget",
      "changed it is what new keys have; one that asks for more gets it",
    ],
    [
      "litellm_settings: { default_key_generate_params: { budget_duration: 30d } }",
      "litellm_settings.default_key_generate_params.budget_duration",
      "left without `max_budget` it limits nothing",
    ],
    [
      "litellm_settings: { default_key_generate_params: { team_id: t } }",
      "litellm_settings.default_key_generate_params.team_id",
      "left say it when a key is made",
    ],
    [
      "litellm_settings: { default_key_generate_params: { models: [all-proxy-models] } }",
      "litellm_settings.default_key_generate_params.models[0]",
      "carried it is the default",
    ],
    [
      "litellm_settings: { max_budget: 100 }",
      "litellm_settings.max_budget",
      "left keys, users, teams and end users have budgets: write them in the file, or ask the admin API",
    ],
  ])("%s", (settings, path, want) => {
    expect(saidOf(imported(`${model}${settings}\n`).lines, path)).toEqual([want]);
  });

  test("a password of the database stays out of the file", () => {
    const { routes, variables } = imported(`${model}general_settings: { database_url: "postgres://u:hunter2@h/d" }\n`);
    expect(routes).not.toContain("hunter2");
    expect(variables.map(({ name, from }) => [name, from?.path])).toContainEqual([
      "DATABASE_URL",
      "general_settings.database_url",
    ]);
  });
});
