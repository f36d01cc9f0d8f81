import type { Logger } from "pino";
import type { Config } from "./config/config.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { type Accountant, createAccountant } from "./policy/accountant.ts";
import { createAlerts } from "./policy/alerts.ts";
import { type Contents, createContents } from "./policy/contents.ts";
import { createLedgerTrim } from "./policy/ledger-trim.ts";
import { createSeal } from "./seal.ts";
import type { KeyValueStore } from "./store/key-value.ts";
import { openSqlStore } from "./store/sql/open.ts";
import type { SqlStore } from "./store/sql/port.ts";
import { createWebhook } from "./upstream/webhook.ts";

/**
 * Opens the database of keys, budgets and the ledger, where the config names one.
 * Fails: rejects with a `StoreError`.
 */
export async function openAccounts({ database, ledger }: Config, log: Logger): Promise<SqlStore | undefined> {
  if (database === undefined) return undefined;
  const options = { report: ({ code, message }: { code: string; message: string }) => log.warn({ code }, message) };
  const { fsync } = ledger;
  if (database.kind === "sqlite") return openSqlStore({ kind: "sqlite", file: database.file, fsync }, options);
  return openSqlStore({ kind: "postgres", url: database.url, migrate: database.autoMigrate, fsync }, options);
}

/** What accounts for requests, and what keeps its tables short. Undefined where there is no database. */
export function createAccounting(
  config: Config,
  accounts: SqlStore | undefined,
  deps: { readonly log: Logger; readonly metrics: Metrics; readonly store: KeyValueStore },
): Accountant | undefined {
  if (accounts === undefined) return undefined;
  const { log, metrics, store } = deps;
  const send = config.alerts && createWebhook({ url: config.alerts.webhook, log });
  const accountant = createAccountant({
    accounting: accounts.accounting,
    ledger: config.ledger,
    onStoreFailure: config.onStoreFailure,
    log,
    count: metrics.accountingFailure,
    onAlert: send ? createAlerts({ store, send, nowMs: Date.now }) : () => undefined,
    onRefusal: metrics.budgetRefusal,
    nowMs: Date.now,
  });
  const trim = createLedgerTrim({ accounts, ledger: config.ledger, log, nowMs: Date.now });
  return {
    ...accountant,
    async close() {
      trim.close();
      await accountant.close();
    },
  };
}

/** What keeps what is said, of the keys that want it. Undefined where nothing is to be kept of anybody. */
export function createContentKeeper(config: Config, accounts: SqlStore | undefined, log: Logger): Contents | undefined {
  const { contentRetentionMs: retentionMs } = config.ledger;
  if (accounts === undefined || retentionMs === undefined) return undefined;
  return createContents({
    store: accounts.contents,
    seal: createSeal(config.server.secrets, "content"),
    retentionMs,
    log,
    nowMs: Date.now,
  });
}
