import { expect, test } from "vitest";
import { unpricedWarnings } from "../../src/compat/unpriced.ts";
import { parseRoutes } from "../../src/config/load.ts";

const hosts = `
providers:
  v: { type: vertex, project: p, location: global }
  local: { type: openai, base_url: "http://127.0.0.1:8000/v1" }
models:
  known: v/gemini-2.5-flash
  mixed: { deployments: [v/gemini-2.5-flash, local/llama] }
  priced: { deployments: [local/llama], price: { input: "0", output: "0" } }
  "any/*": local/*
`;
const database = 'database: { url: "sqlite:a.db" }\n';
const env = { SECRET: "a long enough secret", MASTER: "a-long-enough-master-key" };

test.each([
  ["no budgets", "", []],
  ["a master key that can make some", 'server: { secret: "${SECRET}", master_key: "${MASTER}" }\n', ["models.mixed"]],
  ["a budget of end users", 'server: { secret: "${SECRET}" }\nend_users: { budget: { max: "1" } }\n', ["models.mixed"]],
  ["soft budgets alone", 'server: { secret: "${SECRET}" }\nend_users: { budget: { soft: "1" } }\n', []],
])("with %s", (_name, text, want) => {
  const loaded = parseRoutes(`${text === "" ? "" : database}${text}${hosts}`, { file: "routes.yaml", env });
  if (!("config" in loaded)) throw new Error(JSON.stringify(loaded.mistakes));
  const warnings = unpricedWarnings(loaded.config);
  expect(warnings.map(({ path }) => path)).toEqual(want);
  for (const { message } of warnings) {
    expect(message).toBe(
      "nobody knows what `local/llama` costs, so callers with a budget are refused `mixed`; write its `price`",
    );
  }
});
