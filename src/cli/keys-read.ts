import { type CommandDef, defineCommand } from "citty";
import type { Environment } from "../config/config.ts";
import { adminOf, gatewayArgs, jsonArgs } from "./admin-client.ts";
import { failing } from "./failure.ts";
import { type KeyArgs, keyArgs, keyOf } from "./keys-change.ts";
import { allKeys } from "./keys-find.ts";
import { keysTable, keyText } from "./keys-text.ts";
import type { Terminal } from "./terminal.ts";

const filterArgs = {
  user: { type: "string", description: "Those of this user alone." },
  team: { type: "string", description: "Those of this team alone." },
} as const;

type ListArgs = typeof filterArgs & typeof gatewayArgs & typeof jsonArgs;
const listArgs: ListArgs = { ...filterArgs, ...gatewayArgs, ...jsonArgs };

/**
 * `specgate keys list [--user U] [--team T] [--json]`: keys of the database and of routes.yaml.
 * Exit code: 0; 1 the gateway refused or cannot be reached; 2 wrong usage.
 */
export function createKeysListCommand(env: Environment, { out, errors }: Terminal): CommandDef<ListArgs> {
  return defineCommand({
    meta: { name: "list", description: "List keys, with what they spent and may spend." },
    args: listArgs,
    run: ({ args: options }) =>
      failing(errors, async () => {
        const keys = await allKeys(adminOf(env, options.url), options);
        out.write(options.json === true ? `${JSON.stringify(keys, null, 2)}\n` : keysTable(keys, Date.now()));
      }),
  });
}

/** `specgate keys info KEY [--json]`. Exit code: 0; 1 there is no such key; 2 wrong usage. */
export function createKeysInfoCommand(env: Environment, terminal: Terminal): CommandDef<KeyArgs> {
  return defineCommand({
    meta: { name: "info", description: "Show all that is known of a key." },
    args: keyArgs,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        const [, key] = await keyOf(env, terminal, options);
        terminal.out.write(options.json === true ? `${JSON.stringify(key, null, 2)}\n` : keyText(key, Date.now()));
      }),
  });
}
