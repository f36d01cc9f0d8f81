import { type CommandDef, defineCommand } from "citty";
import { toNodeHandler } from "h3";
import { listen } from "listhen";
import { build, openAccounts, openStore } from "../build.ts";
import type { Environment } from "../config/config.ts";
import { createLog } from "../log.ts";
import { version } from "../version.ts";
import type { Output } from "./check.ts";
import { loadConfig } from "./load.ts";

const args = {
  config: { type: "string", description: "The file that says what is served.", default: "routes.yaml" },
  port: { type: "string", description: "Port to listen on, over the file's." },
  host: { type: "string", description: "Address to listen on, over the file's." },
  https: { type: "boolean", description: "Serve HTTPS with a self-signed certificate.", default: false },
  qr: { type: "boolean", description: "Show the URL as a QR code.", default: false },
  open: { type: "boolean", description: "Open the URL in a browser.", default: false },
} as const;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * `specgate dev`: as `serve`, for the terminal: readable logs, and listhen's comforts around the listener.
 *
 * Exit code: 0 stopped by a signal; 1 the file has mistakes or the address is taken.
 */
export function createDevCommand(env: Environment, out: Output = process.stdout): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "dev", description: "Run the gateway for development: readable logs, HTTPS on request." },
    args,
    run: async ({ args: given }) => {
      const config = await loadConfig(given.config, env, given);
      if (typeof config === "string") {
        out.write(`${config}\n`);
        process.exitCode = 1;
        return;
      }
      const log = createLog({ ...config.log, format: "pretty" }, { isTTY: true });
      const opened = await Promise.all([openStore(config, log), openAccounts(config, log)]).catch(messageOf);
      if (typeof opened === "string") {
        out.write(`${opened}\n`);
        process.exitCode = 1;
        return;
      }
      const [store, accounts] = opened;
      // One address for all: who develops has nobody to keep the admin API from.
      const alone = { ...config, server: { ...config.server, admin: undefined } };
      const built = await build(alone, { log, version, store, accounts });
      const { host: hostname } = config.server;
      const { https, qr, open } = given;
      // Left to itself listhen moves to another port in silence when this one is taken.
      const { port: wanted } = config.server;
      const port = { port: wanted, ports: [], alternativePortRange: [wanted, wanted] satisfies [number, number] };
      await listen(toNodeHandler(built.app), { port, hostname, https, qr, open, showURL: true, isProd: false });
    },
  });
}
