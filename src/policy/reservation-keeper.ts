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
  /** Renews it from now on. One that is not there does no harm. */
  readonly keep: (id: string) => void;
  readonly forget: (ids: readonly string[]) => void;
  /** Gives back, as soon as that is possible, what may have been reserved for a request that is not made. */
  readonly drop: (id: string) => void;
  readonly close: () => void;
}

export interface ReservationKeeperDeps {
  readonly accounting: Pick<Accounting, "renew" | "release" | "expire">;
  readonly nowMs: () => number;
  /** Writes rows that wait: whose row is written is not lost. False where that did not work. */
  readonly writeRows: () => Promise<boolean>;
  readonly onSuccess: () => void;
  readonly onFailure: (thrown: unknown) => void;
  /** Requests that were lost with their process have their row on the ledger now. */
  readonly onLost: (ids: readonly string[]) => void;
  readonly times?: ReservationTimes | undefined;
}

const mostAtOnce = 1_000;
/** More are not remembered: they become rows of lost requests. */
const mostDropped = 10_000;

/** Makes the keeper of one gateway's reservations. It sweeps after every gateway of the database. */
export function createReservationKeeper(deps: ReservationKeeperDeps): ReservationKeeper {
  const { accounting, nowMs, writeRows, onSuccess, onFailure, onLost, times = usual } = deps;
  const held = new Set<string>();
  const dropped = new Set<string>();
  let isSweeping = false;
  let isClosed = false;
  let sweepsFrom = 0;

  /** Who was kept from renewing has the time to do so before anybody's reservations are ended. */
  function failed(thrown: unknown): void {
    sweepsFrom = nowMs() + times.renewMs + times.sweepMs;
    if (!isClosed) onFailure(thrown);
  }

  async function renewAll(): Promise<void> {
    for (const ids of slicesOf(held)) {
      const expiresAt = nowMs() + times.leaseMs;
      await accounting.renew(ids.map((id) => ({ id, expiresAt })));
    }
  }

  async function giveBack(): Promise<void> {
    for (const ids of slicesOf(dropped)) {
      await accounting.release(ids);
      for (const id of ids) dropped.delete(id);
    }
  }

  async function expireAll(): Promise<void> {
    for (let more = true; more && !isClosed; ) {
      // Before 1970 nothing ends: it is asked for to learn whether the database is there.
      const now = nowMs();
      const ids = await accounting.expire(now < sweepsFrom ? 0 : now, mostAtOnce);
      if (ids.length > 0) onLost(ids);
      more = ids.length === mostAtOnce;
    }
  }

  async function sweep(): Promise<void> {
    if (isSweeping) return;
    isSweeping = true;
    try {
      // After a database that was away one's own come first: nothing of them is lost.
      if (sweepsFrom > nowMs()) await renewAll();
      await giveBack();
      if (await writeRows()) {
        await expireAll();
        onSuccess();
      }
    } catch (thrown) {
      failed(thrown);
    } finally {
      isSweeping = false;
    }
  }

  const renewing = setInterval(() => void renewAll().catch(failed), times.renewMs).unref();
  const looking = setInterval(() => void sweep(), times.sweepMs).unref();
  // What an earlier life left behind is ended at once, as far as its time is over.
  void sweep();
  return {
    leaseMs: times.leaseMs,
    keep: (id) => void held.add(id),
    forget(ids) {
      for (const id of ids) held.delete(id);
    },
    drop(id) {
      if (dropped.size < mostDropped) dropped.add(id);
    },
    close() {
      isClosed = true;
      clearInterval(renewing);
      clearInterval(looking);
    },
  };
}

function slicesOf(ids: ReadonlySet<string>): readonly (readonly string[])[] {
  const all = [...ids];
  return Array.from({ length: Math.ceil(all.length / mostAtOnce) }, (_, at) =>
    all.slice(at * mostAtOnce, (at + 1) * mostAtOnce),
  );
}
