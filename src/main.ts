import { defineCommand, runMain } from "citty";
import { wrongUsage } from "./cli/usage.ts";
import { version } from "./version.ts";

// The only place that reads the environment; credential libraries read their own part of it.
const { env } = process;

// A command is loaded when it is asked for: half of start-up would be modules that only another one needs.
const subCommands = {
  serve: async () => (await import("./cli/serve.ts")).createServeCommand(env),
  dev: async () => (await import("./cli/dev.ts")).createDevCommand(env),
  check: async () => (await import("./cli/check.ts")).createCheckCommand(env),
  schema: async () => (await import("./cli/schema.ts")).schemaCommand,
  mock: async () => (await import("./cli/mock.ts")).createMockCommand(),
  demo: async () => (await import("./cli/demo.ts")).createDemoCommand(),
  init: async () => (await import("./cli/init.ts")).createInitCommand(),
  keys: async () => (await import("./cli/keys.ts")).createKeysCommand(env),
  usage: async () => (await import("./cli/usage-command.ts")).createUsageCommand(env),
  migrate: async () => (await import("./cli/migrate.ts")).createMigrateCommand(env),
  import: async () => (await import("./cli/import.ts")).createImportCommand(env),
  compat: async () => (await import("./cli/compat.ts")).createCompatCommand(env),
  explain: async () => (await import("./cli/explain.ts")).createExplainCommand(env),
};

// Exit codes: 0 fine, 1 what was asked for went wrong, 2 wrong usage.
const wrong = await wrongUsage(subCommands, process.argv.slice(2));
if (wrong === undefined) {
  const meta = { name: "specgate", version, description: "An OpenAI-compatible LLM gateway, compiled from API specs." };
  await runMain(defineCommand({ meta, subCommands }));
} else {
  process.stderr.write(`${wrong}\n`);
  process.exitCode = 2;
}
