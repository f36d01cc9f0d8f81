import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { createGuard } from "./bounds.ts";
import type { Bounds, KeyValueStore } from "./key-value.ts";
import { createMemoryStore } from "./memory.ts";
import type { Batch, Reply, ThreadData } from "./sqlite-thread.ts";
import type { ValueResult, ValueStep } from "./sqlite-values.ts";
import { StoreError } from "./store-error.ts";

export interface SqliteStoreOptions extends Partial<Bounds> {
  /** An absolute path. The file is made where there is none; its folder must be there. */
  readonly file: string;
  /** The clock, in milliseconds since 1970: times outlive the process. */
  readonly nowMs: () => number;
  /** How many values there may be. Default 100,000. */
  readonly maxEntries?: number;
  /** How long they and their keys may be together, in bytes of UTF-8. Default 256 MiB. */
  readonly maxBytes?: number;
  /** How long each call may take, the last one among them. Default 2,000. */
  readonly timeoutMs?: number;
  /** Hears when the thread has ended by itself, or would not end. */
  readonly report?: (error: StoreError) => void;
}

/**
 * Keeps values in a file of SQLite's, so that they outlive the process; limits, slots and messages in memory, for no
 * request is to wait for a disk to be counted. Resolves when the file can be used.
 *
 * One process owns the file. A thread of its own waits for the disk; what is asked in one turn of the event loop is one
 * transaction there.
 * Fails: rejects with `unavailable` where the file cannot be used.
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<KeyValueStore> {
  const { file, nowMs, maxEntries = 100_000, maxBytes = 268_435_456, timeoutMs = 2_000, report, ...bounds } = options;
  const guard = createGuard(bounds);
  const thread = await openThread({ file, maxEntries, maxBytes }, nowMs, timeoutMs, report);
  const memory = createMemoryStore({ ...bounds, nowMs });
  const { take } = thread;

  return {
    ...memory,

    async get(key) {
      return valuesIn(await take({ kind: "get", keys: [guard.key(key)] }))[0];
    },

    async getMany(keys) {
      const own = keys.map(guard.key);
      return own.length === 0 ? [] : valuesIn(await take({ kind: "get", keys: own }));
    },

    async set(key, value, ttlMs) {
      const expiresAt = nowMs() + guard.ttl(ttlMs);
      await take({ kind: "set", key: guard.key(key), value: guard.value(value), expiresAt });
    },

    async delete(key) {
      await take({ kind: "delete", key: guard.key(key) });
    },

    async compareAndSet(key, expected, value, ttlMs) {
      const expiresAt = nowMs() + guard.ttl(ttlMs);
      const step = { key: guard.key(key), expected: expected?.toWellFormed(), value: guard.value(value), expiresAt };
      return (await take({ kind: "compareAndSet", ...step })) === true;
    },

    async close() {
      await Promise.all([memory.close(), thread.close()]);
    },
  };
}

function valuesIn(result: ValueResult): readonly (string | undefined)[] {
  return Array.isArray(result) ? result : [];
}

/** The thread that has the file. */
interface Thread {
  /** Has a step taken. Fails: rejects with a `StoreError`. */
  readonly take: (step: ValueStep) => Promise<ValueResult>;
  readonly close: () => Promise<void>;
}

/** Someone who waits for what comes of a step. */
interface Waiting {
  readonly step: ValueStep;
  readonly settle: (outcome: { readonly result: ValueResult } | StoreError) => void;
}

async function openThread(
  data: ThreadData,
  nowMs: () => number,
  timeoutMs: number,
  report: ((error: StoreError) => void) | undefined,
): Promise<Thread> {
  // The file beside this one, as a source or compiled.
  const path = new URL(`./sqlite-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(path, { workerData: data, execArgv: ["--disable-warning=ExperimentalWarning"] });
  const batches = new Map<number, readonly Waiting[]>();
  let queue: Waiting[] = [];
  let count = 0;
  let isClosed = false;
  let over: StoreError | undefined;

  function settleAll(outcome: StoreError): void {
    over = outcome;
    for (const { settle } of [...batches.values(), queue].flat()) settle(outcome);
    batches.clear();
    queue = [];
  }

  function send(): void {
    const waiting = queue;
    queue = [];
    if (waiting.length === 0) return;
    const id = ++count;
    batches.set(id, waiting);
    worker.postMessage({ id, nowMs: nowMs(), steps: waiting.map(({ step }) => step) } satisfies Batch);
  }

  function onReply(reply: Reply): void {
    const waiting = batches.get(reply.id) ?? [];
    batches.delete(reply.id);
    const error = "error" in reply ? refused(reply.error) : undefined;
    for (const [at, { settle }] of waiting.entries()) {
      settle(error ?? { result: "results" in reply ? reply.results[at] : undefined });
    }
  }

  await firstReply(worker);
  worker.on("message", (message: unknown) => {
    if (isReply(message)) onReply(message);
  });
  // A process that has nothing else to do ends. Not before: whoever listens holds it anew.
  worker.unref();
  worker.on("error", () => undefined);
  worker.on("exit", () => {
    const error = isClosed ? closed() : new StoreError("unavailable", "The thread that has the database has ended.");
    settleAll(error);
    if (!isClosed) report?.(error);
  });

  return {
    take(step) {
      if (isClosed || over !== undefined) return Promise.reject(isClosed ? closed() : over);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(silence(timeoutMs)), timeoutMs);
        const settle: Waiting["settle"] = (outcome) => {
          clearTimeout(timer);
          if (outcome instanceof StoreError) reject(outcome);
          else resolve(outcome.result);
        };
        if (queue.length === 0) queueMicrotask(send);
        queue.push({ step, settle });
      });
    },
    async close() {
      if (isClosed || over !== undefined) return;
      isClosed = true;
      send();
      const ended = new Promise<true>((resolve) => worker.once("exit", () => resolve(true)));
      worker.ref();
      // Behind all that was asked before.
      worker.postMessage("close");
      const late = new Promise<false>((resolve) => void setTimeout(resolve, timeoutMs, false).unref());
      if (await Promise.race([ended, late])) return;
      // A disk that does not answer holds the thread, and is not to hold the process.
      worker.unref();
      worker.terminate().catch(() => undefined);
      settleAll(closed());
      report?.(silence(timeoutMs));
    },
  };
}

/** Waits until the file is open. */
function firstReply(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (words: string): void => {
      worker.terminate().catch(() => undefined);
      reject(new StoreError("unavailable", `The database's file cannot be used (${words}).`));
    };
    worker.once("error", () => fail("the thread did not start"));
    worker.once("message", (message: unknown) => {
      worker.removeAllListeners("error");
      if (isReply(message) && "results" in message) resolve();
      else fail(isReply(message) && "error" in message ? message.error : "no answer");
    });
  });
}

function isReply(value: unknown): value is Reply {
  return typeof value === "object" && value !== null && "id" in value && ("results" in value || "error" in value);
}

const refused = (words: string): StoreError => new StoreError("refused", `SQLite refused (${words}).`);
const closed = (): StoreError => new StoreError("closed", "The store is closed.");
const silence = (timeoutMs: number): StoreError =>
  new StoreError("timeout", `SQLite did not answer within ${timeoutMs} ms.`);
