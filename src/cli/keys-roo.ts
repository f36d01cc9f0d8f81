import { createHash } from "node:crypto";
import { type CommandDef, defineCommand } from "citty";
import { listModels } from "../../generated/admin-sdk/index.ts";
import type { Environment } from "../config/config.ts";
import { answered, gatewayArgs, gatewayOf } from "./admin-client.ts";
import { CommandFailure, failing } from "./failure.ts";
import { type HandOut, handOutArgs, handOutOf } from "./keys-hand-out.ts";
import { settingArgs } from "./keys-options.ts";
import { checkFree, writePrivate } from "./private-file.ts";
import { rooSettings } from "./roo-settings.ts";
import { ask, isAttended, type Terminal } from "./terminal.ts";

const rooArgs = {
  model: { type: "string", description: "The model to ask for. Else the only one there is." },
  profile: { type: "string", description: "The profile's name in Roo Code.", default: "specgate" },
  out: { type: "string", description: "Where to write the file, for its owner alone. Else to standard output." },
  force: { type: "boolean", description: "Write over a file that is there." },
} as const;

type Args = typeof handOutArgs & typeof rooArgs & typeof settingArgs & typeof gatewayArgs;
const args: Args = { ...handOutArgs, ...rooArgs, ...settingArgs, ...gatewayArgs };

/**
 * `specgate keys roo NAME` makes a key, `--key-stdin` takes one: settings that Roo Code imports.
 * Exit code: 0; 1 the gateway refused or cannot be reached, or the file is there already; 2 wrong usage.
 */
export function createKeysRooCommand(env: Environment, terminal: Terminal): CommandDef<Args> {
  return defineCommand({
    meta: {
      name: "roo",
      description: "Print a developer's Roo Code settings, with a new key or one from standard input.",
    },
    args,
    run: ({ args: options }) =>
      failing(terminal.errors, async () => {
        const { profile: name, out } = options;
        const force = options.force === true;
        // A key that is made is shown once: whatever can be wrong is looked at before.
        if (out !== undefined) checkFree(out, force);
        const handOut = handOutOf(env, terminal, options);
        const model = options.model ?? (await modelOf(env, terminal, handOut, onlyName(options.models)));
        const key = await handOut.key();
        const text = rooSettings({ name, id: idOf(handOut.url, name), url: handOut.url, key, model });
        if (out === undefined) terminal.out.write(text);
        else await keep(terminal, out, text, force);
      }),
  });
}

/** The file, or where it cannot be written its text: the key in it is shown once. */
async function keep(terminal: Terminal, file: string, text: string, force: boolean): Promise<void> {
  try {
    await writePrivate(file, text, force);
    terminal.errors.write(`wrote ${file}; name it in roo-cline.autoImportSettingsPath, or import it in Roo Code\n`);
  } catch (thrown) {
    terminal.out.write(text);
    throw thrown;
  }
}

/** The model that a list of one names. */
function onlyName(models: string | undefined): string | undefined {
  return models !== undefined && !/[,*]/.test(models) && models !== "none" ? models.trim() : undefined;
}

async function modelOf(
  env: Environment,
  terminal: Terminal,
  handOut: HandOut,
  said: string | undefined,
): Promise<string> {
  if (said !== undefined) return said;
  const gateway = gatewayOf(env, handOut.url, handOut.asking ?? (await handOut.key()));
  const { data } = await answered(listModels({ client: gateway.client }), gateway);
  const names = data.map(({ id }) => id);
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  const shown = names.slice(0, 20).join(", ");
  if (names.length === 0) throw new CommandFailure("the gateway serves no model by this key", 1);
  const answer = isAttended(terminal) ? await ask(terminal, `which model (${shown})?`) : undefined;
  if (answer === undefined) throw new CommandFailure(`which model? say --model, one of: ${shown}`, 2);
  return answer;
}

/** The same for the same profile, so that an import twice makes one. */
function idOf(url: string, name: string): string {
  return createHash("sha256").update(`${url} ${name}`).digest("hex").slice(0, 12);
}
