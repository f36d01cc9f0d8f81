import type { Config, Environment } from "../config/config.ts";
import { loadRoutes } from "../config/load.ts";
import { isLoopback } from "../config/loopback.ts";
import { formatMistakes } from "../config/mistakes.ts";

/** What the command line may say over the file. */
export interface Overrides {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
}

/** The config of a command that serves, or the text that says why there is none. */
export async function loadConfig(file: string, env: Environment, overrides: Overrides): Promise<Config | string> {
  const loaded = await loadRoutes(file, env);
  if (!("config" in loaded)) return formatMistakes(loaded.mistakes, file);
  const { config } = loaded;
  const port = overrides.port === undefined ? config.server.port : Number(overrides.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return `--port ${overrides.port}: expected 0 to 65535`;
  const host = overrides.host ?? config.server.host;
  if (
    !isLoopback(host) &&
    config.server.auth === "none" &&
    config.keys.length === 0 &&
    config.server.masterKey === undefined &&
    isLoopback(config.server.host)
  ) {
    return `--host ${host} is beyond loopback, and ${file} has no keys: anybody could spend on it. Add keys, or \`auth: none\` and the host under \`server\`.`;
  }
  return { ...config, server: { ...config.server, port, host } };
}
