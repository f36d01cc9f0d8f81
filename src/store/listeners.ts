import type { Listener } from "./key-value.ts";

/** Who listens on which channel, in this process. */
export interface Listeners {
  /** Adds a listener; the same function may be added twice. Returns what removes it: true when it was the last one. */
  readonly add: (channel: string, listener: Listener) => () => boolean;
  /** Hands a message to the channel's listeners, each in a microtask: one that throws does not silence the others. */
  readonly deliver: (channel: string, message: string) => void;
  readonly clear: () => void;
}

export function createListeners(): Listeners {
  const channels = new Map<string, Set<{ readonly listener: Listener }>>();
  return {
    add(channel, listener) {
      const entry = { listener };
      const entries = channels.get(channel) ?? new Set();
      channels.set(channel, entries.add(entry));
      return () => {
        if (!entries.delete(entry) || entries.size > 0) return false;
        // A channel that was cleared and filled again has other entries.
        return channels.get(channel) === entries && channels.delete(channel);
      };
    },
    deliver(channel, message) {
      const entries = channels.get(channel);
      for (const entry of entries ?? []) {
        queueMicrotask(() => {
          if (entries?.has(entry) === true) entry.listener(message);
        });
      }
    },
    clear() {
      for (const entries of channels.values()) entries.clear();
      channels.clear();
    },
  };
}
