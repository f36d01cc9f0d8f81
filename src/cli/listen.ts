import { Server as HttpServer } from "node:http";
import { serve } from "h3";
import type { Logger } from "pino";
import type { Server } from "srvx";
import { type Built, build, openAccounts, openStore } from "../build.ts";
import type { Config } from "../config/config.ts";
import { version } from "../version.ts";

/** A gateway that listens. */
export interface Listening {
  readonly url: string;
  /** Where the admin API is, if not at the same address. */
  readonly adminUrl: string | undefined;
  /** Stops taking requests, waits for those in flight up to the config's drain time, then ends them. */
  readonly close: () => Promise<void>;
}

/** Load balancers keep idle connections for a minute; closing first would race their next request. */
const keepAliveTimeoutMs = 75_000;

/** A large prompt over a slow line may take long to arrive; one that never ends must not hold its connection for ever. */
const requestTimeoutMs = 15 * 60_000;

/**
 * Starts the gateway on srvx.
 * Fails: rejects when the address is taken or not ours, or what is kept between requests cannot be reached.
 */
export async function listen(config: Config, log: Logger): Promise<Listening> {
  const [store, accounts] = await Promise.all([openStore(config, log), openAccounts(config, log)]);
  const built = await build(config, { log, version, store, accounts });
  const { host, port, admin, drainMs } = config.server;
  const servers: Server[] = [];
  try {
    const main = await start(built, { host, port });
    servers.push(main);
    if (built.admin !== undefined && admin !== undefined) {
      servers.push(await start({ app: built.admin.h3, answerAll: built.admin.answerAll }, admin));
    }
  } catch (thrown) {
    await Promise.all(servers.map((server) => server.close(true)));
    await built.close();
    throw thrown;
  }
  const [url = "", adminUrl] = servers.map((server) => (server.url ?? "").replace(/\/$/, ""));
  return { url, adminUrl, close: () => close(servers, built, drainMs) };
}

async function start(
  { app, answerAll }: Pick<Built, "app" | "answerAll">,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> {
  const server = serve(app, {
    port,
    hostname: host,
    silent: true,
    manual: true,
    gracefulShutdown: false,
    // A request without a host is the app's to refuse: Node would do it with a bare status.
    node: { keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: requestTimeoutMs, requireHostHeader: false },
  });
  const { node } = server;
  if (!(node?.server instanceof HttpServer)) throw new Error("Specgate runs on Node's HTTP server only");
  answerAll(node.server, node.handler);
  await server.serve();
  return server;
}

/** How often connections whose last answer is out are closed while stopping; clients would keep them for the next. */
const sweepMs = 50;

async function close(servers: readonly Server[], built: Built, drainMs: number): Promise<void> {
  built.drain();
  const sweep = setInterval(() => servers.forEach(closeIdle), sweepMs);
  const patience = setTimeout(() => servers.forEach((server) => void server.close(true)), drainMs);
  await Promise.all(servers.map((server) => server.close()));
  clearInterval(sweep);
  clearTimeout(patience);
  await built.close();
}

function closeIdle({ node }: Server): void {
  if (node?.server !== undefined && "closeIdleConnections" in node.server) node.server.closeIdleConnections();
}
