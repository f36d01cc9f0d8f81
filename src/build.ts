import { randomFillSync } from "node:crypto";
import type { H3 } from "h3";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import type { Config } from "./config/config.ts";
import { createGateway } from "./gateway.ts";
import { createConform } from "./operations/conformance.ts";
import { createAuthenticate } from "./policy/keys.ts";
import { createRouter } from "./routing/resolve.ts";
import { createCredential } from "./upstream/auth/index.ts";
import type { Credential } from "./upstream/credential.ts";
import { createTransport } from "./upstream/send.ts";
import { prepareTarget } from "./upstream/target.ts";

/** A gateway put together, not yet listening. */
export interface Built {
  readonly app: H3;
  /** From now on `/health/ready` says no. */
  readonly drain: () => void;
  /** Waits for upstream requests in flight and closes their connections. */
  readonly close: () => Promise<void>;
}

/** What only the process knows. */
export interface BuildDeps {
  readonly log: Logger;
  readonly version: string;
}

/** Puts the parts together: everything that can be decided before the first request is decided here. */
export function build(config: Config, { log, version }: BuildDeps): Built {
  const transport = createTransport();
  const credentials = new Map<string, Credential>(
    config.providers.map(({ name, auth, caFile }) => [name, createCredential(auth, { now: Date.now, caFile })]),
  );
  const router = createRouter(config, (deployment, upstreamModel) => {
    const credential = credentials.get(deployment.provider.name);
    if (credential === undefined) throw new Error(`no provider ${deployment.provider.name}`);
    return prepareTarget(deployment, upstreamModel, credential);
  });
  const conform = createConform((violation) => log.warn({ violation }, "answer does not conform to specs/openai.yaml"));
  const gateway = createGateway({
    config,
    router,
    transport,
    conform,
    nowSec: () => Math.floor(Date.now() / 1000),
    chance: Math.random,
    randomId,
  });
  const startedMs = performance.now();
  let draining = false;
  const app = createApp({
    gateway,
    authenticate: createAuthenticate(config),
    models: router.list,
    ownerOf: router.ownerOf,
    log,
    version,
    monotonicMs: () => performance.now() - startedMs,
    startedSec: Math.floor(Date.now() / 1000),
    randomId,
    isDraining: () => draining,
  });
  const drain = (): void => {
    draining = true;
  };
  return { app, drain, close: transport.close };
}

const idBytes = 12;
const pool = Buffer.alloc(idBytes * 256);
let used = pool.length;

/** 24 hex digits. Randomness is drawn for many ids at once: the call costs more than the bytes. */
function randomId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += idBytes;
  return pool.toString("hex", used - idBytes, used);
}
