import { type CommandDef, defineCommand } from "citty";
import type { Environment } from "../config/config.ts";
import {
  createKeysBlockCommand,
  createKeysDeleteCommand,
  createKeysRotateCommand,
  createKeysUpdateCommand,
} from "./keys-change.ts";
import { createKeysCreateCommand } from "./keys-create.ts";
import { createKeysEnvCommand } from "./keys-env.ts";
import { createKeysInfoCommand, createKeysListCommand } from "./keys-read.ts";
import { createKeysRooCommand } from "./keys-roo.ts";
import { ownTerminal, type Terminal } from "./terminal.ts";

/** `specgate keys …`: virtual keys of a running gateway, by its admin API. */
export function createKeysCommand(env: Environment, terminal: Terminal = ownTerminal): CommandDef {
  return defineCommand({
    meta: { name: "keys", description: "Make, list, change and end keys of a running gateway." },
    subCommands: {
      create: () => createKeysCreateCommand(env, terminal),
      list: () => createKeysListCommand(env, terminal),
      info: () => createKeysInfoCommand(env, terminal),
      update: () => createKeysUpdateCommand(env, terminal),
      block: () => createKeysBlockCommand(env, terminal, "block"),
      unblock: () => createKeysBlockCommand(env, terminal, "unblock"),
      rotate: () => createKeysRotateCommand(env, terminal),
      delete: () => createKeysDeleteCommand(env, terminal),
      env: () => createKeysEnvCommand(env, terminal),
      roo: () => createKeysRooCommand(env, terminal),
    },
  });
}
