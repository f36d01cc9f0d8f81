import { type CommandDef, defineCommand } from "citty";
import {
  blockKey,
  deleteKeys,
  type KeyInfo,
  regenerateKey,
  type UpdateKeyErrors,
  type UpdateKeyResponses,
  unblockKey,
} from "../../generated/admin-sdk/index.ts";
import type { Environment } from "../config/config.ts";
import { adminOf, answered, type Gateway, gatewayArgs, jsonArgs } from "./admin-client.ts";
import { CommandFailure, failing } from "./failure.ts";
import { findKey } from "./keys-find.ts";
import { duration, saysAnything, settingArgs, toKeyChange } from "./keys-options.ts";
import { keyText } from "./keys-text.ts";
import { ask, isAttended, type Terminal } from "./terminal.ts";

const positional = {
  key: { type: "positional", required: false, description: "The key's alias or id." },
} as const;

/** Options of every command that names a key. */
export type KeyArgs = typeof positional & typeof gatewayArgs & typeof jsonArgs;
export const keyArgs: KeyArgs = { ...positional, ...gatewayArgs, ...jsonArgs };

/** Options that all of these commands have. */
interface KeyOptions {
  readonly key?: string | undefined;
  readonly url?: string | undefined;
  readonly json?: boolean | undefined;
}

type UpdateArgs = KeyArgs & typeof settingArgs;
const updateArgs: UpdateArgs = { ...keyArgs, ...settingArgs };

/**
 * `specgate keys update KEY`: changes what is said, and leaves the rest; `none` takes a value away.
 * Exit code: 0 changed; 1 refused, or there is no such key; 2 wrong usage.
 */
export function createKeysUpdateCommand(env: Environment, terminal: Terminal): CommandDef<UpdateArgs> {
  return defineCommand({
    meta: { name: "update", description: "Change a key: `none` takes a value away." },
    args: updateArgs,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        if (!saysAnything(options))
          throw new CommandFailure("say what to change, as --budget 20.00 or --models none", 2);
        const change = toKeyChange(options);
        const [gateway, key] = await keyOf(env, terminal, options);
        print(terminal, options, await answered(update(gateway, key.key_id, change), gateway));
      }),
  });
}

/** The spec's types know no null, which takes a value away. */
function update({ client }: Gateway, key: string, change: object) {
  const security = [{ scheme: "bearer", type: "http" }] as const;
  return client.post<UpdateKeyResponses, UpdateKeyErrors>({
    security,
    url: "/key/update",
    body: { key, ...change },
    headers: { "content-type": "application/json" },
  });
}

/** `specgate keys block KEY` and `unblock KEY`. Exit codes as for update. */
export function createKeysBlockCommand(
  env: Environment,
  terminal: Terminal,
  verb: "block" | "unblock",
): CommandDef<KeyArgs> {
  const description = verb === "block" ? "Block a key: nobody gets in by it." : "End a block.";
  const act = verb === "block" ? blockKey : unblockKey;
  return defineCommand({
    meta: { name: verb, description },
    args: keyArgs,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        const [gateway, key] = await keyOf(env, terminal, options);
        print(terminal, options, await answered(act({ client: gateway.client, body: { key: key.key_id } }), gateway));
      }),
  });
}

const overlapArgs = {
  overlap: { type: "string", description: "How long the key before stays good: 24h. Else it ends at once." },
} as const;

type RotateArgs = KeyArgs & typeof overlapArgs;
const rotateArgs: RotateArgs = { ...keyArgs, ...overlapArgs };

/**
 * `specgate keys rotate KEY [--overlap 24h]`: another key in its place, shown this once, alone on standard output.
 * Exit codes as for update.
 */
export function createKeysRotateCommand(env: Environment, terminal: Terminal): CommandDef<RotateArgs> {
  return defineCommand({
    meta: { name: "rotate", description: "Put a new key in the place of one. It is shown this once." },
    args: rotateArgs,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        const { overlap } = options;
        const grace = overlap === undefined ? {} : { grace_period: duration("overlap", overlap) };
        const [gateway, key] = await keyOf(env, terminal, options);
        const body = { key: key.key_id, ...grace };
        const made = await answered(regenerateKey({ client: gateway.client, body }), gateway);
        if (options.json === true) {
          terminal.out.write(`${JSON.stringify(made, null, 2)}\n`);
          return;
        }
        const until = made.previous_key_expires;
        terminal.errors.write(keyText(made, Date.now()));
        terminal.errors.write(
          `the key before ${until === null ? "is no good any more" : `stays good until ${until}`}\n`,
        );
        terminal.out.write(`${made.key}\n`);
      }),
  });
}

const sureArgs = { yes: { type: "boolean", description: "Do not ask." } } as const;

type DeleteArgs = KeyArgs & typeof sureArgs;
const deleteArgs: DeleteArgs = { ...keyArgs, ...sureArgs };

/** `specgate keys delete KEY [--yes]`: asks before, where somebody can answer. Exit codes as for update. */
export function createKeysDeleteCommand(env: Environment, terminal: Terminal): CommandDef<DeleteArgs> {
  return defineCommand({
    meta: { name: "delete", description: "Delete a key. What it spent stays on the ledger." },
    args: deleteArgs,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        const [gateway, key] = await keyOf(env, terminal, options);
        const name = key.key_alias ?? key.key_id;
        if (options.yes !== true && !(await isSure(terminal, name)))
          throw new CommandFailure(`${name} is left as it is`);
        const deleted = await answered(deleteKeys({ client: gateway.client, body: { keys: [key.key_id] } }), gateway);
        terminal.out.write(options.json === true ? `${JSON.stringify(deleted, null, 2)}\n` : `deleted ${name}\n`);
      }),
  });
}

async function isSure(terminal: Terminal, name: string): Promise<boolean> {
  if (!isAttended(terminal)) throw new CommandFailure(`--yes deletes ${name} without a question`, 2);
  return /^y(?:es)?$/i.test((await ask(terminal, `delete ${name}, for good? (y/N)`)) ?? "");
}

/** The gateway, and the key that is named. Fails: rejects with a `CommandFailure`. */
export async function keyOf(
  env: Environment,
  terminal: Terminal,
  { key, url }: KeyOptions,
): Promise<readonly [gateway: Gateway, key: KeyInfo]> {
  const gateway = adminOf(env, url);
  const name = key ?? (isAttended(terminal) ? await ask(terminal, "which key (alias or id)?") : undefined);
  if (name === undefined) throw new CommandFailure("which key? name it by its alias or its id", 2);
  return [gateway, await findKey(gateway, name)];
}

function print({ out }: Terminal, { json }: KeyOptions, key: KeyInfo): void {
  out.write(json === true ? `${JSON.stringify(key, null, 2)}\n` : keyText(key, Date.now()));
}
