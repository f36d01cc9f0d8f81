import type { Redis, RedisOptions } from "ioredis";
import type { Secret } from "../secret.ts";
import { StoreError } from "./store-error.ts";

export interface ConnectionOptions {
  /** `redis://` or, over TLS, `rediss://`, with user, password, host, port and number of the database. */
  readonly url: Secret;
  /** How long connecting and each command may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Hears each time that the connection breaks or cannot be made again, except at its end. */
  readonly report?: (error: StoreError) => void;
}

/** A connection to Redis that comes back by itself. */
export interface Connection {
  /** Sends commands. Fails: rejects with a `StoreError`: at once while the connection is broken. */
  readonly call: <Answer>(send: (client: Redis) => Promise<Answer>) => Promise<Answer>;
  /** Runs `listener` whenever the connection has come back. */
  readonly onReturn: (listener: () => void) => void;
  readonly client: Redis;
  /** Waits for the answers that are on their way, then ends the connection. */
  readonly close: () => Promise<void>;
}

/**
 * Connects to Redis. The client library loads here, not before.
 *
 * A call never waits for a broken connection and is never sent a second time: what was reported as failed must not
 * happen later.
 * Fails: rejects with `bad_url`, `refused` (as for a wrong password), `unavailable` or `timeout`; nothing stays behind.
 *
 * @see https://github.com/redis/ioredis#auto-reconnect
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { url, timeoutMs, report } = options;
  const address = toAddress(url.reveal());
  const { Redis, ReplyError } = await import("ioredis");
  const client = new Redis({
    ...address,
    connectionName: "specgate",
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // A server that is silent for longer than that is gone; connecting again may reach another.
    socketTimeout: 2 * timeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A primary that has become a replica keeps its connections; the address leads to the new one.
    reconnectOnError: (error) => error.message.includes("READONLY"),
    // Its promise would be rejected with nobody to listen.
    autoResubscribe: false,
  });
  let isClosing = false;
  let pending = 0;
  let onIdle: (() => void) | undefined;
  /** What went wrong with the connection last; undefined while it is whole. */
  let fault: StoreError | undefined;

  const toStoreError = (thrown: unknown): StoreError => {
    if (isClosing) return new StoreError("closed", "The store is closed.");
    // Of what the library throws only a word is taken: its errors carry the command, and with it keys and the password.
    const { code, message } = partsOf(thrown);
    if (thrown instanceof ReplyError) {
      return new StoreError("refused", `Redis refused (${/^[A-Z][A-Z0-9_]*/.exec(message)?.[0] ?? "ERR"}).`);
    }
    if (message === "Command timed out" || code === "ETIMEDOUT") return silence(timeoutMs);
    const reason = code === "" ? fault?.message : `The reason: ${code}.`;
    return new StoreError("unavailable", ["The connection to Redis is broken.", reason ?? ""].join(" ").trim());
  };

  client.on("error", (error) => {
    fault = toStoreError(error);
  });
  client.on("ready", () => {
    fault = undefined;
  });
  try {
    await firstReady(client, timeoutMs, () => fault);
  } catch (thrown) {
    isClosing = true;
    client.disconnect();
    throw thrown;
  }
  client.on("close", () => {
    if (!isClosing) report?.(fault ?? toStoreError(undefined));
  });

  return {
    client,
    async call(send) {
      if (isClosing) throw new StoreError("closed", "The store is closed.");
      pending++;
      try {
        return await send(client);
      } catch (thrown) {
        throw toStoreError(thrown);
      } finally {
        pending--;
        if (pending === 0) onIdle?.();
      }
    },
    onReturn(listener) {
      client.on("ready", listener);
    },
    async close() {
      if (isClosing) return;
      isClosing = true;
      if (pending > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      }
      client.disconnect();
    },
  };
}

/** Waits until a connection can be used for the first time. A refusal ends it at once: asking again gets the same. */
function firstReady(client: Redis, timeoutMs: number, fault: () => StoreError | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: StoreError | undefined): void => {
      clearTimeout(timer);
      client.off("ready", succeed).off("error", look);
      if (error === undefined) resolve();
      else reject(error);
    };
    const succeed = (): void => end(undefined);
    const look = (): void => {
      const error = fault();
      if (error?.code === "refused") end(error);
    };
    const timer = setTimeout(() => end(fault() ?? silence(timeoutMs)), timeoutMs);
    client.on("ready", succeed).on("error", look);
    client.connect().catch(() => undefined);
  });
}

/** The parts of an address that are used; anything else in it is a mistake, not an option of the library. */
function toAddress(url: string): Pick<RedisOptions, "host" | "port" | "username" | "password" | "db" | "tls"> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const database = /^\/?(\d{0,4})$/.exec(parsed?.pathname ?? "")?.[1];
  const isKnown = parsed?.protocol === "redis:" || parsed?.protocol === "rediss:";
  const isBare = parsed?.search === "" && parsed.hash === "" && parsed.hostname !== "";
  const username = decode(parsed?.username);
  const password = decode(parsed?.password);
  if (!isKnown || !isBare || database === undefined || username === undefined || password === undefined) {
    throw new StoreError("bad_url", "Redis' address must look like redis://USER:PASSWORD@HOST:PORT/DATABASE.");
  }
  return {
    // Node's sockets take IPv6 without brackets.
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: Number(parsed.port || 6379),
    username,
    password,
    db: Number(database),
    ...(parsed.protocol === "rediss:" ? { tls: {} } : {}),
  };
}

function silence(timeoutMs: number): StoreError {
  return new StoreError("timeout", `Redis did not answer within ${timeoutMs} ms.`);
}

function decode(part: string | undefined): string | undefined {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    return undefined;
  }
}

function partsOf(thrown: unknown): { readonly code: string; readonly message: string } {
  if (!(thrown instanceof Error)) return { code: "", message: "" };
  return { code: "code" in thrown && typeof thrown.code === "string" ? thrown.code : "", message: thrown.message };
}
