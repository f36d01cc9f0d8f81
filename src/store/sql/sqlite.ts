import { StoreError } from "../store-error.ts";
import type { Outcome } from "./batcher.ts";
import type { Database } from "./database.ts";
import type { CommitOutcome } from "./reservation.ts";
import type { Failure, SentCommit, StepResult } from "./sqlite-steps.ts";
import { receiveOutcome, sendClaims } from "./sqlite-wire.ts";
import { type SqliteWorker, startSqliteWorker, toError } from "./worker.ts";

export interface SqliteOptions {
  /** An absolute path. The file is made where there is none; its folder must be there. */
  readonly file: string;
  /** Survives a loss of power too, for a wait at every transaction. Default false. */
  readonly fsync?: boolean | undefined;
  /** How long each call may take. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** How long a report of the ledger may take. Default 30,000. */
  readonly reportTimeoutMs?: number | undefined;
  /** Hears when a thread has ended by itself, or would not end. */
  readonly report?: ((error: StoreError) => void) | undefined;
}

/**
 * A file of SQLite's. One process owns it. A thread of its own waits for the disk; what is asked while it works is one
 * transaction. Reports have a thread and a connection of their own, from the first one on.
 *
 * What was committed survives the end of the process, and with `fsync` a loss of power.
 * Fails: rejects with `unavailable` where the file cannot be used, `version` where its tables are newer than this
 * Specgate's.
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, fsync = false, timeoutMs = 5_000, reportTimeoutMs = 30_000, report } = options;
  const writer = await startSqliteWorker({ file, fsync, isReader: false }, timeoutMs, report);
  let reader: Promise<SqliteWorker> | undefined;
  let isClosed = false;
  const listeners = new Set<() => void>();

  function openReader(): Promise<SqliteWorker> {
    if (isClosed) return Promise.reject(new StoreError("closed", "The store is closed."));
    reader ??= startSqliteWorker({ file, fsync, isReader: true }, reportTimeoutMs, report).catch((thrown: unknown) => {
      reader = undefined;
      throw thrown;
    });
    return reader;
  }

  return {
    dialect: "sqlite",
    read: async (statement) => rowsIn(await writer.take({ kind: "read", statement }))[0] ?? [],
    report: async (statement) => rowsIn(await (await openReader()).take({ kind: "read", statement }))[0] ?? [],
    write: async (statements) => rowsIn(await writer.take({ kind: "write", statements })),

    async reserve(requests) {
      const result = await writer.take({ kind: "reserve", requests: requests.map(sendClaims) });
      const { outcomes } = result.kind === "reserve" ? result : astray();
      return requests.map((request, at) => {
        const outcome = outcomes[at] ?? astray();
        return "words" in outcome ? toError(outcome) : receiveOutcome(outcome, request);
      });
    },

    async commit(lines) {
      const result = await writer.take({ kind: "commit", lines: lines.map(({ json }) => json) });
      const { outcomes } = result.kind === "commit" ? result : astray();
      return lines.map(({ id }, at) => receiveCommit(outcomes[at] ?? astray(), id));
    },

    release: async (ids) => idsIn(await writer.take({ kind: "release", ids })),
    renew: async (renewals) => idsIn(await writer.take({ kind: "renew", renewals })),
    expire: async (nowMs, limit) => idsIn(await writer.take({ kind: "expire", nowMs, limit })),

    onChange(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },

    changed() {
      for (const listener of listeners) listener();
    },

    async close() {
      isClosed = true;
      listeners.clear();
      const second = await reader?.catch(() => undefined);
      await Promise.all([writer.close(), second?.close()]);
    },
  };
}

function receiveCommit(outcome: SentCommit | Failure, id: string): Outcome<CommitOutcome> {
  if ("words" in outcome) return toError(outcome);
  if (outcome[0] === "committed") return { kind: "committed", id, reservedNanoUsd: outcome[1] };
  return { kind: "already", id, status: outcome[1] };
}

type Done = Exclude<StepResult, Failure>;

const rowsIn = (result: Done) => (result.kind === "rows" ? result.rows : astray());
const idsIn = (result: Done): readonly string[] => (result.kind === "ids" ? result.ids : astray());

function astray(): never {
  throw new StoreError("refused", "The thread answered another question.");
}
