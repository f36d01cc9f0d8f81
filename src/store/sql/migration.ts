export type SqlDialect = "sqlite" | "postgres";

/** A step of the tables' history, as plain SQL for both databases. What was released is never changed. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: { readonly [Dialect in SqlDialect]: string };
}
