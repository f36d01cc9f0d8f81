import { Secret } from "../secret.ts";
import type { Config, DatabaseConfig, LedgerConfig, Routes } from "./config.ts";
import { absolutePath, millisecondsOf } from "./normalise-values.ts";

type Server = NonNullable<Routes["server"]>;

/** The path behind `sqlite:`, as it is written; undefined for any other address. */
export function sqlitePath(url: string): string | undefined {
  return /^sqlite:(?!\/\/)(.+)$/s.exec(url)?.[1];
}

/** The secrets that are there: variables may be empty. */
export function secretsIn(secret: Server["secret"]): readonly string[] {
  return [secret ?? []].flat().filter((one) => one !== "");
}

export function toSecrets(secret: Server["secret"]): readonly Secret[] {
  return secretsIn(secret).map((one) => new Secret(one));
}

/** Whether an address is PostgreSQL's. */
export function isPostgres(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url);
}

/** Where state is kept beside memory. Addresses have been checked. */
export function toStores(routes: Routes, file: string): Pick<Config, "redis" | "database" | "ledger"> {
  const url = routes.redis?.url || undefined;
  return {
    redis: url === undefined ? undefined : { url: new Secret(url) },
    database: toDatabase(routes.database, file),
    ledger: toLedger(routes.ledger),
  };
}

function toDatabase(database: Routes["database"], file: string): DatabaseConfig | undefined {
  const url = database?.url ?? "";
  const path = sqlitePath(url);
  if (path !== undefined) return { kind: "sqlite", file: absolutePath(path, file) };
  if (!isPostgres(url)) return undefined;
  return { kind: "postgres", url: new Secret(url), autoMigrate: database?.auto_migrate ?? false };
}

function toLedger(ledger: Routes["ledger"]): LedgerConfig {
  const { durability = "committed", window = "200ms", fsync = false, retention, content } = ledger ?? {};
  return {
    durability,
    windowMs: millisecondsOf(window),
    fsync,
    retentionMs: retention === undefined ? undefined : millisecondsOf(retention),
    contentRetentionMs: content === undefined ? undefined : millisecondsOf(content.retention),
  };
}
