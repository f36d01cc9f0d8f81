import type { Environment } from "../config/config.ts";
import { adminOf, plainUrl, urlOf } from "./admin-client.ts";
import { CommandFailure } from "./failure.ts";
import { completed, makeKey } from "./keys-create.ts";
import { type SettingOptions, saysAnything } from "./keys-options.ts";
import { keyFrom, type Terminal } from "./terminal.ts";

/** Options of the commands that hand a key to a developer. */
export const handOutArgs = {
  name: { type: "positional", required: false, description: "The alias of the key that is made." },
  "key-stdin": { type: "boolean", description: "Take a key from standard input, and make none." },
  gateway: { type: "string", description: "Where the developer's programs find the gateway. Else the same as --url." },
} as const;

export interface HandOutOptions extends SettingOptions {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly gateway?: string | undefined;
  readonly "key-stdin"?: boolean | undefined;
}

/** A key for a developer, and where to go with it. */
export interface HandOut {
  /** Without `/v1`. */
  readonly url: string;
  /** Asks for the key, or makes it, the first time. Fails: rejects with a `CommandFailure`. */
  readonly key: () => Promise<string>;
  /** Who may ask for models before there is a key. */
  readonly asking: string | undefined;
}

/** What options say of a hand-out. Fails: throws a `CommandFailure`, as where a key is given and one is to be made. */
export function handOutOf(env: Environment, terminal: Terminal, options: HandOutOptions): HandOut {
  const settings = { ...options, alias: options.alias ?? options.name };
  if (options.name?.startsWith("sk-") === true) {
    throw new CommandFailure(
      "give the key on standard input, with --key-stdin: others can read the words of a command",
      2,
    );
  }
  const isGiven = options["key-stdin"] === true;
  if (isGiven && saysAnything(settings)) {
    throw new CommandFailure("--key-stdin takes a key as it is; the other options are for one that is made", 2);
  }
  const own = urlOf(env, options.url);
  const url = options.gateway === undefined ? own : plainUrl(options.gateway, "--gateway");
  if (isGiven) return { url, key: once(() => keyFrom(terminal)), asking: undefined };
  const admin = adminOf(env, options.url);
  const make = async (): Promise<string> => (await makeKey(admin, await completed(settings, terminal))).key;
  return { url, key: once(make), asking: env["SPECGATE_MASTER_KEY"] };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
