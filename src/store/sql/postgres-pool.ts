import pg from "pg";
import type { Secret } from "../../secret.ts";
import { StoreError } from "../store-error.ts";
import type { Statement } from "./database.ts";
import type { Row } from "./rows.ts";

export interface PoolOptions {
  readonly url: Secret;
  /** How many connections there may be. */
  readonly connections: number;
  /** How long each statement may take, and how long a connection is waited for. */
  readonly timeoutMs: number;
}

/** Runs one statement. Fails: rejects with a `StoreError`. */
export type Query = (statement: Statement) => Promise<readonly Row[]>;

/** Connections to PostgreSQL. One that breaks fails its call; the next call has another. */
export interface Pool {
  /** One statement, which is a transaction of its own. Its name does nothing where the server does not keep it. */
  readonly query: Query;
  /** Statements in one transaction, which is undone where the function rejects. */
  readonly transaction: <Result>(act: (query: Query) => Promise<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/** Fails: throws `bad_url`. */
export function createPool({ url, connections, timeoutMs }: PoolOptions): Pool {
  const pool = new pg.Pool({
    ...connectionOf(url, timeoutMs),
    max: connections,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it is not missed: the pool has taken it out.
  pool.on("error", () => undefined);
  let isClosed = false;
  let isNaming = true;

  async function withClient<Result>(act: (query: Query) => Promise<Result>): Promise<Result> {
    if (isClosed) throw new StoreError("closed", "The store is closed.");
    const client = await pool.connect().catch((thrown: unknown) => {
      throw toError(thrown, timeoutMs);
    });
    let isBroken = false;
    const onError = (): void => {
      isBroken = true;
    };
    client.on("error", onError);
    try {
      return await act(async ({ sql: text, parameters, name }) => {
        const values = [...parameters];
        try {
          const { rows } = await client.query<Row>(
            name !== undefined && isNaming ? { text, values, name } : { text, values },
          );
          return rows;
        } catch (thrown) {
          const error = toError(thrown, timeoutMs);
          // What a connection does that did not answer is not known.
          isBroken ||= isBreak(error);
          throw error;
        }
      });
    } finally {
      client.off("error", onError);
      client.release(isBroken);
    }
  }

  return {
    query: (statement) =>
      withClient(async (query) => {
        try {
          return await query(statement);
        } catch (thrown) {
          if (!(thrown instanceof Forgotten)) throw thrown;
          // Nothing was done. It will be the same the next time: there is a pooler that gives each call another server.
          isNaming = false;
          return query(statement);
        }
      }),
    transaction: (act) =>
      withClient(async (query) => {
        await query({ sql: "BEGIN", parameters: [] });
        try {
          const result = await act(query);
          await query({ sql: "COMMIT", parameters: [] });
          return result;
        } catch (thrown) {
          // A connection that did not answer is ended, and with it the transaction.
          const isGone = thrown instanceof StoreError && isBreak(thrown);
          if (!isGone) await query({ sql: "ROLLBACK", parameters: [] }).catch(() => undefined);
          throw thrown;
        }
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await pool.end().catch(() => undefined);
    },
  };
}

const isBreak = ({ code }: StoreError): boolean => code === "unavailable" || code === "timeout";

/** What a connection is made with. Fails: throws `bad_url`. */
export function connectionOf(url: Secret, timeoutMs: number): pg.ClientConfig {
  const text = url.reveal();
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw new StoreError("bad_url", "The address of PostgreSQL begins with postgres:// and has a host.");
  }
  return {
    connectionString: text,
    application_name: "specgate",
    connectionTimeoutMillis: timeoutMs,
    // The server gives up first, so that what timed out has been undone; the client does where no server answers.
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 500,
    // A process that hangs in the middle of a transaction does not keep its locks.
    idle_in_transaction_session_timeout: timeoutMs,
    keepAlive: true,
    types: { getTypeParser },
  };
}

/** Whole numbers of 32 and 64 bits are bigint, and sums of them, which are `numeric`. */
function getTypeParser(oid: number): (text: string) => unknown {
  const int8 = 20;
  const int4 = 23;
  const numeric = 1700;
  if (oid === int8 || oid === int4 || oid === numeric) return (text) => BigInt(text);
  return (text) => text;
}

/** The statement can be run again as it was: the server has undone it to let another one go on. */
export class Collision extends StoreError {
  constructor(code: string) {
    super("refused", `PostgreSQL refused (SQLSTATE ${code}).`);
  }
}

/** How often a call is made that collides with another one, or finds that something has come in between. */
export const mostTries = 6;

/** Runs what the server undid for the sake of another transaction once more, a few times. */
export async function again<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let left = mostTries; ; left--) {
    try {
      return await act();
    } catch (thrown) {
      if (left <= 1 || !(thrown instanceof Collision)) throw thrown;
    }
  }
}

/** The server knows nothing, or something else, by a name that was given to a statement. */
class Forgotten extends StoreError {
  constructor(code: string) {
    super("refused", `PostgreSQL refused (SQLSTATE ${code}).`);
  }
}

/** By SQLSTATE. The server's own words may hold values, so they are not repeated. */
function toError(thrown: unknown, timeoutMs: number): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const code = thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
  const isServers = thrown instanceof pg.DatabaseError;
  if (isServers && code !== undefined) {
    if (code === "23505") return new StoreError("conflict", "PostgreSQL refused: it is there already.");
    if (code === "26000" || code === "42P05") return new Forgotten(code);
    if (code === "40P01" || code === "40001") return new Collision(code);
    if (code === "57014" || code === "55P03" || code === "25P03") return late(timeoutMs);
    // 08: the connection; 57P: the server is going or coming; 53: it has no room for another connection.
    if (/^(08|57P|53)/.test(code))
      return new StoreError("unavailable", `PostgreSQL is not available (SQLSTATE ${code}).`);
    if (code === "42P01")
      return new StoreError("version", "The database has no tables of Specgate's: run `specgate migrate`.");
    return new StoreError("refused", `PostgreSQL refused (SQLSTATE ${code}).`);
  }
  if (thrown instanceof Error && /timeout/i.test(thrown.message)) return late(timeoutMs);
  return new StoreError(
    "unavailable",
    `The connection to PostgreSQL is broken${code === undefined ? "" : ` (${code})`}.`,
  );
}

const late = (timeoutMs: number): StoreError =>
  new StoreError("timeout", `PostgreSQL did not answer within ${timeoutMs} ms.`);
