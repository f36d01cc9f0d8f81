import { mapped, toKey, toSettingsColumns } from "./account-columns.ts";
import type { KeyFilter, VirtualKey } from "./accounts.ts";
import type { AuditEntry } from "./audit.ts";
import { type Change, currentRevision } from "./changes.ts";
import type { Compiler } from "./compiler.ts";
import type { Database, Statement } from "./database.ts";
import type { KeyStore } from "./port.ts";
import { checkCount, checkLimit, cleanId, cleanText } from "./text.ts";

export function createKeyStore(database: Database, compiler: Compiler, change: Change): KeyStore {
  const keys = compiler.selectFrom("specgate_keys").selectAll();

  async function first(statement: Statement): Promise<VirtualKey | undefined> {
    const [row] = await database.read(statement);
    return row === undefined ? undefined : toKey(row);
  }

  async function write(statement: Statement, audit: AuditEntry | undefined): Promise<VirtualKey | undefined> {
    const row = await change(statement, audit);
    return row === undefined ? undefined : toKey(row);
  }

  /** Changes a key that is not deleted. */
  const updateOf = (id: string, nowMs: number) =>
    compiler
      .updateTable("specgate_keys")
      .set({ updated_at: checkCount("nowMs", nowMs), revision: currentRevision })
      .where("id", "=", cleanId(id))
      .where("deleted_at", "is", null)
      .returningAll();

  return {
    async insert(key, audit) {
      const createdAt = checkCount("createdAt", key.createdAt);
      const settings = toSettingsColumns(key);
      const values = {
        ...settings,
        metadata: settings.metadata ?? "{}",
        id: cleanId(key.id),
        digest: cleanId(key.digest),
        hint: cleanText(key.hint),
        user_id: mapped(key.userId, cleanId) ?? null,
        team_id: mapped(key.teamId, cleanId) ?? null,
        expires_at: key.expiresAt === undefined ? null : checkCount("expiresAt", key.expiresAt),
        created_at: createdAt,
        updated_at: createdAt,
        revision: currentRevision,
      };
      const written = await write(compiler.insertInto("specgate_keys").values(values).returningAll().compile(), audit);
      if (written === undefined) throw new Error("what is inserted is returned");
      return written;
    },

    byDigest: async (digest, nowMs) =>
      first(
        keys
          .where("deleted_at", "is", null)
          .where((is) =>
            is.or([
              is("digest", "=", cleanId(digest)),
              is.and([
                is("previous_digest", "=", cleanId(digest)),
                is("previous_until", ">", BigInt(checkCount("nowMs", nowMs))),
              ]),
            ]),
          )
          .limit(1)
          .compile(),
      ),

    byId: async (id) => first(keys.where("id", "=", cleanId(id)).compile()),

    byAlias: async (alias) => first(keys.where("alias", "=", cleanId(alias)).where("deleted_at", "is", null).compile()),

    async update(id, patch, nowMs, audit) {
      const query = updateOf(id, nowMs).set({
        ...toSettingsColumns(patch),
        user_id: mapped(patch.userId, cleanId),
        team_id: mapped(patch.teamId, cleanId),
        expires_at: mapped(patch.expiresAt, (value) => checkCount("expiresAt", value)),
      });
      return write(query.compile(), audit);
    },

    setBlocked: async (id, isBlocked, nowMs, audit) =>
      write(
        updateOf(id, nowMs)
          .set({ blocked_at: isBlocked ? nowMs : null })
          .compile(),
        audit,
      ),

    async rotate(id, { digest, hint, previousUntil }, nowMs, audit) {
      const query = updateOf(id, nowMs).set((is) => ({
        previous_digest: is.ref("digest"),
        previous_until: checkCount("previousUntil", previousUntil),
        digest: cleanId(digest),
        hint: cleanText(hint),
      }));
      return write(query.compile(), audit);
    },

    remove: async (id, nowMs, audit) =>
      (await write(updateOf(id, nowMs).set({ deleted_at: nowMs }).compile(), audit)) !== undefined,

    async list(filter: KeyFilter, { after, limit }) {
      let query = keys;
      if (filter.deleted !== true) query = query.where("deleted_at", "is", null);
      if (filter.userId !== undefined) query = query.where("user_id", "=", cleanId(filter.userId));
      if (filter.teamId !== undefined) query = query.where("team_id", "=", cleanId(filter.teamId));
      if (filter.alias !== undefined) query = query.where("alias", "=", cleanId(filter.alias));
      if (after !== undefined) query = query.where("id", ">", cleanId(after));
      return (await database.read(query.orderBy("id").limit(checkLimit(limit, 1_000)).compile())).map(toKey);
    },
  };
}
