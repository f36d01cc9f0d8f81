import type { AccountKind } from "../store/sql/accounts.ts";
import { type AccountRecord, accountFromFile, accountFromStore, declared } from "./account-record.ts";
import type { AdminDeps } from "./deps.ts";

const atOnce = 1_000;

/** All accounts of a kind, those of routes.yaml first. */
export async function accountsOf(deps: AdminDeps, kind: AccountKind): Promise<readonly AccountRecord[]> {
  const all = declared(deps, kind).map((account) => accountFromFile(kind, account));
  for (let after: string | undefined; ; ) {
    const some = await deps.store.accounts.list({ kind }, { after, limit: atOnce });
    all.push(...some.map(accountFromStore));
    after = some.at(-1)?.id;
    if (some.length < atOnce) return all;
  }
}
