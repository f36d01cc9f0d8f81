import type { AccountChanges } from "../store/sql/accounts.ts";
import type { AccountStore } from "../store/sql/port.ts";
import { StoreError } from "../store/store-error.ts";
import { databaseAway } from "./lookups.ts";

/** As much of a log as is needed. */
export interface Log {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
}

/** Keeps something that was read from the database. */
export interface Follower {
  /** These have changed. Some may have been told before. */
  readonly changed: (changes: AccountChanges) => void;
  /** Anything may have changed. */
  readonly forget: () => void;
}

/**
 * What may be used now: `all`, which is what is kept and the database itself, or `kept` alone while the database is away.
 */
export type Trust = "all" | "kept";

/** Knows what changes in the database, and how old that knowledge is. */
export interface ChangeFeed {
  readonly follow: (follower: Follower) => void;
  /** Another number after every change: what was read before it, and came after it, is not to be kept. */
  readonly generation: () => number;
  /**
   * A promise only where the last look is more than a second ago.
   * Fails: throws or rejects with `overloaded` while the database is away, unless requests pass.
   */
  readonly trust: () => Trust | Promise<Trust>;
  /** What an operator is told; undefined while all is well. */
  readonly trouble: () => string | undefined;
  readonly close: () => void;
}

export interface ChangeFeedDeps {
  readonly accounts: Pick<AccountStore, "revision" | "changedSince" | "onChange">;
  readonly onStoreFailure: "open" | "closed";
  readonly log: Log | undefined;
  /** A clock that never runs backwards, in milliseconds. */
  readonly monotonicMs: () => number;
}

/** A revoked key is let in no longer than this. */
const freshMs = 1_000;
/** Looks are so close together that one may be slow, or fail. */
const lookEveryMs = 400;
const changesAtOnce = 1_000;

const consequences = {
  open: "keys that were seen before are let in as they were (limits.on_store_failure: open)",
  closed: "keys of the database are refused (limits.on_store_failure: closed)",
} as const;

/**
 * Follows the changes of keys and accounts: it is told of them, and looks by itself as well, for who tells can be
 * silent. Where the last look that worked is more than a second ago, a new one is waited for before anything that is
 * kept is used: what was revoked is refused within a second, or the database is known to be away.
 */
export function createChangeFeed({ accounts, onStoreFailure, log, monotonicMs }: ChangeFeedDeps): ChangeFeed {
  const followers: Follower[] = [];
  let generation = 0;
  let seen: number | undefined;
  let confirmedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<boolean> | undefined;
  let waiting: Promise<Trust> | undefined;
  let isNews = false;
  let isAway = false;
  let isClosed = false;

  const isFresh = (): boolean => monotonicMs() - confirmedMs <= freshMs;

  function lost(thrown: unknown): void {
    if (isAway || isClosed) return;
    isAway = true;
    const { code, message } = thrown instanceof StoreError ? thrown : { code: "failed", message: "It failed." };
    log?.warn({ code }, `the database of keys is away: ${message} Until it is back, ${consequences[onStoreFailure]}.`);
  }

  function found(): void {
    if (!isAway) return;
    isAway = false;
    log?.info({}, "the database of keys is back");
  }

  /** Nothing is known of what was before, or the database is not the one it was. */
  function beginAt(revision: number): void {
    seen = revision;
    generation++;
    for (const { forget } of followers) forget();
  }

  /** Takes what is new. Fails: rejects with a `StoreError`. */
  async function take(): Promise<void> {
    const newest = await accounts.revision();
    if (seen === undefined || newest < seen) {
      beginAt(newest);
      return;
    }
    for (let since = seen; since < newest; ) {
      const changes = await accounts.changedSince(since, changesAtOnce);
      generation++;
      for (const { changed } of followers) changed(changes);
      since = Math.max(changes.revision, since + 1);
      seen = since;
    }
  }

  async function lookOnce(): Promise<boolean> {
    const beganMs = monotonicMs();
    // What comes while the answer is on its way is news again.
    isNews = false;
    try {
      await take();
      confirmedMs = beganMs;
      found();
      return true;
    } catch (thrown) {
      lost(thrown);
      return false;
    }
  }

  async function lookOn(): Promise<boolean> {
    let isFine = await lookOnce();
    while (isFine && isNews && !isClosed) isFine = await lookOnce();
    looking = undefined;
    return isFine;
  }

  function look(): Promise<boolean> {
    looking ??= lookOn();
    return looking;
  }

  /** One that began long ago tells of long ago. */
  async function lookNow(): Promise<boolean> {
    return (await look()) && (isFresh() || (await look()));
  }

  async function wait(): Promise<Trust> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(isFresh()), freshMs);
    });
    const isFine = await Promise.race([lookNow(), late]);
    clearTimeout(timer);
    waiting = undefined;
    if (isFine) return "all";
    lost(new StoreError("timeout", "It did not answer in time."));
    return whileAway();
  }

  /** Fails: throws `overloaded` unless requests pass. */
  function whileAway(): Trust {
    if (onStoreFailure === "open") return "kept";
    throw databaseAway();
  }

  const end = accounts.onChange(() => {
    isNews = true;
    void look();
  });
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  void look();

  return {
    follow: (follower) => void followers.push(follower),
    generation: () => generation,
    trust() {
      if (isFresh()) return "all";
      // It is tried again all the time; nobody has to wait for that.
      if (isAway) return whileAway();
      waiting ??= wait();
      return waiting;
    },
    trouble: () => (isAway ? `the database of keys is away: ${consequences[onStoreFailure]}` : undefined),
    close() {
      isClosed = true;
      clearInterval(timer);
      end();
    },
  };
}
