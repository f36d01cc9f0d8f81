import { type CommandDef, defineCommand } from "citty";
import { NoStoreError } from "../build.ts";
import { unpricedWarnings } from "../compat/unpriced.ts";
import type { Config, Environment } from "../config/config.ts";
import { createLog } from "../log.ts";
import type { Output } from "./check.ts";
import { listen } from "./listen.ts";
import { loadConfig } from "./load.ts";
import { untilSignal } from "./signal.ts";

const args = {
  config: { type: "string", description: "The file that says what is served.", default: "routes.yaml" },
  port: { type: "string", description: "Port to listen on, over the file's." },
  host: { type: "string", description: "Address to listen on, over the file's." },
} as const;

/**
 * `specgate serve [--config routes.yaml] [--port N] [--host H]`: the gateway, until a signal.
 *
 * Exit code: 0 stopped by a signal; 1 the file has mistakes or the address is taken.
 */
export function createServeCommand(
  env: Environment,
  out: Output & { isTTY?: boolean } = process.stdout,
): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "serve", description: "Run the gateway." },
    args,
    run: async ({ args: given }) => {
      const config = await loadConfig(given.config, env, given);
      if (typeof config === "string") return fail(out, config);
      const log = createLog(config.log, { isTTY: out.isTTY === true });
      for (const { line, column, message } of config.warnings) log.warn({ file: config.file, line, column }, message);
      const listening = await listen(config, log).catch((error: unknown) => notListening(config.server, error));
      if (typeof listening === "string") return fail(out, listening);
      const { url, adminUrl } = listening;
      if (out.isTTY === true)
        out.write(`specgate listens on ${url}${adminUrl ? `, its admin API on ${adminUrl}` : ""}\n`);
      log.info({ url, admin_url: adminUrl, models: config.models.length }, "listening");
      for (const { message } of unpricedWarnings(config)) log.warn({ file: config.file }, message);
      log.info({ signal: await untilSignal() }, "draining");
      await listening.close();
      log.info("stopped");
      log.flush();
    },
  });
}

function notListening(server: Config["server"], error: unknown): string {
  if (error instanceof NoStoreError) return error.message;
  const isAdmin = error instanceof Error && "port" in error && error.port === server.admin?.port;
  const { host, port } = (isAdmin ? server.admin : undefined) ?? server;
  return `cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
}

function fail(out: Output, message: string): void {
  out.write(`${message}\n`);
  process.exitCode = 1;
}
