import { defineCommand, runMain } from "citty";
import { createCheckCommand } from "./cli/check.ts";
import { createDemoCommand } from "./cli/demo.ts";
import { createDevCommand } from "./cli/dev.ts";
import { createInitCommand } from "./cli/init.ts";
import { createMockCommand } from "./cli/mock.ts";
import { schemaCommand } from "./cli/schema.ts";
import { createServeCommand } from "./cli/serve.ts";
import { version } from "./version.ts";

// The only place that reads the environment; credential libraries read their own part of it.
const { env } = process;

await runMain(
  defineCommand({
    meta: { name: "specgate", version, description: "An OpenAI-compatible LLM gateway, compiled from API specs." },
    subCommands: {
      serve: createServeCommand(env),
      dev: createDevCommand(env),
      check: createCheckCommand(env),
      schema: schemaCommand,
      mock: createMockCommand(),
      demo: createDemoCommand(),
      init: createInitCommand(),
    },
  }),
);
