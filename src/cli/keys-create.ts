import { type CommandDef, defineCommand } from "citty";
import { type GeneratedKey, generateKey } from "../../generated/admin-sdk/index.ts";
import type { Environment } from "../config/config.ts";
import { adminOf, answered, type Gateway, gatewayArgs, jsonArgs } from "./admin-client.ts";
import { CommandFailure, failing } from "./failure.ts";
import { type SettingOptions, saysAnything, settingArgs, toNewKey } from "./keys-options.ts";
import { keyText } from "./keys-text.ts";
import { ask, isAttended, type Terminal } from "./terminal.ts";

type Args = typeof settingArgs & typeof gatewayArgs & typeof jsonArgs;
const args: Args = { ...settingArgs, ...gatewayArgs, ...jsonArgs };

/**
 * `specgate keys create`: a new key, which is shown this once, alone on standard output; what else there is to say of it
 * goes to standard error. On a terminal it asks for a name, a user and a budget where nothing is said.
 *
 * Exit code: 0 made; 1 the gateway refused or cannot be reached; 2 wrong usage.
 */
export function createKeysCreateCommand(env: Environment, terminal: Terminal): CommandDef<Args> {
  return defineCommand({
    meta: { name: "create", description: "Make a key. It is shown this once." },
    args,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        const gateway = adminOf(env, options.url);
        const key = await makeKey(gateway, await completed(options, terminal));
        if (options.json === true) {
          terminal.out.write(`${JSON.stringify(key, null, 2)}\n`);
          return;
        }
        terminal.errors.write(keyText(key, Date.now()));
        terminal.errors.write("the key is shown this once\n");
        terminal.out.write(`${key.key}\n`);
      }),
  });
}

/** Makes a key. Fails: rejects with a `CommandFailure`. */
export async function makeKey(gateway: Gateway, options: SettingOptions): Promise<GeneratedKey> {
  return answered(generateKey({ client: gateway.client, body: toNewKey(options) }), gateway);
}

/** Options, asked for where there are none. Fails: rejects with a `CommandFailure` where nobody can be asked. */
export async function completed(options: SettingOptions, terminal: Terminal): Promise<SettingOptions> {
  if (saysAnything(options)) return options;
  if (!isAttended(terminal)) {
    throw new CommandFailure(
      "say whose key it is: --alias NAME or --user ID, and with --budget how much it may spend",
      2,
    );
  }
  const alias = await ask(terminal, "name of the key:");
  const user = await ask(terminal, "user (empty: nobody's):");
  const budget = await ask(terminal, "budget in US dollars (empty: no bound):");
  const period =
    budget === undefined ? undefined : await ask(terminal, "how long it lasts, as 30d or month (empty: for ever):");
  return { alias, user, budget, period };
}
