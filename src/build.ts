import { randomBytes } from "node:crypto";
import type { H3 } from "h3";
import type { Logger } from "pino";
import { createProviderWatch } from "./admin/health.ts";
import { type App, createApps } from "./app.ts";
import { createAccounting, createContentKeeper, openAccounts as openAccountsAt } from "./build-accounts.ts";
import { createAdmin } from "./build-admin.ts";
import { createCompat } from "./compat/page.ts";
import type { Config } from "./config/config.ts";
import { createContinuity } from "./continuity/continuity.ts";
import { createContinuityReport } from "./continuity/report.ts";
import { type About, createGateway } from "./gateway.ts";
import { createMedia } from "./media/media.ts";
import { metricsAccess } from "./metrics/access.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { createConform } from "./operations/conformance.ts";
import { createAnswerWatch } from "./operations/upstream-conformance.ts";
import { createAdmit } from "./policy/admit.ts";
import { createCallers } from "./policy/callers.ts";
import { createLimits } from "./policy/limits.ts";
import { createRouter } from "./routing/resolve.ts";
import type { KeyValueStore } from "./store/key-value.ts";
import { createMemoryStore } from "./store/memory.ts";
import { openStore as openStoreAt } from "./store/open.ts";
import type { SqlStore } from "./store/sql/port.ts";
import type { StoreError } from "./store/store-error.ts";
import { credentialOf } from "./upstream/auth/index.ts";
import type { Credential } from "./upstream/credential.ts";
import { createMediaFetcher } from "./upstream/fetch-media.ts";
import { createTransport } from "./upstream/send.ts";
import { loadDialectsOf, prepareTarget } from "./upstream/target.ts";
import { createSumCheck } from "./usage/sum-check.ts";

/** A gateway put together, not yet listening. */
export interface Built {
  readonly app: H3;
  /** To be called with the server that the app is served by: what is no request gets an answer too. */
  readonly answerAll: App["answerAll"];
  /** The admin API's own surface, where it has an address of its own. */
  readonly admin: App | undefined;
  /** From now on `/health/ready` says no. */
  readonly drain: () => void;
  /** Waits for upstream requests in flight and closes their connections, then the store. */
  readonly close: () => Promise<void>;
}

/** What only the process knows. */
export interface BuildDeps {
  readonly log: Logger;
  readonly version: string;
  /** Closed with the gateway. Without one, memory keeps what conversations need. */
  readonly store?: KeyValueStore | undefined;
  /** Keys, users, teams, budgets and the ledger; closed with the gateway. */
  readonly accounts?: SqlStore | undefined;
}

/** Why what is to be kept between requests has no place. */
export class NoStoreError extends Error {
  override readonly name = "NoStoreError";
}

/**
 * Opens what is kept between requests, where the config wants it.
 * Fails: rejects with a {@link NoStoreError} where Redis or the file of the database cannot be used.
 */
export async function openStore(config: Config, log: Logger): Promise<KeyValueStore> {
  const report = ({ code, message }: StoreError): void => log.warn({ code }, message);
  try {
    return await openStoreAt(config, report);
  } catch (thrown) {
    const name = config.redis === undefined ? "database" : "redis";
    throw new NoStoreError(`\`${name}\` cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

/**
 * Opens the database of accounts and the ledger, where the config names one.
 * Fails: as {@link openStore}.
 */
export async function openAccounts(config: Config, log: Logger): Promise<SqlStore | undefined> {
  try {
    return await openAccountsAt(config, log);
  } catch (thrown) {
    throw new NoStoreError(`\`database\` cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

/** Puts the parts together: everything that can be decided before the first request is decided here. */
export async function build(config: Config, deps: BuildDeps): Promise<Built> {
  await loadDialectsOf(config);
  const { log, version, store = createMemoryStore({ nowMs: () => performance.now() }), accounts } = deps;
  // Silence would let everybody spend as they like.
  if (config.database !== undefined && accounts === undefined) throw new Error("the database was not opened");
  const { proxy } = config;
  const transport = createTransport({ proxy });
  const credentials = new Map<string, Credential>(
    config.providers.map((provider) => [provider.name, credentialOf(provider, { now: Date.now, proxy })]),
  );
  const router = createRouter(config, (deployment, upstreamModel) => {
    const credential = credentials.get(deployment.provider.name);
    if (credential === undefined) throw new Error(`no provider ${deployment.provider.name}`);
    return prepareTarget(deployment, upstreamModel, credential);
  });
  let open = 0;
  const metrics = createMetrics(config, { version, inFlight: () => open, pools: transport.pools });
  const conform = createConform<About>({
    onViolation: (pointer, about) => metrics.violation({ ...about, pointer }),
    onNewKind: (violation, about) => log.warn({ violation, ...about }, "answer does not conform to specs/openai.yaml"),
  });
  const watchAnswer = createAnswerWatch<About>(
    {
      onOddity: (pointer, about) => metrics.oddity({ ...about, pointer }),
      onNewKind: (oddity, about) => log.info({ ...oddity, ...about }, "an upstream's answer is not as its spec says"),
    },
    ({ operation, provider }) => `${provider} ${operation}`,
  );
  const checkSum = createSumCheck<About>({
    onMismatch: ({ kind }, about) => metrics.mismatch({ ...about, kind }),
    onNewKind: (mismatch, about) => log.warn({ mismatch, ...about }, "an upstream's token counts do not add up"),
  });
  const continuity = createContinuity({
    store,
    secrets: config.server.secrets,
    nowMs: Date.now,
    onEvent: createContinuityReport({ log, count: metrics.continuity, nowMs: Date.now }),
  });
  const limits = createLimits({
    store,
    onStoreFailure: config.onStoreFailure,
    log,
    count: metrics.limitStoreFailure,
    onRefusal: metrics.limitRefusal,
    nowMs: () => performance.now(),
  });
  const accountant = createAccounting(config, accounts, { log, metrics, store });
  const contents = createContentKeeper(config, accounts, log);
  const callers = createCallers({ config, store: accounts, nowMs: Date.now, log });
  const watch = createProviderWatch(config.providers, Date.now);
  const fetcher = createMediaFetcher();
  const gateway = createGateway({
    config,
    router,
    transport,
    conform,
    onUpstreamFailure(about, error) {
      watch.onFailure(about.provider);
      metrics.upstream({ ...about, status: error.status, errorName: error.errorName });
    },
    checkSum,
    watchAnswer,
    continuity,
    media: createMedia(fetcher.open),
    admit: createAdmit({ config, limits, accountant, endUser: callers.endUser, nowMs: Date.now }),
    contents,
    nowSec: () => Math.floor(Date.now() / 1000),
    chance: Math.random,
    randomId,
  });
  const startedMs = performance.now();
  let draining = false;
  const startedSec = Math.floor(Date.now() / 1000);
  const admin = accounts && createAdmin(config, { accounts, router, watch, contents, randomId, startedSec });
  const apps = createApps({
    gateway,
    admin,
    healthDetail: admin?.healthDetail,
    authenticate: callers.authenticate,
    models: router.list,
    ownerOf: router.ownerOf,
    compat: createCompat(router),
    log,
    version,
    monotonicMs: () => performance.now() - startedMs,
    startedSec,
    randomId,
    isDraining: () => draining,
    troubles:
      hasLimits(config) || accounts !== undefined
        ? async () =>
            [await limits.trouble(), accountant?.trouble(), callers.trouble()].filter((one) => one !== undefined)
        : undefined,
    corsOrigins: config.server.corsOrigins,
    metrics: { access: metricsAccess(config), scrape: metrics.scrape },
    traffic: {
      onStart: () => {
        open++;
      },
      onEnd: (outcome) => {
        open--;
        if (outcome.provider !== undefined && outcome.errorName === undefined) watch.onSuccess(outcome.provider);
        metrics.request(outcome);
      },
    },
  });
  const drain = (): void => {
    draining = true;
  };
  const close = async (): Promise<void> => {
    callers.close();
    await Promise.all([transport.close(), fetcher.close()]);
    await Promise.all([accountant?.close(), contents?.close()]);
    await Promise.all([store.close(), accounts?.close()]);
  };
  return { app: apps.main.h3, answerAll: apps.main.answerAll, admin: apps.admin, drain, close };
}

/** Whether anything is counted against a limit. */
function hasLimits({ keys, models }: Config): boolean {
  return [...keys, ...models].some(({ limits }) => limits !== undefined);
}

const timeDigits = 12;
const chanceDigits = 12;
const idsAtOnce = 256;
let digits = "";
let used = 0;

/**
 * 24 hex digits: the time in milliseconds, then chance. Ids that come one after the other stand side by side in the
 * indexes of the ledger, which costs a third of what scattered ones do. Chance is drawn, and written in digits, for many
 * ids at once: the calls cost more than the bytes.
 */
function randomId(): string {
  if (used === digits.length) {
    digits = randomBytes((chanceDigits / 2) * idsAtOnce).toString("hex");
    used = 0;
  }
  used += chanceDigits;
  return Date.now().toString(16).padStart(timeDigits, "0") + digits.slice(used - chanceDigits, used);
}
