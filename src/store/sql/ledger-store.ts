import { type RawBuilder, sql } from "kysely";
import type { Compiler } from "./compiler.ts";
import type { Database } from "./database.ts";
import { fromLedgerColumns } from "./ledger-columns.ts";
import type { LedgerFilter, LedgerGroup, LedgerSum } from "./ledger-row.ts";
import type { Ledger } from "./port.ts";
import { bigOf, numberOf, type Row } from "./rows.ts";
import { checkCount, checkLimit, cleanText } from "./text.ts";
import { tokenBuckets, tokenColumns, toTokens } from "./tokens.ts";

const dayMs = 86_400_000;
const mostGroups = 10_000;

const groupColumns: Readonly<Record<Exclude<LedgerGroup, "day">, string>> = {
  key: "key_id",
  user: "user_id",
  team: "team_id",
  end_user: "end_user",
  model: "requested_model",
  provider: "provider",
};

const filterColumns = [
  ["keyId", "key_id"],
  ["userId", "user_id"],
  ["teamId", "team_id"],
  ["endUser", "end_user"],
  ["model", "requested_model"],
  ["provider", "provider"],
  ["status", "status"],
  ["id", "id"],
] as const;

export function createLedger(database: Database, compiler: Compiler): Ledger {
  return {
    async rows(filter, { after, limit }) {
      const conditions = conditionsOf(filter);
      if (after !== undefined) {
        conditions.push(sql`(time, id) < (CAST(${time(after.time)} AS BIGINT), ${cleanText(after.id)})`);
      }
      const statement = sql`
        SELECT * FROM specgate_ledger WHERE ${sql.join(conditions, sql` AND `)}
        ORDER BY time DESC, id DESC LIMIT ${checkLimit(limit, 10_000)}`;
      return (await database.report(statement.compile(compiler))).map(fromLedgerColumns);
    },

    async sums(by, filter) {
      const isDay = by === "day";
      const group = isDay ? sql`time / ${sql.lit(dayMs)}` : sql.ref(groupColumns[by]);
      const tokens = tokenBuckets.map(
        (bucket) => sql`coalesce(sum(${sql.ref(tokenColumns[bucket])}), 0) AS ${sql.ref(tokenColumns[bucket])}`,
      );
      const statement = sql`
        SELECT ${group} AS "group", count(*) AS requests, count(*) - count(cost_nano) AS unpriced,
          coalesce(sum(CASE WHEN status = 'succeeded' THEN 0 ELSE 1 END), 0) AS failures,
          coalesce(sum(cost_nano), 0) AS cost, ${sql.join(tokens)}
        FROM specgate_ledger WHERE ${sql.join(conditionsOf(filter), sql` AND `)}
        GROUP BY 1 ORDER BY ${isDay ? sql`1` : sql`5 DESC, 1`} LIMIT ${sql.lit(mostGroups)}`;
      return (await database.report(statement.compile(compiler))).map((row) => toSum(row, isDay));
    },

    async trim(before, limit) {
      const old = compiler
        .selectFrom("specgate_ledger")
        .select("id")
        .where("time", "<", BigInt(checkCount("before", before)))
        .orderBy("time")
        .limit(checkLimit(limit, 10_000));
      const [rows] = await database.write([
        compiler.deleteFrom("specgate_ledger").where("id", "in", old).returning("id").compile(),
      ]);
      return rows?.length ?? 0;
    },
  };
}

const time = (value: number): number => checkCount("time", value);

function conditionsOf(filter: LedgerFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [sql`1 = 1`];
  if (filter.from !== undefined) conditions.push(sql`time >= ${time(filter.from)}`);
  if (filter.to !== undefined) conditions.push(sql`time < ${time(filter.to)}`);
  for (const [member, column] of filterColumns) {
    const value = filter[member];
    if (value === null) conditions.push(sql`${sql.ref(column)} IS NULL`);
    else if (value !== undefined) conditions.push(sql`${sql.ref(column)} = ${cleanText(value)}`);
  }
  return conditions;
}

function toSum(row: Row, isDay: boolean): LedgerSum {
  const group = row["group"];
  const name = isDay ? new Date(numberOf(row, "group") * dayMs).toISOString().slice(0, 10) : group;
  return {
    group: typeof name === "string" ? name : undefined,
    requests: numberOf(row, "requests"),
    failures: numberOf(row, "failures"),
    unpriced: numberOf(row, "unpriced"),
    costNanoUsd: bigOf(row, "cost"),
    tokens: toTokens((bucket) => numberOf(row, tokenColumns[bucket])),
  };
}
