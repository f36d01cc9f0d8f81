import type { Config } from "../config/config.ts";
import type { Account, AccountChanges, VirtualKey } from "../store/sql/accounts.ts";
import type { SqlStore } from "../store/sql/port.ts";
import type { Caller } from "./caller.ts";
import type { ChangeFeed, Trust } from "./change-feed.ts";
import { fromVirtualKey, type Holder, type KeyFacts, letIn, toHolder } from "./holder.ts";
import { wrongKey } from "./keys.ts";
import { createLookups, databaseAway } from "./lookups.ts";
import type { People } from "./people.ts";
import { createRecent } from "./recent.ts";
import { fromLabel, fromRow, type Terms } from "./terms.ts";

/** Keys that are known without a question to the database. */
const mostKeys = 10_000;
/** Digests that are known to be nobody's, and for how long. */
const mostWrong = 1_000;
const wrongMs = 1_000;

export interface DirectoryDeps {
  readonly config: Pick<Config, "aliases">;
  readonly store: Pick<SqlStore, "keys" | "accounts">;
  readonly feed: ChangeFeed;
  /** Users and teams of routes.yaml. */
  readonly people: People;
  /** Keys of routes.yaml, by digest, that have a user or a team of the database. */
  readonly declared: ReadonlyMap<string, KeyFacts>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** Knows the holders of keys, as the database has them. */
export interface Directory {
  /**
   * `digest` is that of the key that was sent, in hex. No promise where it is known.
   * Fails: throws or rejects with `invalid_api_key`, or `overloaded`.
   */
  readonly find: (digest: string, sent: string) => Caller | Promise<Caller>;
}

/** A key that was found, and those it belongs to. Undefined: there is none. */
interface Known {
  readonly key: KeyFacts;
  readonly user: Terms | undefined;
  readonly team: Terms | undefined;
  readonly holder: Holder;
}

/**
 * Makes the directory of one gateway. What was found is kept, and renewed by what changes: blocked and expired keys
 * too, for whoever goes on with one shall cost nothing. Digests that are nobody's are kept apart, for a moment, so that
 * they push out nobody.
 */
export function createDirectory(deps: DirectoryDeps): Directory {
  const { config, store, feed, people, declared, nowMs, monotonicMs } = deps;
  const known = createRecent<Known>(mostKeys);
  const wrong = createRecent<number>(mostWrong);
  const lookups = createLookups(read);

  function toKnown(key: KeyFacts, user: Terms | undefined, team: Terms | undefined): Known {
    return { key, user, team, holder: toHolder(key, user, team, config.aliases) };
  }

  /** The last word on a user or a team: routes.yaml, then the database, then that it is a label. */
  async function termsOf(kind: "user" | "team", id: string | undefined): Promise<Terms | undefined> {
    if (id === undefined) return undefined;
    const here = people.find(kind, id);
    if (here !== undefined) return here;
    const row = await store.accounts.byId(kind, id);
    return row === undefined ? fromLabel(kind, id) : fromRow(kind, row);
  }

  async function keyOf(digest: string): Promise<KeyFacts | undefined> {
    const here = declared.get(digest);
    if (here !== undefined) return here;
    const row = await store.keys.byDigest(digest, nowMs());
    return row && fromVirtualKey(row, digest);
  }

  /** Reads a key of the database. It is kept unless something has changed meanwhile: then it may be the old one. */
  async function read(digest: string): Promise<Known | undefined> {
    const before = feed.generation();
    const key = await keyOf(digest);
    const found =
      key && toKnown(key, ...(await Promise.all([termsOf("user", key.userId), termsOf("team", key.teamId)])));
    if (feed.generation() === before) {
      if (found === undefined) wrong.set(digest, monotonicMs());
      else known.set(digest, found);
    }
    return found;
  }

  function isWrong(digest: string): boolean {
    const sinceMs = wrong.get(digest);
    return sinceMs !== undefined && monotonicMs() - sinceMs < wrongMs;
  }

  async function lookUp(digest: string, sent: string): Promise<Caller> {
    const found = await lookups.find(digest);
    if (found === undefined) throw wrongKey(sent);
    return letIn(found.holder, sent, nowMs());
  }

  function findBy(trust: Trust, digest: string, sent: string): Caller | Promise<Caller> {
    const one = known.get(digest);
    if (one !== undefined) return letIn(one.holder, sent, nowMs());
    if (isWrong(digest)) throw wrongKey(sent);
    if (trust === "kept") throw databaseAway();
    return lookUp(digest, sent);
  }

  /** What is known, after a change; undefined where it has to be read again. */
  function renew(digest: string, one: Known, keys: Changed<VirtualKey>, accounts: Changed<Account>): Known | undefined {
    const row = one.key.isDeclared ? undefined : keys.get(one.key.terms.id);
    const key = isNewer(row, one.key.terms) ? fromVirtualKey(row, digest) : one.key;
    if (key === undefined || key.userId !== one.key.userId || key.teamId !== one.key.teamId) return undefined;
    const user = renewTerms("user", one.user, accounts);
    const team = renewTerms("team", one.team, accounts);
    return key === one.key && user === one.user && team === one.team ? one : toKnown(key, user, team);
  }

  function renewTerms(kind: "user" | "team", terms: Terms | undefined, accounts: Changed<Account>): Terms | undefined {
    if (terms === undefined || people.find(kind, terms.id) !== undefined) return terms;
    const row = accounts.get(placeOf(kind, terms.id));
    return isNewer(row, terms) ? fromRow(kind, row) : terms;
  }

  feed.follow({
    changed(changes) {
      wrong.clear();
      lookups.forget();
      const { keys, accounts } = toChanged(changes);
      for (const [digest, one] of known.entries()) {
        const renewed = renew(digest, one, keys, accounts);
        if (renewed === undefined) known.delete(digest);
        else if (renewed !== one) known.replace(digest, renewed);
      }
    },
    forget() {
      wrong.clear();
      lookups.forget();
      known.clear();
    },
  });

  return {
    find(digest, sent) {
      const trust = feed.trust();
      return trust instanceof Promise ? trust.then((now) => findBy(now, digest, sent)) : findBy(trust, digest, sent);
    },
  };
}

type Changed<Row> = ReadonlyMap<string, Row>;

function toChanged({ keys, accounts }: AccountChanges): {
  readonly keys: Changed<VirtualKey>;
  readonly accounts: Changed<Account>;
} {
  return {
    keys: new Map(keys.map((row) => [row.id, row])),
    accounts: new Map(accounts.map((row) => [placeOf(row.kind, row.id), row])),
  };
}

const placeOf = (kind: Account["kind"], id: string): string => `${kind} ${id}`;

function isNewer<Row extends { readonly revision: number }>(row: Row | undefined, terms: Terms): row is Row {
  return row !== undefined && row.revision > terms.revision;
}
