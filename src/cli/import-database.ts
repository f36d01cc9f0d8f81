import type { Environment } from "../config/config.ts";
import { loadRoutes } from "../config/load.ts";
import { formatMistakes } from "../config/mistakes.ts";
import { Secret } from "../secret.ts";
import { openSqlStore, type SqlPlace } from "../store/sql/open.ts";
import { StoreError } from "../store/store-error.ts";
import type { Output } from "./check.ts";
import { CommandFailure } from "./failure.ts";
import { readLiteLLM } from "./import-database-read.ts";
import { importDatabaseJson, importDatabaseText } from "./import-database-text.ts";
import { carryOver } from "./import-database-write.ts";

export interface ImportDatabaseOptions {
  /** `env:NAME`, or an address without a password. */
  readonly database: string;
  /** The routes.yaml whose database is written to. */
  readonly into: string;
  readonly spend: boolean;
  readonly json: boolean;
}

/**
 * `specgate import litellm --database env:NAME`: keys, users, teams, end users and what they spent, of a LiteLLM
 * PostgreSQL database into ours. Fails: rejects with a `CommandFailure`.
 */
export async function importDatabase(options: ImportDatabaseOptions, env: Environment, out: Output): Promise<void> {
  const url = sourceOf(options.database, env);
  const loaded = await loadRoutes(options.into, env);
  if (!("config" in loaded)) throw new CommandFailure(formatMistakes(loaded.mistakes, options.into));
  const { config } = loaded;
  const { database } = config;
  if (database === undefined) throw new CommandFailure(`${options.into} names no database to write to`);
  const place: SqlPlace =
    database.kind === "sqlite" ? database : { kind: "postgres", url: database.url, migrate: database.autoMigrate };
  const tables = await naming("LiteLLM's database", () => readLiteLLM(url));
  const items = await naming(`the database of ${options.into}`, async () => {
    const store = await openSqlStore(place, { timeoutMs: 30_000 });
    try {
      return await carryOver(tables, { store, config, withSpend: options.spend, nowMs: Date.now() });
    } finally {
      await store.close();
    }
  });
  out.write(options.json ? importDatabaseJson(items) : importDatabaseText(items));
}

/** Where LiteLLM's database is. Others can read the words of a command, so a password stands in a variable. */
function sourceOf(text: string, env: Environment): Secret {
  const [, name] = /^env:([A-Za-z_]\w*)$/.exec(text) ?? [];
  if (name === undefined) {
    const hasPassword =
      URL.canParse(text) && (new URL(text).password !== "" || new URL(text).searchParams.has("password"));
    if (!hasPassword && /^postgres(?:ql)?:\/\//.test(text)) return new Secret(text);
    const reason = hasPassword ? "others can read the words of a command" : "that is no address of PostgreSQL";
    throw new CommandFailure(
      `--database: ${reason}; put the address into a variable, and name that: env:DATABASE_URL`,
      2,
    );
  }
  const value = env[name];
  if (value === undefined || value === "")
    throw new CommandFailure(`--database env:${name}: the variable is not set`, 2);
  return new Secret(value);
}

/** Says whose database it was that failed. */
async function naming<Result>(whose: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (thrown) {
    throw thrown instanceof StoreError ? new CommandFailure(`${whose}: ${thrown.message}`) : thrown;
  }
}
