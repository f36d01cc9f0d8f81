import { hash } from "node:crypto";
import type { Config } from "../config/config.ts";
import type { SqlStore } from "../store/sql/port.ts";
import { cleanText } from "../store/sql/text.ts";
import type { Callers, EndUser } from "./caller.ts";
import type { ChangeFeed, Trust } from "./change-feed.ts";
import { createLookups } from "./lookups.ts";
import { createRecent, type Recent } from "./recent.ts";
import { fromConfig, fromRow, hasBudget, type Terms } from "./terms.ts";

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
  const standard = (id: string): Known => ({
    endUser: endUsers && toEndUser(fromConfig("end_user", id, endUsers)),
  });
  const find =
    database === undefined
      ? (id: string) => known.get(id) ?? keep(known, id, standard(id))
      : createFind(database, known, standard);
  return (text) => {
    if (text === "") return undefined;
    const one = find(toId(text));
    return one instanceof Promise ? one.then(({ endUser }) => endUser) : one.endUser;
  };
}

type Find = (id: string) => Known | Promise<Known>;

function createFind(
  { accounts, feed }: NonNullable<EndUsersDeps["database"]>,
  known: Recent<Known>,
  standard: (id: string) => Known,
): Find {
  const lookups = createLookups(async (id): Promise<Known> => {
    const before = feed.generation();
    const row = await accounts.byId("end_user", id);
    const found =
      row === undefined || row.deletedAt !== undefined
        ? standard(id)
        : { endUser: toEndUser(fromRow("end_user", row)) };
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
    return known.get(id) ?? (trust === "kept" ? standard(id) : lookups.find(id));
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
