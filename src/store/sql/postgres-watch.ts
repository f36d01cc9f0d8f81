import pg from "pg";
import type { Secret } from "../../secret.ts";
import { connectionOf, type Pool } from "./postgres-pool.ts";
import { numberOf } from "./rows.ts";

/** What is told of changes to keys and accounts. */
export const channel = "specgate_changes";

export interface Watch {
  readonly onChange: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
}

/**
 * Hears of changes that any process made: by a connection that listens, and by looking every second, for a connection
 * can be silent or gone. Begins with the first listener.
 */
export function createWatch(pool: Pool, url: Secret, timeoutMs: number, pollMs: number): Watch {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let client: pg.Client | undefined;
  let isOpening = false;
  let isLooking = false;
  let isNews = false;
  let isClosed = false;
  let seen: number | undefined;

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }

  async function listen(): Promise<void> {
    if (isOpening || client !== undefined || isClosed) return;
    isOpening = true;
    const own = new pg.Client(connectionOf(url, timeoutMs));
    const drop = (): void => {
      if (client === own) client = undefined;
      own.end().catch(() => undefined);
    };
    own.on("error", drop);
    own.on("end", drop);
    own.on("notification", () => void look());
    try {
      await own.connect();
      await own.query(`LISTEN ${channel}`);
      client = own;
      if (isClosed) drop();
    } catch {
      // The next look tries again.
      drop();
    } finally {
      isOpening = false;
    }
  }

  /** Tells of a revision that was not seen yet; of the first one too, for what happened before it is not known. */
  async function look(): Promise<void> {
    isNews = true;
    if (isLooking) return;
    isLooking = true;
    while (isNews && !isClosed) await lookOnce();
    isLooking = false;
  }

  async function lookOnce(): Promise<void> {
    // What comes while the answer is on its way is news again.
    isNews = false;
    try {
      const [row] = await pool.query({ sql: "SELECT value FROM specgate_revision", parameters: [] });
      const value = row === undefined ? undefined : numberOf(row, "value");
      if (value === seen) return;
      seen = value;
      tell();
    } catch {
      // The next look tries again.
    }
  }

  return {
    onChange(listener) {
      const own = (): void => listener();
      listeners.add(own);
      if (timer === undefined && !isClosed) {
        void listen();
        void look();
        timer = setInterval(() => {
          void listen();
          void look();
        }, pollMs);
        timer.unref();
      }
      return () => void listeners.delete(own);
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      listeners.clear();
      await client?.end().catch(() => undefined);
    },
  };
}
