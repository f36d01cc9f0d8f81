import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import type { Caller } from "../../src/policy/caller.ts";
import { type AccountsStore, type CallersDeps, createCallers, type OpenCallers } from "../../src/policy/callers.ts";
import { secret } from "../_canary.ts";
import { configOf } from "../config/_load.ts";
import { newKey } from "../store/sql/_records.ts";

const base = `
database: { url: "sqlite:keys.db" }
providers: { v: { type: vertex, project: p, location: l } }
models: { m: v/gemini-2.5-flash, other: v/gemini-2.5-pro, "open/*": v/* }
aliases: { gpt-4o: m }
`;

export interface CallersOptions extends Partial<Omit<CallersDeps, "config" | "store">> {
  /** Sections of routes.yaml; `server` is one of them, with its secret. */
  readonly routes?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Callers over routes.yaml and a store; closed when the test is over. */
export function callersOver(store: AccountsStore | undefined, options: CallersOptions = {}): OpenCallers {
  const { routes = 'server: { secret: "${SECRET}", auth: keys }', env = {}, ...rest } = options;
  const config = configOf(`${routes}\n${base}`, { SECRET: secret("server-secret"), ...env });
  const callers = createCallers({ config, store, nowMs: Date.now, ...rest });
  onTestFinished(callers.close);
  return callers;
}

export const digestOf = (key: string): string => createHash("sha256").update(key).digest("hex");

export const bearer = (key: string): { authorization: string } => ({ authorization: `Bearer ${key}` });

/** A key for the database by its text. */
export function keyOf(text: string, id: string, members: Parameters<typeof newKey>[1] = {}): ReturnType<typeof newKey> {
  return newKey(id, { digest: digestOf(text), ...members });
}

/** Who calls with a key, or what is said instead. */
export async function outcomeOf(callers: OpenCallers, key: string | undefined): Promise<Caller | string> {
  try {
    return await callers.authenticate(key === undefined ? {} : bearer(key));
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** A store that counts what it is asked of keys and accounts. Its members can be replaced. */
export interface CountingStore {
  readonly store: AccountsStore;
  readonly reads: () => number;
}

export function counting({ keys, accounts }: AccountsStore): CountingStore {
  let reads = 0;
  return {
    store: {
      keys: {
        ...keys,
        byDigest: (...asked) => {
          reads++;
          return keys.byDigest(...asked);
        },
      },
      accounts: {
        ...accounts,
        byId: (...asked) => {
          reads++;
          return accounts.byId(...asked);
        },
      },
    },
    reads: () => reads,
  };
}
