import type { KeyValueStore, Lease } from "../store/key-value.ts";

/** Keeps slots as long as their holders live. */
export interface LeaseKeeper {
  /** How long a slot is held at first, and by each renewal. */
  readonly ttlMs: number;
  readonly keep: (lease: Lease) => void;
  /** From now on the lease is not renewed any more. */
  readonly forget: (lease: Lease) => void;
}

export interface LeaseTimes {
  /** A replica that dies leaves its slots to the others after so long. */
  readonly slotMs: number;
  /** How often slots are renewed. */
  readonly renewMs: number;
}

/** Three times within their time: one renewal may fail. */
const times: LeaseTimes = { slotMs: 60_000, renewMs: 20_000 };

/** Makes the keeper of one gateway's slots. An answer may take any time; one timer renews them all. */
export function createLeaseKeeper(
  { renew }: Pick<KeyValueStore, "renew">,
  onFailure: (thrown: unknown) => void,
  { slotMs, renewMs }: LeaseTimes = times,
): LeaseKeeper {
  const held = new Set<Lease>();
  let timer: NodeJS.Timeout | undefined;
  const renewAll = (): void => {
    for (const lease of held) renew(lease, slotMs).catch(onFailure);
    if (held.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    ttlMs: slotMs,
    keep(lease) {
      held.add(lease);
      timer ??= setInterval(renewAll, renewMs).unref();
    },
    forget: (lease) => held.delete(lease),
  };
}
