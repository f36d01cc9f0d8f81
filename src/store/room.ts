import { Expiry } from "./expiry.ts";

interface Entry<Held> {
  readonly held: Held;
  readonly bytes: number;
}

/** Entries of one kind, in the order of their last use. */
export interface Shelf<Held> {
  /** What is held for a key; it counts as used. */
  readonly use: (key: string) => Held | undefined;
  /** Holds something until `expiresAt`, in place of what was there. May make others, or itself, leave. */
  readonly put: (key: string, held: Held, bytes: number, expiresAt: number) => void;
  readonly drop: (key: string) => void;
}

/** A bounded room with several shelves. */
export interface Room {
  /** A further shelf. When room is short, the shelf that was made first is emptied first, its oldest unused first. */
  readonly shelf: <Held>() => Shelf<Held>;
  /** Takes out what ends at `now` or earlier: nothing lives past its time to make another leave. */
  readonly expire: (now: number) => void;
  readonly clear: () => void;
  /** What is in the room; `ends` are those remembered, of entries that left early too. */
  readonly figures: () => { readonly entries: number; readonly bytes: number; readonly ends: number };
}

/** Units: an entry's bytes are what its shelf says plus its key's; the runtime's own cost is bounded by `maxEntries`. */
export function createRoom(maxEntries: number, maxBytes: number): Room {
  const shelves: { readonly dropOldest: () => boolean; readonly clear: () => void }[] = [];
  let entries = 0;
  let bytes = 0;
  let expiry = new Expiry<{ readonly isThere: () => boolean; readonly drop: () => void }>();

  const shelf = <Held>(): Shelf<Held> => {
    const held = new Map<string, Entry<Held>>();
    // Goes on where it was: a map that lost many of its first keys is slow to find its first one anew.
    let order = held.keys();
    const drop = (key: string): void => {
      const entry = held.get(key);
      if (entry === undefined) return;
      held.delete(key);
      entries--;
      bytes -= entry.bytes;
    };
    shelves.push({
      dropOldest: () => {
        let oldest = order.next();
        if (oldest.done === true) {
          order = held.keys();
          oldest = order.next();
        }
        if (oldest.done === true) return false;
        drop(oldest.value);
        return true;
      },
      clear: () => held.clear(),
    });
    return {
      use(key) {
        const entry = held.get(key);
        if (entry === undefined) return undefined;
        held.delete(key);
        held.set(key, entry);
        return entry.held;
      },
      put(key, what, size, expiresAt) {
        drop(key);
        const entry: Entry<Held> = { held: what, bytes: size + Buffer.byteLength(key) };
        held.set(key, entry);
        entries++;
        bytes += entry.bytes;
        const isThere = (): boolean => held.get(key) === entry;
        expiry.add(expiresAt, { isThere, drop: () => isThere() && drop(key) });
        makeRoom();
      },
      drop,
    };
  };

  function makeRoom(): void {
    while (entries > maxEntries || bytes > maxBytes) {
      if (!shelves.some((one) => one.dropOldest())) break;
    }
    // Entries that left before their end stay in the heap; more of them than of the living would be a leak.
    if (expiry.size > 2 * entries + 64) expiry.filter((node) => node.isThere());
  }

  return {
    shelf,
    expire(now) {
      for (let node = expiry.next(now); node !== undefined; node = expiry.next(now)) node.drop();
    },
    clear() {
      for (const one of shelves) one.clear();
      expiry = new Expiry();
      entries = 0;
      bytes = 0;
    },
    figures: () => ({ entries, bytes, ends: expiry.size }),
  };
}
