import { type CommandDef, defineCommand } from "citty";
import type { Environment } from "../config/config.ts";
import { gatewayArgs } from "./admin-client.ts";
import { CommandFailure, failing } from "./failure.ts";
import { handOutArgs, handOutOf } from "./keys-hand-out.ts";
import { settingArgs } from "./keys-options.ts";
import { exportsText, type Shell, shells } from "./shell.ts";
import type { Terminal } from "./terminal.ts";

const shellArgs = {
  shell: {
    type: "string",
    description: "Whose words to write: sh (bash and zsh too), fish or powershell.",
    default: "sh",
  },
} as const;

type Args = typeof handOutArgs & typeof shellArgs & typeof settingArgs & typeof gatewayArgs;
const args: Args = { ...handOutArgs, ...shellArgs, ...settingArgs, ...gatewayArgs };

/**
 * `specgate keys env NAME` makes a key, `--key-stdin` takes one: variables that OpenAI's clients read, for a shell.
 * Exit code: 0; 1 the gateway refused or cannot be reached; 2 wrong usage.
 */
export function createKeysEnvCommand(env: Environment, terminal: Terminal): CommandDef<Args> {
  return defineCommand({
    meta: { name: "env", description: "Print a developer's shell exports, with a new key or one from standard input." },
    args,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        const shell = shellOf(options.shell);
        const { url, key } = handOutOf(env, terminal, options);
        terminal.out.write(exportsText(shell, { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: await key() }));
      }),
  });
}

function shellOf(text: string): Shell {
  const shell = shells.find((one) => one === text);
  if (shell === undefined) throw new CommandFailure(`--shell ${text}: expected one of ${shells.join(", ")}`, 2);
  return shell;
}
