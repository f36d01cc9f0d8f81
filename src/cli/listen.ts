import { Server as HttpServer } from "node:http";
import { serve } from "h3";
import type { Logger } from "pino";
import type { Server } from "srvx";
import { type Built, build, openStore } from "../build.ts";
import type { Config } from "../config/config.ts";
import { version } from "../version.ts";

/** A gateway that listens. */
export interface Listening {
  readonly url: string;
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
  const store = await openStore(config, log);
  const built = await build(config, { log, version, store });
  const server = serve(built.app, {
    port: config.server.port,
    hostname: config.server.host,
    silent: true,
    manual: true,
    gracefulShutdown: false,
    // A request without a host is the app's to refuse: Node would do it with a bare status.
    node: { keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: requestTimeoutMs, requireHostHeader: false },
  });
  const { node } = server;
  if (!(node?.server instanceof HttpServer)) throw new Error("Specgate runs on Node's HTTP server only");
  built.answerAll(node.server, node.handler);
  try {
    await server.serve();
  } catch (thrown) {
    await built.close();
    throw thrown;
  }
  return { url: (server.url ?? "").replace(/\/$/, ""), close: () => close(server, built, config.server.drainMs) };
}

/** How often connections whose last answer is out are closed while stopping; clients would keep them for the next. */
const sweepMs = 50;

async function close(server: Server, built: Built, drainMs: number): Promise<void> {
  built.drain();
  const sweep = setInterval(() => closeIdle(server), sweepMs);
  const patience = setTimeout(() => void server.close(true), drainMs);
  await server.close();
  clearInterval(sweep);
  clearTimeout(patience);
  await built.close();
}

function closeIdle({ node }: Server): void {
  if (node?.server !== undefined && "closeIdleConnections" in node.server) node.server.closeIdleConnections();
}
