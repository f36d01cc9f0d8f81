import { mapped, toAccount, toKey, toSettingsColumns } from "./account-columns.ts";
import type { Account, AccountFilter, AccountKind } from "./accounts.ts";
import type { AuditEntry } from "./audit.ts";
import { type Change, currentRevision } from "./changes.ts";
import type { Compiler } from "./compiler.ts";
import type { Database, Statement } from "./database.ts";
import type { AccountStore } from "./port.ts";
import { numberOf } from "./rows.ts";
import { checkCount, checkLimit, cleanId, cleanText } from "./text.ts";

export function createAccountStore(database: Database, compiler: Compiler, change: Change): AccountStore {
  const accounts = compiler.selectFrom("specgate_accounts").selectAll();

  async function write(statement: Statement, audit: AuditEntry | undefined): Promise<Account | undefined> {
    const row = await change(statement, audit);
    return row === undefined ? undefined : toAccount(row);
  }

  /** Changes an account that is not deleted. */
  const updateOf = (kind: AccountKind, id: string, nowMs: number) =>
    compiler
      .updateTable("specgate_accounts")
      .set({ updated_at: checkCount("nowMs", nowMs), revision: currentRevision })
      .where("kind", "=", kind)
      .where("id", "=", cleanId(id))
      .where("deleted_at", "is", null)
      .returningAll();

  async function revision(): Promise<number> {
    const [row] = await database.read(compiler.selectFrom("specgate_revision").select("value").compile());
    return row === undefined ? 0 : numberOf(row, "value");
  }

  return {
    async insert(account, audit) {
      const createdAt = checkCount("createdAt", account.createdAt);
      const settings = toSettingsColumns(account);
      const values = {
        ...settings,
        metadata: settings.metadata ?? "{}",
        kind: account.kind,
        id: cleanId(account.id),
        email: mapped(account.email, cleanText) ?? null,
        created_at: createdAt,
        updated_at: createdAt,
        revision: currentRevision,
      };
      const query = compiler.insertInto("specgate_accounts").values(values).returningAll();
      const written = await write(query.compile(), audit);
      if (written === undefined) throw new Error("what is inserted is returned");
      return written;
    },

    async byId(kind, id) {
      const [row] = await database.read(accounts.where("kind", "=", kind).where("id", "=", cleanId(id)).compile());
      return row === undefined ? undefined : toAccount(row);
    },

    async update(kind, id, patch, nowMs, audit) {
      const columns = { ...toSettingsColumns(patch), email: mapped(patch.email, cleanText) };
      return write(updateOf(kind, id, nowMs).set(columns).compile(), audit);
    },

    setBlocked: async (kind, id, isBlocked, nowMs, audit) =>
      write(
        updateOf(kind, id, nowMs)
          .set({ blocked_at: isBlocked ? nowMs : null })
          .compile(),
        audit,
      ),

    remove: async (kind, id, nowMs, audit) =>
      (await write(updateOf(kind, id, nowMs).set({ deleted_at: nowMs }).compile(), audit)) !== undefined,

    async list(filter: AccountFilter, { after, limit }) {
      let query = accounts;
      if (filter.deleted !== true) query = query.where("deleted_at", "is", null);
      if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
      if (filter.alias !== undefined) query = query.where("alias", "=", cleanId(filter.alias));
      if (after !== undefined) query = query.where("id", ">", cleanId(after));
      const ordered = query.orderBy("id").orderBy("kind").limit(checkLimit(limit, 1_000));
      return (await database.read(ordered.compile())).map(toAccount);
    },

    revision,

    async changedSince(since, limit) {
      const most = checkLimit(limit, 10_000);
      const from = BigInt(checkCount("revision", since));
      // First, so that what is changed meanwhile is told again rather than missed.
      const newest = await revision();
      const [keyRows, accountRows] = await Promise.all([
        database.read(
          compiler
            .selectFrom("specgate_keys")
            .selectAll()
            .where("revision", ">", from)
            .orderBy("revision")
            .limit(most)
            .compile(),
        ),
        database.read(accounts.where("revision", ">", from).orderBy("revision").limit(most).compile()),
      ]);
      const keys = keyRows.map(toKey);
      const changed = accountRows.map(toAccount);
      // Where a list was cut, the next one begins behind its last row, and no row before that is missing.
      const cut = [keys, changed].filter((list) => list.length === most).map((list) => list.at(-1)?.revision ?? newest);
      const upTo = Math.min(newest, ...cut);
      return { revision: upTo, keys, accounts: changed, more: upTo < newest };
    },

    onChange: database.onChange,
  };
}
