import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqlDialect } from "./migration.ts";
import type { Schema } from "./schema.ts";

/** Makes statements and runs none: they are run where a transaction is, in the thread or on a connection. */
export type Compiler = Kysely<Schema>;

export function createCompiler(dialect: SqlDialect): Compiler {
  const createDriver = (): DummyDriver => new DummyDriver();
  if (dialect === "sqlite") {
    return new Kysely<Schema>({
      dialect: {
        createDriver,
        createAdapter: () => new SqliteAdapter(),
        createIntrospector: (database) => new SqliteIntrospector(database),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    });
  }
  return new Kysely<Schema>({
    dialect: {
      createDriver,
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
