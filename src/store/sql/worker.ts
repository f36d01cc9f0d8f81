import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { StoreError } from "../store-error.ts";
import { type Batcher, createBatcher, type Outcome } from "./batcher.ts";
import type { Failure, Step, StepResult } from "./sqlite-steps.ts";
import type { SentOutcome } from "./sqlite-wire.ts";
import type { Batch, Reply, ThreadData } from "./thread.ts";

/** A thread that has the file. */
export interface SqliteWorker {
  /** Has a step taken. Fails: rejects with a `StoreError`. */
  readonly take: (step: Step) => Promise<Exclude<StepResult, Failure>>;
  /** Behind all that was asked before. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a thread and resolves when it has the file open.
 * Fails: rejects with `unavailable` where the file cannot be used, `version` where its tables are too new.
 */
export async function startSqliteWorker(
  data: ThreadData,
  timeoutMs: number,
  report: ((error: StoreError) => void) | undefined,
): Promise<SqliteWorker> {
  // The file beside this one, as a source or compiled.
  const path = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(path, { workerData: data, execArgv: ["--disable-warning=ExperimentalWarning"] });
  let answer: ((reply: Reply | StoreError) => void) | undefined;
  let over: StoreError | undefined;
  let isClosing = false;
  let count = 0;

  const batcher: Batcher<Step, Exclude<StepResult, Failure>> = createBatcher({
    run,
    most: 1_000,
    timeoutMs,
    name: "SQLite",
    onLate(step, result) {
      if (step.kind !== "reserve" || result.kind !== "reserve") return;
      const ids = step.requests.flatMap(([id], at) => (isReserved(result.outcomes[at]) ? [id] : []));
      if (ids.length > 0) batcher.ask({ kind: "release", ids }).catch(() => undefined);
    },
  });

  async function run(steps: readonly Step[]): Promise<readonly Outcome<Exclude<StepResult, Failure>>[]> {
    if (over !== undefined) throw over;
    const replied = new Promise<Reply | StoreError>((resolve) => {
      answer = resolve;
    });
    worker.postMessage({ id: ++count, steps } satisfies Batch);
    const reply = await replied;
    if (reply instanceof StoreError) throw reply;
    if ("failure" in reply) throw toError(reply.failure);
    return reply.results.map((result) => (result.kind === "failure" ? toError(result) : result));
  }

  await firstReply(worker);
  worker.on("message", (message: unknown) => {
    if (isReply(message)) answer?.(message);
  });
  // A process that has nothing else to do ends. Last: a listener for messages takes it back.
  worker.unref();
  worker.on("error", () => undefined);
  worker.on("exit", () => {
    const isOurs = over !== undefined;
    over ??= new StoreError("unavailable", "The thread that has the database has ended.");
    answer?.(over);
    batcher.fail(over);
    if (!isOurs) report?.(over);
  });

  return {
    take(step) {
      if (over === undefined && !isClosing) return batcher.ask(step);
      return Promise.reject(over ?? closed());
    },
    async close() {
      if (over !== undefined || isClosing) return;
      isClosing = true;
      const late = new Promise<false>((resolve) => void setTimeout(resolve, timeoutMs, false).unref());
      worker.ref();
      const ended = new Promise<true>((resolve) => worker.once("exit", () => resolve(true)));
      const end = (async () => {
        await batcher.idle();
        over = closed();
        worker.postMessage("close");
        return ended;
      })();
      if (await Promise.race([end, late])) return;
      // A disk that does not answer holds the thread, and is not to hold the process.
      over = closed();
      worker.unref();
      worker.terminate().catch(() => undefined);
      batcher.fail(over);
      report?.(new StoreError("timeout", `SQLite did not answer within ${timeoutMs} ms.`));
    },
  };
}

const isReserved = (outcome: SentOutcome | Failure | undefined): boolean =>
  outcome !== undefined && "length" in outcome && outcome[0] === "reserved";

/** Waits until the file is open. */
function firstReply(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: StoreError): void => {
      worker.terminate().catch(() => undefined);
      reject(error);
    };
    worker.once("error", () => fail(unusable("the thread did not start")));
    worker.once("message", (message: unknown) => {
      worker.removeAllListeners("error");
      if (isReply(message) && "results" in message) return resolve();
      const failure = isReply(message) && "failure" in message ? message.failure : undefined;
      fail(failure?.code === "version" ? toError(failure) : unusable(failure?.words ?? "no answer"));
    });
  });
}

function isReply(value: unknown): value is Reply {
  return typeof value === "object" && value !== null && "id" in value && ("results" in value || "failure" in value);
}

/** What is said of a failure. */
export function toError({ code, words }: Failure): StoreError {
  if (code === "version") return new StoreError(code, words);
  return new StoreError(code, `SQLite refused (${words}).`);
}

const unusable = (words: string): StoreError =>
  new StoreError("unavailable", `The database's file cannot be used (${words}).`);
const closed = (): StoreError => new StoreError("closed", "The store is closed.");
