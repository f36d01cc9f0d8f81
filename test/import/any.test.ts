import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parseRoutes } from "../../src/config/load.ts";
import { formatPath, type Path } from "../../src/config/mistakes.ts";
import { accountNames } from "../../src/import/litellm/accounts.ts";
import { importLiteLLM } from "../../src/import/litellm/index.ts";
import { keyDefaultNames } from "../../src/import/litellm/key-defaults.ts";
import {
  generalWords,
  infoWords,
  paramWords,
  routerWords,
  settingWords,
  topWords,
} from "../../src/import/litellm/known.ts";
import fc from "../_fc.ts";

const name = fc.oneof(fc.constantFrom("m", "n", "gpt-4o", "claude-*", "*", "openai/*"), fc.string({ maxLength: 8 }));

const model = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("openai", "azure", "anthropic", "bedrock", "bedrock/converse", "vertex_ai", "gemini", "groq"),
      fc.constantFrom(
        "gpt-4o",
        "claude-sonnet-4-5@20250929",
        "claude-3-5-sonnet-20240620",
        "*",
        "123",
        "a/b",
        "x.y-v1:0",
      ),
    )
    .map((parts) => parts.join("/")),
  fc.constantFrom("ollama_chat/llama3", "hosted_vllm/x", "cohere/x", "gpt-4o", "claude-3-haiku-20240307", "who/knows"),
  fc.string({ maxLength: 12 }),
);

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom("os.environ/NAME", "os.environ/OTHER", "os.environ/", "https://host.example/v1", "us-east-1", "${X}"),
  fc.constantFrom(null, true, false, 0, 1, 0.5, -1, 3e-6, "", "a b", "x\ny", "$"),
  fc.string({ maxLength: 12 }),
  fc.array(name, { maxLength: 2 }),
  fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), fc.constantFrom("a", 1, null), { maxKeys: 2 }),
  fc.array(fc.dictionary(name, fc.array(name, { maxLength: 2 }), { maxKeys: 2 }), { maxLength: 2 }),
);

/** A map of words that are read, and words that are only known. */
function section(read: readonly string[], known: Readonly<Record<string, string>>): fc.Arbitrary<object> {
  return fc.dictionary(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...read) }, fc.constantFrom(...Object.keys(known))),
    value,
    {
      maxKeys: 6,
    },
  );
}

const params = section(
  [
    ...[
      "api_key",
      "api_base",
      "api_version",
      "aws_region_name",
      "aws_access_key_id",
      "vertex_project",
      "vertex_location",
    ],
    ...["vertex_credentials", "organization", "headers", "extra_headers", "timeout", "rpm", "tpm", "weight", "order"],
    ...["drop_params", "input_cost_per_token", "output_cost_per_token", "input_cost_per_request", "safety_settings"],
    ...["ssl_verify", "guardrailConfig", "model_id", "azure_ad_token", "tenant_id", "custom_llm_provider"],
  ],
  paramWords,
);

const entry = fc.record({
  model_name: name,
  litellm_params: fc.tuple(params, model).map(([rest, one]) => ({ ...rest, model: one })),
  model_info: section(["mode", "base_model", "input_cost_per_token"], infoWords),
});

/** What new keys have. */
const newKeys = fc.dictionary(
  fc.constantFrom("max_budget", "budget_duration", "duration", "rpm_limit", "models", "team_id", "zzz"),
  fc.oneof(value, fc.constantFrom("30d", "1mo", "5.5", 7, "1e12", "m")),
  { maxKeys: 4 },
);

const config = fc.record(
  {
    model_list: fc.array(entry, { minLength: 1, maxLength: 4 }),
    router_settings: section(
      ["routing_strategy", "fallbacks", "model_group_alias", "timeout", "redis_host", "redis_port", "redis_url"],
      routerWords,
    ),
    litellm_settings: fc
      .tuple(
        section(
          [
            ...["drop_params", "fallbacks", "default_fallbacks", "request_timeout", "callbacks"],
            ...["max_end_user_budget", ...keyDefaultNames],
          ],
          settingWords,
        ),
        fc.dictionary(fc.constantFrom(...keyDefaultNames), newKeys, { maxKeys: 2 }),
      )
      .map(([settings, defaults]) => ({ ...settings, ...defaults })),
    general_settings: section([...accountNames, "completion_model", "max_request_size_mb"], generalWords),
    environment_variables: value,
    ...Object.fromEntries(Object.keys(topWords).map((word) => [word, value])),
  },
  { requiredKeys: ["model_list"] },
);

/** Paths of all that is said in a config, as the account writes them. */
function leavesOf(value: unknown, path: Path = []): readonly string[] {
  if (typeof value !== "object" || value === null) return [formatPath(path)];
  const entries = Array.isArray(value) ? value.map((one, at) => [at, one] as const) : Object.entries(value);
  return entries.flatMap(([step, one]) => leavesOf(one, [...path, step]));
}

test("nothing that a config says goes untold", () => {
  fc.assert(
    fc.property(config, (source) => {
      const result = importLiteLLM(stringify(source, { aliasDuplicateObjects: false }), "config.yaml");
      if (!("routes" in result)) return;
      // A line about `litellm_params` as a whole is about what is missing there.
      const told = result.lines.map(({ path }) => path).filter((path) => !path.endsWith("].litellm_params"));
      const untold = leavesOf(source).filter((leaf) => {
        return !told.some((path) => leaf === path || leaf.startsWith(`${path}.`) || leaf.startsWith(`${path}[`));
      });
      expect(untold).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("any config becomes a file that the gateway reads, or is refused at its own lines", () => {
  let written = 0;
  fc.assert(
    fc.property(config, (source) => {
      const result = importLiteLLM(stringify(source), "config.yaml");
      if (!("routes" in result)) {
        // An address of Redis's has parts that only together make sense.
        const said = result.mistakes.filter(
          ({ message }) => !/^no model could|as `redis\.url` of|^variables are not put into keys/.test(message),
        );
        expect(said).toEqual([]);
        return;
      }
      written++;
      const standIns: Readonly<Record<string, string>> = {
        AZURE_API_BASE: "https://r.openai.azure.com",
        AZURE_AI_API_BASE: "https://r.openai.azure.com",
        AWS_REGION: "us-east-1",
      };
      const env = Object.fromEntries(
        result.variables.map((one) => [one.name, standIns[one.name] ?? "https://host.example"]),
      );
      const loaded = parseRoutes(result.routes, { file: "routes.yaml", env });
      const mistakes = "config" in loaded ? [] : loaded.mistakes;
      // What a variable holds is known to its owner alone.
      const own = mistakes.filter(({ excerpt = "" }) => !excerpt.includes("${"));
      expect(own.filter(({ path }) => !/^providers\.[\w-]+(?:\.|$)/.test(path))).toEqual([]);
    }),
    { numRuns: 150 },
  );
  expect(written).toBeGreaterThan(15);
});
