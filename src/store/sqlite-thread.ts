import { parentPort, workerData } from "node:worker_threads";
import {
  openSqliteValues,
  type SqliteValues,
  type ValueBounds,
  type ValueResult,
  type ValueStep,
} from "./sqlite-values.ts";

/** What the thread is started with. */
export interface ThreadData extends ValueBounds {
  readonly file: string;
}

/** Steps that are taken together. */
export interface Batch {
  readonly id: number;
  readonly nowMs: number;
  readonly steps: readonly ValueStep[];
}

/** What came of a batch; the first reply, numbered 0, says whether the file could be opened. */
export type Reply =
  | { readonly id: number; readonly results: readonly ValueResult[] }
  /** SQLite's or the system's own words, which hold neither keys nor values. */
  | { readonly id: number; readonly error: string };

const port = parentPort;
if (port !== null && isThreadData(workerData)) {
  const values = attempt(0, () => openSqliteValues(workerData.file, workerData));
  if (typeof values !== "string") {
    port.postMessage({ id: 0, results: [] } satisfies Reply);
    port.on("message", (message: unknown) => serve(message, values));
  }
}

function serve(message: unknown, values: SqliteValues): void {
  if (!isBatch(message)) {
    // Anything else is the end.
    values.close();
    port?.close();
    return;
  }
  const { id, steps, nowMs } = message;
  const results = attempt(id, () => values.run(steps, nowMs));
  if (typeof results !== "string") port?.postMessage({ id, results } satisfies Reply);
}

/** What an act gives; its error is a reply by itself. */
function attempt<Result extends object>(id: number, act: () => Result): Result | string {
  try {
    return act();
  } catch (thrown) {
    const error = wordsOf(thrown);
    port?.postMessage({ id, error } satisfies Reply);
    return error;
  }
}

/** SQLite's words, or the code of an error of the file system: its message would name the path. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "unknown error";
  if ("errstr" in thrown && typeof thrown.errstr === "string") return thrown.errstr;
  return "code" in thrown && typeof thrown.code === "string" ? thrown.code : thrown.name;
}

function isThreadData(value: unknown): value is ThreadData {
  return typeof value === "object" && value !== null && "file" in value && typeof value.file === "string";
}

function isBatch(value: unknown): value is Batch {
  return typeof value === "object" && value !== null && "steps" in value && Array.isArray(value.steps);
}
