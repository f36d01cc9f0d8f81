import { parentPort, workerData } from "node:worker_threads";
import { migrations } from "./migrations.ts";
import { openSqliteFile, openSqliteReader } from "./sqlite-file.ts";
import { createSteps, type Failure, type Step, type StepResult, type Steps, toFailure } from "./sqlite-steps.ts";

/** What the thread is started with. */
export interface ThreadData {
  readonly file: string;
  readonly fsync: boolean;
  /** Reads beside who writes, so that a long report keeps nobody waiting. */
  readonly isReader: boolean;
}

/** Steps that are taken together. */
export interface Batch {
  readonly id: number;
  readonly steps: readonly Step[];
}

/** What came of a batch; the first reply, numbered 0, says whether the file could be opened. */
export type Reply =
  | { readonly id: number; readonly results: readonly StepResult[] }
  | { readonly id: number; readonly failure: Failure };

const port = parentPort;
if (port !== null && isThreadData(workerData)) {
  const { isReader, file } = workerData;
  try {
    const database = isReader ? openSqliteReader(file) : openSqliteFile(workerData, migrations);
    const steps = createSteps(database);
    reply({ id: 0, results: [] });
    port.on("message", (message: unknown) => {
      if (isBatch(message)) return reply(replyTo(message, steps));
      // Anything else is the end.
      database.close();
      port.close();
    });
  } catch (thrown) {
    reply({ id: 0, failure: toFailure(thrown) });
  }
}

function replyTo({ id, steps: asked }: Batch, steps: Steps): Reply {
  try {
    return { id, results: steps.run(asked) };
  } catch (thrown) {
    return { id, failure: toFailure(thrown) };
  }
}

function reply(message: Reply): void {
  port?.postMessage(message);
}

function isThreadData(value: unknown): value is ThreadData {
  return typeof value === "object" && value !== null && "file" in value && typeof value.file === "string";
}

function isBatch(value: unknown): value is Batch {
  return typeof value === "object" && value !== null && "steps" in value && Array.isArray(value.steps);
}
