import { hash } from "node:crypto";
import type { AccountConfig, Config } from "../config/config.ts";
import type { Account } from "../store/sql/accounts.ts";
import type { SqlStore } from "../store/sql/port.ts";
import { cleanText } from "../store/sql/text.ts";
import type { Callers, EndUser } from "./caller.ts";
import type { ChangeFeed, Trust } from "./change-feed.ts";
import { createLookups } from "./lookups.ts";
import { createRecent, type Recent } from "./recent.ts";
import { endUserFromRow, fromConfig, hasBudget, type Terms } from "./terms.ts";

/** End users that are known without a question to the database. */
const mostEndUsers = 10_000;

/** A longer id is known by its digest: clients may write anything, and the database bounds its ids. */
const longestId = 200;

export interface EndUsersDeps {
  readonly config: Pick<Config, "endUsers">;
  /** Undefined where there is no database. */
  readonly database: { readonly accounts: Pick<SqlStore["accounts"], "byId">; readonly feed: ChangeFeed } | undefined;
}

/** What is known of an end user: also that nothing is said of them. */
interface Known {
  readonly endUser: EndUser | undefined;
}

/**
 * Makes what knows end users: their own account in the database, or else what routes.yaml says for each. Where neither
 * is there, nothing is kept and nobody is asked.
 */
export function createEndUsers({ config, database }: EndUsersDeps): Callers["endUser"] {
  const { endUsers } = config;
  if (database === undefined && endUsers === undefined) return () => undefined;
  const known = createRecent<Known>(mostEndUsers);
  const find =
    database === undefined
      ? (id: string) => known.get(id) ?? keep(known, id, toKnown(endUsers, id))
      : createFind(database, known, (id, row) => toKnown(endUsers, id, row));
  return (text) => {
    if (text === "") return undefined;
    const one = find(toId(text));
    return one instanceof Promise ? one.then(({ endUser }) => endUser) : one.endUser;
  };
}

/** `row`: the account of their own. */
function toKnown(standard: AccountConfig | undefined, id: string, row?: Account): Known {
  if (row !== undefined && (standard !== undefined || row.deletedAt === undefined)) {
    return { endUser: toEndUser(endUserFromRow(row, standard)) };
  }
  return { endUser: standard && toEndUser(fromConfig("end_user", id, standard)) };
}

type Find = (id: string) => Known | Promise<Known>;

function createFind(
  { accounts, feed }: NonNullable<EndUsersDeps["database"]>,
  known: Recent<Known>,
  toKnownBy: (id: string, row?: Account) => Known,
): Find {
  const lookups = createLookups(async (id): Promise<Known> => {
    const before = feed.generation();
    const row = await accounts.byId("end_user", id);
    const found = toKnownBy(id, row);
    // What came while something changed may be the old one.
    return feed.generation() === before ? keep(known, id, found) : found;
  });

  feed.follow({
    changed(changes) {
      lookups.forget();
      for (const { kind, id } of changes.accounts) if (kind === "end_user") known.delete(id);
    },
    forget() {
      lookups.forget();
      known.clear();
    },
  });

  function findBy(trust: Trust, id: string): Known | Promise<Known> {
    // While the database is away and requests pass, those who are not known are as all the others.
    return known.get(id) ?? (trust === "kept" ? toKnownBy(id) : lookups.find(id));
  }

  return (id) => {
    const trust = feed.trust();
    return trust instanceof Promise ? trust.then((now) => findBy(now, id)) : findBy(trust, id);
  };
}

function keep(known: Recent<Known>, id: string, found: Known): Known {
  known.set(id, found);
  return found;
}

function toEndUser({ state, limited, payer }: Terms): EndUser {
  return {
    isBlocked: state !== "good",
    limited: limited && [limited],
    payer: hasBudget(payer) ? payer : undefined,
  };
}

/** As the database would have it, so that what changes there is found here. */
function toId(text: string): string {
  const id = cleanText(text);
  return id.length > longestId ? `sha256:${hash("sha256", id)}` : id;
}
