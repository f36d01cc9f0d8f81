import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Config } from "../config/config.ts";
import type { SqlStore } from "../store/sql/port.ts";
import { anyone, type Caller, type Callers } from "./caller.ts";
import { createChangeFeed, type Log } from "./change-feed.ts";
import { createDirectory, type Directory } from "./directory.ts";
import { createEndUsers } from "./end-users.ts";
import { fromDeclared, type KeyFacts, toHolder } from "./holder.ts";
import { digestOf, keyIn, missingKey, wrongKey } from "./keys.ts";
import { createIsAllowedOrigin, refuseStrangePages } from "./origins.ts";
import { createPeople, type People } from "./people.ts";
import { fromLabel, type Terms } from "./terms.ts";

type CallersConfig = Pick<Config, "aliases" | "endUsers" | "keys" | "onStoreFailure" | "server" | "teams" | "users">;

/** Where keys and accounts are, besides routes.yaml. */
export type AccountsStore = Pick<SqlStore, "keys" | "accounts">;

export interface CallersDeps {
  readonly config: CallersConfig;
  /** Undefined where there is no database. It is not closed here. */
  readonly store: AccountsStore | undefined;
  /** Milliseconds since 1970, by which keys expire. */
  readonly nowMs: () => number;
  /** A clock that never runs backwards, in milliseconds. The process's own unless told. */
  readonly monotonicMs?: (() => number) | undefined;
  readonly log?: Log | undefined;
}

export interface OpenCallers extends Callers {
  /** Follows the database no longer. */
  readonly close: () => void;
  /** What an operator is told of the database; undefined while all is well. */
  readonly trouble: () => string | undefined;
}

/** The holder of the master key. Neither limits nor budgets hold for it. */
const master: Caller = {
  ...anyone,
  role: "master",
  name: "master key",
  keyId: "master",
  tenant: "key:master",
};

/**
 * Makes what knows callers by their headers: the master key, then keys of routes.yaml, then keys of the database.
 *
 * Of a key only its digest is compared, looked up and kept. Whoever guesses cannot choose the digest of a guess, so how
 * long it takes to find one says nothing about a key; the digest of the master key is compared in constant time.
 */
export function createCallers(deps: CallersDeps): OpenCallers {
  const { config, store, nowMs, monotonicMs = () => performance.now(), log } = deps;
  const { onStoreFailure } = config;
  const feed = store && createChangeFeed({ accounts: store.accounts, onStoreFailure, log, monotonicMs });
  const people = createPeople(config);
  const { holders, declared } = sortKeys(config, people, store !== undefined);
  const directory = store && feed && createDirectory({ config, store, feed, people, declared, nowMs, monotonicMs });
  const byKey = createByKey(holders, directory);
  return {
    authenticate: createDoor(config, byKey),
    endUser: createEndUsers({ config, database: store && feed && { accounts: store.accounts, feed } }),
    close: () => feed?.close(),
    trouble: () => feed?.trouble(),
  };
}

/** Whose a key is. `digest` is that of the text. Fails: as {@link Callers.authenticate}. */
type ByKey = (digest: Buffer, sent: string) => Caller | Promise<Caller>;

function createByKey(holders: ReadonlyMap<string, Caller>, directory: Directory | undefined): ByKey {
  return (digest, sent) => {
    const hex = digest.toString("hex");
    const caller = holders.get(hex);
    if (caller !== undefined) return caller;
    if (directory === undefined) throw wrongKey(sent);
    return directory.find(hex, sent);
  };
}

/** Keys of routes.yaml, by digest: those of whom all is known, and those with a user or a team of the database. */
interface SortedKeys {
  readonly holders: ReadonlyMap<string, Caller>;
  readonly declared: ReadonlyMap<string, KeyFacts>;
}

function sortKeys({ keys, aliases }: CallersConfig, people: People, hasDatabase: boolean): SortedKeys {
  const holders = new Map<string, Caller>();
  const declared = new Map<string, KeyFacts>();
  const isElsewhere = (kind: "user" | "team", name: string | undefined): boolean =>
    hasDatabase && name !== undefined && people.find(kind, name) === undefined;
  const termsOf = (kind: "user" | "team", name: string | undefined): Terms | undefined =>
    name === undefined ? undefined : (people.find(kind, name) ?? fromLabel(kind, name));
  for (const key of keys) {
    const facts = fromDeclared(key);
    if (isElsewhere("user", key.user) || isElsewhere("team", key.team)) declared.set(key.digest, facts);
    else {
      const holder = toHolder(facts, termsOf("user", key.user), termsOf("team", key.team), aliases);
      holders.set(key.digest, holder.caller);
    }
  }
  return { holders, declared };
}

/** Lets callers in by the key they send, or as those who send none. */
function createDoor(config: CallersConfig, byKey: ByKey): Callers["authenticate"] {
  const { auth, corsOrigins, masterKey } = config.server;
  const isAllowed = createIsAllowedOrigin(corsOrigins);
  const masterDigest = masterKey && digestOf(masterKey.reveal());
  const standard = defaultDigest(config);

  /** Fails: throws `missing_api_key` where there is no key for those without; `origin_not_allowed`. */
  function withoutKey(headers: IncomingHttpHeaders): Caller | Promise<Caller> {
    if (auth === "keys" && standard === undefined) throw missingKey();
    // Whoever needs no key could be any page that somebody has open.
    refuseStrangePages(headers, isAllowed);
    return standard === undefined || auth === "none" ? anyone : byKey(standard, "");
  }

  return (headers) => {
    const sent = auth === "none" && masterDigest === undefined ? undefined : keyIn(headers);
    if (sent === undefined) return withoutKey(headers);
    const digest = digestOf(sent);
    if (masterDigest !== undefined && timingSafeEqual(digest, masterDigest)) return master;
    return auth === "none" ? withoutKey(headers) : byKey(digest, sent);
  };
}

/** The key that those have who send none. */
function defaultDigest({ keys, server }: CallersConfig): Buffer | undefined {
  if (server.defaultKey === undefined) return undefined;
  const key = keys.find(({ name }) => name === server.defaultKey);
  return key && Buffer.from(key.digest, "hex");
}
