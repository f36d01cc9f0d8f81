import type { Compiler } from "./compiler.ts";
import type { ContentRow } from "./content-row.ts";
import type { Database } from "./database.ts";
import type { ContentStore } from "./port.ts";
import { maybeTextOf, numberOf, type Row, textOf } from "./rows.ts";
import { checkCount, checkLimit, cleanId, cleanText } from "./text.ts";

const mostAtOnce = 1_000;

export function createContentStore(database: Database, compiler: Compiler): ContentStore {
  return {
    async put(rows) {
      if (rows.length === 0) return;
      checkLimit(rows.length, mostAtOnce);
      const insert = compiler.insertInto("specgate_contents").values(rows.map(toColumns));
      await database.write([insert.onConflict((conflict) => conflict.column("id").doNothing()).compile()]);
    },

    async byId(id) {
      const query = compiler.selectFrom("specgate_contents").selectAll().where("id", "=", cleanText(id));
      const [row] = await database.report(query.compile());
      return row === undefined ? undefined : toContent(row);
    },

    async trim(before, limit) {
      const old = compiler
        .selectFrom("specgate_contents")
        .select("id")
        .where("time", "<", BigInt(checkCount("before", before)))
        .orderBy("time")
        .limit(checkLimit(limit, mostAtOnce));
      const [rows] = await database.write([
        compiler.deleteFrom("specgate_contents").where("id", "in", old).returning("id").compile(),
      ]);
      return rows?.length ?? 0;
    },
  };
}

function toColumns({ id, time, keyId, request, answer }: ContentRow) {
  return {
    id: cleanId(id),
    time: checkCount("time", time),
    key_id: cleanId(keyId),
    request: cleanText(request),
    answer: answer === undefined ? null : cleanText(answer),
  };
}

function toContent(row: Row): ContentRow {
  return {
    id: textOf(row, "id"),
    time: numberOf(row, "time"),
    keyId: textOf(row, "key_id"),
    request: textOf(row, "request"),
    answer: maybeTextOf(row, "answer"),
  };
}
