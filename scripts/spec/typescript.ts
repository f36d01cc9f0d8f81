import { Worker } from "node:worker_threads";
import type { Mode } from "./relax.ts";
import type { Spec } from "./schema.ts";

/** What TypeScript's compiler is needed for. */
export type Work =
  | { readonly kind: "types"; readonly spec: Spec; readonly mode: Mode }
  | { readonly kind: "client"; readonly folder: string };

/** A piece of work on its way to the thread, and what came of it on the way back. */
export interface Job {
  readonly id: number;
  readonly work: Work;
}
export interface Done {
  readonly id: number;
  readonly text?: string;
  readonly error?: unknown;
}

/** A thread with TypeScript's compiler in it. */
export interface TypeScriptThread {
  readonly types: (spec: Spec, mode: Mode) => Promise<string>;
  readonly client: (folder: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

/**
 * Starts a thread for all that needs TypeScript's compiler: half of the work, and to load the compiler takes as long as
 * to read the specs, which goes on meanwhile.
 *
 * Fails: what was asked for rejects with what was thrown there.
 */
export function startTypeScript(): TypeScriptThread {
  const worker = new Worker(new URL("./typescript-thread.ts", import.meta.url));
  const waiting = new Map<number, PromiseWithResolvers<string>>();
  let broken: unknown;
  worker.on("message", ({ id, text = "", error }: Done) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(text);
    else one?.reject(error);
  });
  worker.on("error", (error) => {
    broken = error;
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  });
  let last = 0;
  const ask = (work: Work): Promise<string> => {
    const one = Promise.withResolvers<string>();
    // Whoever waits for it does so later; until then it is nobody's failure.
    one.promise.catch(() => {});
    if (broken !== undefined) one.reject(broken);
    else {
      last++;
      waiting.set(last, one);
      worker.postMessage({ id: last, work } satisfies Job);
    }
    return one.promise;
  };
  return {
    types: (spec, mode) => ask({ kind: "types", spec, mode }),
    client: async (folder) => {
      await ask({ kind: "client", folder });
    },
    end: async () => {
      await worker.terminate();
    },
  };
}
