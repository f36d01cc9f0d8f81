import { onTestFinished, type TestContext } from "vitest";
import { openSqlStore, type SqlPlace } from "../../src/store/sql/open.ts";
import type { SqlStore } from "../../src/store/sql/port.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "../_setup.ts";
import type { TestDatabase } from "../store/sql/_databases.ts";

/** Where a database is, as routes.yaml writes it. */
export function urlOf(place: SqlPlace): string {
  return place.kind === "sqlite" ? `sqlite:${place.file}` : place.url.reveal();
}

export interface AccountsGateway extends TestGateway {
  /** A second connection to the gateway's database, to look behind its back. */
  readonly accounts: SqlStore;
  readonly place: SqlPlace;
}

/** Starts a gateway on an empty database of its own. `${DATABASE}` and `${SECRET}` are for its routes. */
export async function startOn(
  database: TestDatabase,
  context: TestContext,
  options: GatewayOptions,
  at?: SqlPlace,
): Promise<AccountsGateway> {
  await database.need(context);
  const place = at ?? (await database.fresh());
  const { routes = "" } = options;
  // PostgreSQL keeps no conversations, and says so.
  const gateway = await startGateway({
    ...options,
    env: { DATABASE: urlOf(place), SECRET: "a secret that is long enough", ...options.env },
    routes: `database: { url: "\${DATABASE}" }\n${/^server:/m.test(routes) ? "" : 'server: { secret: "${SECRET}" }\n'}${routes}`,
  });
  const accounts = await openSqlStore(place);
  onTestFinished(() => accounts.close());
  return { ...gateway, accounts, place };
}
