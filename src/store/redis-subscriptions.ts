import type { Listener, Unsubscribe } from "./key-value.ts";
import { createListeners } from "./listeners.ts";
import type { Connection } from "./redis-connection.ts";
import { StoreError } from "./store-error.ts";

/** What this process listens to in Redis, over a connection of its own that opens with the first subscription. */
export interface Subscriptions {
  readonly subscribe: (channel: string, listener: Listener) => Promise<Unsubscribe>;
  readonly close: () => Promise<void>;
}

/**
 * Keeps subscriptions over broken connections: channels are asked for anew whenever the connection has come back.
 *
 * Units: `heartbeatMs` is how often the server is asked for a sign of life. A connection that only listens would not
 * notice that its other end is gone.
 */
export function createSubscriptions(open: () => Promise<Connection>, heartbeatMs: number): Subscriptions {
  const listeners = createListeners();
  /** Channels that are asked for, each with the server's consent. */
  const channels = new Map<string, Promise<unknown>>();
  let opening: Promise<Connection> | undefined;
  let isClosed = false;
  let heartbeat: NodeJS.Timeout | undefined;

  async function start(): Promise<Connection> {
    const connection = await open();
    const { client } = connection;
    if (isClosed) {
      await connection.close();
      throw closed();
    }
    client.on("message", (channel, message) => listeners.deliver(channel, message));
    connection.onReturn(() => {
      if (channels.size === 0) return;
      // A connection that is whole but deaf is no use: it starts again.
      client.subscribe(...channels.keys()).catch(() => client.disconnect(true));
    });
    heartbeat = setInterval(() => {
      // An answer that does not come breaks the connection by itself.
      if (client.status === "ready") client.ping().catch(() => undefined);
    }, heartbeatMs);
    return connection;
  }

  /** The connection; one that could not be opened is tried again with the next subscription. */
  function connected(): Promise<Connection> {
    if (isClosed) return Promise.reject(closed());
    opening ??= start().catch((thrown: unknown) => {
      opening = undefined;
      throw thrown;
    });
    return opening;
  }

  function ask(connection: Connection, channel: string): Promise<unknown> {
    const known = channels.get(channel);
    if (known !== undefined) return known;
    const asked = connection.call((client) => client.subscribe(channel));
    channels.set(channel, asked);
    asked.catch(() => {
      if (channels.get(channel) === asked) channels.delete(channel);
    });
    return asked;
  }

  return {
    async subscribe(channel, listener) {
      const connection = await connected();
      const remove = listeners.add(channel, listener);
      const unsubscribe = async (): Promise<void> => {
        if (!remove() || isClosed) return;
        channels.delete(channel);
        // Nobody is left to hear what the server may still send.
        await connection.call((client) => client.unsubscribe(channel)).catch(() => undefined);
      };
      try {
        await ask(connection, channel);
      } catch (thrown) {
        remove();
        throw thrown;
      }
      return unsubscribe;
    },

    async close() {
      isClosed = true;
      clearInterval(heartbeat);
      listeners.clear();
      await opening?.then((connection) => connection.close()).catch(() => undefined);
    },
  };
}

function closed(): StoreError {
  return new StoreError("closed", "The store is closed.");
}
