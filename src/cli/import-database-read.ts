import { isObject, type Row } from "../import/litellm-database/index.ts";
import type { Secret } from "../secret.ts";
import { createPool, type Pool } from "../store/sql/postgres-pool.ts";
import { CommandFailure } from "./failure.ts";

/** LiteLLM's tables that are read, and their keys. */
const tables = {
  keys: ["LiteLLM_VerificationToken", "token"],
  users: ["LiteLLM_UserTable", "user_id"],
  teams: ["LiteLLM_TeamTable", "team_id"],
  endUsers: ["LiteLLM_EndUserTable", "user_id"],
  budgets: ["LiteLLM_BudgetTable", "budget_id"],
} as const;

/** All their rows. A table that this LiteLLM does not have is empty. */
export type LiteLLMTables = { readonly [Name in keyof typeof tables]: readonly Row[] };

const pageSize = 1_000;
const timeoutMs = 30_000;

/**
 * Reads LiteLLM's tables, and changes nothing. `?schema=` of the address is heeded, as Prisma does.
 * Fails: rejects with a `CommandFailure` where there are none, with a `StoreError` where the database cannot be read.
 */
export async function readLiteLLM(url: Secret): Promise<LiteLLMTables> {
  const schema = schemaOf(url);
  const pool = createPool({ url, connections: 1, timeoutMs });
  try {
    if (!(await isThere(pool, schema, tables.keys[0]))) {
      throw new CommandFailure(`the database has no tables of LiteLLM's (${tables.keys[0]}) in schema ${schema}`);
    }
    return {
      keys: await rowsOf(pool, schema, ...tables.keys),
      users: await rowsOf(pool, schema, ...tables.users),
      teams: await rowsOf(pool, schema, ...tables.teams),
      endUsers: await rowsOf(pool, schema, ...tables.endUsers),
      budgets: await rowsOf(pool, schema, ...tables.budgets),
    };
  } finally {
    await pool.close();
  }
}

function schemaOf(url: Secret): string {
  const text = url.reveal();
  const schema = URL.canParse(text) ? new URL(text).searchParams.get("schema") : null;
  return schema !== null && /^\w{1,63}$/.test(schema) ? schema : "public";
}

async function isThere(pool: Pool, schema: string, table: string): Promise<boolean> {
  const [row] = await pool.query({
    sql: "SELECT to_regclass($1)::text AS name",
    parameters: [`"${schema}"."${table}"`],
  });
  return typeof row?.["name"] === "string";
}

/** Rows as JSON: columns come and go with LiteLLM's versions. */
async function rowsOf(pool: Pool, schema: string, table: string, key: string): Promise<readonly Row[]> {
  if (!(await isThere(pool, schema, table))) return [];
  const sql = `SELECT to_jsonb(t)::text AS row FROM "${schema}"."${table}" t
    WHERE t."${key}" COLLATE "C" > $1 ORDER BY t."${key}" COLLATE "C" LIMIT ${pageSize}`;
  const rows: Row[] = [];
  for (let after = ""; ; ) {
    const page = (await pool.query({ sql, parameters: [after] })).map((row): unknown => JSON.parse(String(row["row"])));
    const found = page.filter(isObject);
    rows.push(...found);
    if (found.length < pageSize) return rows;
    after = String(found.at(-1)?.[key]);
  }
}
