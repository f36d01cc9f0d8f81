import type { AccountsStore } from "../../src/policy/callers.ts";
import { StoreError } from "../../src/store/store-error.ts";

/** How a database is: `fails` says so at once, `silent` answers when it is mended. */
export type Fault = "none" | "fails" | "silent";

/** A store that can go away, and whose answers can be held. */
export interface FaultyAccounts {
  readonly store: AccountsStore;
  readonly become: (fault: Fault) => void;
  /** Nobody is told of changes any more. */
  readonly deafen: () => void;
  /** Answers about keys stay away, from the next one on; what is returned lets them through. */
  readonly holdKeys: () => () => void;
  /** How many keys were asked for, and how many at the same time at the most. */
  readonly asked: () => { readonly keys: number; readonly atOnce: number; readonly looks: number };
}

export function faultyAccounts({ keys, accounts }: AccountsStore): FaultyAccounts {
  let fault: Fault = "none";
  let isDeaf = false;
  let mended: (() => void)[] = [];
  let held: Promise<void> | undefined;
  let asked = 0;
  let looks = 0;
  let now = 0;
  let atOnce = 0;

  /** Answers as the database is. */
  async function through<Result>(act: () => Promise<Result>): Promise<Result> {
    if (fault === "fails") throw new StoreError("unavailable", "The connection is broken.");
    if (fault === "silent") await new Promise<void>((resolve) => void mended.push(resolve));
    return act();
  }

  return {
    store: {
      keys: {
        ...keys,
        async byDigest(...args) {
          asked++;
          now++;
          atOnce = Math.max(atOnce, now);
          try {
            const found = await through(() => keys.byDigest(...args));
            await held;
            return found;
          } finally {
            now--;
          }
        },
      },
      accounts: {
        ...accounts,
        byId: (...args) => through(() => accounts.byId(...args)),
        revision: () => {
          looks++;
          return through(() => accounts.revision());
        },
        // So few at a time that there are always more.
        changedSince: (since, limit) => through(() => accounts.changedSince(since, Math.min(limit, 2))),
        onChange: (listener) => accounts.onChange(() => void (isDeaf || listener())),
      },
    },
    become(next) {
      fault = next;
      if (fault === "silent") return;
      for (const resolve of mended.splice(0)) resolve();
      mended = [];
    },
    deafen: () => {
      isDeaf = true;
    },
    holdKeys() {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    asked: () => ({ keys: asked, atOnce, looks }),
  };
}
