import type { Accounting } from "../store/sql/port.ts";

export interface ReservationTimes {
  /** How long a reservation lasts at first, and by each renewal. */
  readonly leaseMs: number;
  /** How often those of requests under way are renewed. */
  readonly renewMs: number;
  /** How often those are looked for whose process has ended. */
  readonly sweepMs: number;
}

/** Three times within their time: two renewals may fail. */
const usual: ReservationTimes = { leaseMs: 60_000, renewMs: 20_000, sweepMs: 10_000 };

/** Keeps reservations as long as their requests live, and ends those that nobody keeps any more. */
export interface ReservationKeeper {
  readonly leaseMs: number;
  readonly keep: (id: string) => void;
  readonly forget: (id: string) => void;
  readonly close: () => void;
}

export interface ReservationKeeperDeps {
  readonly accounting: Pick<Accounting, "renew" | "expire">;
  readonly nowMs: () => number;
  readonly onFailure: (thrown: unknown) => void;
  /** Requests that were lost with their process have their row on the ledger now. */
  readonly onLost: (ids: readonly string[]) => void;
  readonly times?: ReservationTimes | undefined;
}

const mostAtOnce = 1_000;

/** Makes the keeper of one gateway's reservations. It sweeps after every gateway of the database. */
export function createReservationKeeper(deps: ReservationKeeperDeps): ReservationKeeper {
  const { accounting, nowMs, onFailure, onLost, times = usual } = deps;
  const held = new Set<string>();
  let sweeping = false;

  const renewAll = (): void => {
    if (held.size === 0) return;
    const expiresAt = nowMs() + times.leaseMs;
    accounting.renew([...held].map((id) => ({ id, expiresAt }))).catch(onFailure);
  };

  async function sweep(): Promise<void> {
    if (sweeping) return;
    sweeping = true;
    try {
      for (let more = true; more; ) {
        const ids = await accounting.expire(nowMs(), mostAtOnce);
        if (ids.length > 0) onLost(ids);
        more = ids.length === mostAtOnce;
      }
    } catch (thrown) {
      onFailure(thrown);
    } finally {
      sweeping = false;
    }
  }

  const renewing = setInterval(renewAll, times.renewMs).unref();
  const looking = setInterval(() => void sweep(), times.sweepMs).unref();
  // What an earlier life left behind is ended at once, as far as its time is over.
  void sweep();
  return {
    leaseMs: times.leaseMs,
    keep: (id) => void held.add(id),
    forget: (id) => void held.delete(id),
    close() {
      clearInterval(renewing);
      clearInterval(looking);
    },
  };
}
