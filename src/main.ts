import { defineCommand, runMain } from "citty";
import { createCheckCommand } from "./cli/check.ts";
import { createDemoCommand } from "./cli/demo.ts";
import { createDevCommand } from "./cli/dev.ts";
import { createInitCommand } from "./cli/init.ts";
import { createMockCommand } from "./cli/mock.ts";
import { schemaCommand } from "./cli/schema.ts";
import { createServeCommand } from "./cli/serve.ts";
import { wrongUsage } from "./cli/usage.ts";
import { version } from "./version.ts";

// The only place that reads the environment; credential libraries read their own part of it.
const { env } = process;

const subCommands = {
  serve: createServeCommand(env),
  dev: createDevCommand(env),
  check: createCheckCommand(env),
  schema: schemaCommand,
  mock: createMockCommand(),
  demo: createDemoCommand(),
  init: createInitCommand(),
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
