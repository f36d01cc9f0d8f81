import { GatewayError } from "../../errors.ts";
import type { Credential, CredentialHeaders } from "../credential.ts";

/** Headers that are good until a time. */
export interface Grant {
  readonly headers: CredentialHeaders;
  /** Milliseconds since the epoch, on the credential's clock. */
  readonly expiresAtMs: number;
}

/** How a credential that expires is kept fresh. */
export interface RefreshingOptions {
  /** Gets a new grant from its source. Rejects with `upstream_auth_error`. */
  readonly fetch: () => Promise<Grant>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long before expiry a new grant is fetched in the background. */
  readonly refreshMarginMs: number;
}

/** While a source fails it is asked no more often than this. */
const failureMs = 1_500;
/** A request on its way takes its token along: one this close to its end is not sent out any more. */
const lastMomentMs = 10_000;
/** A new token that is refused this soon: then no token will help, and the source is not asked for each refusal. */
const settledMs = 5_000;

interface Held extends Grant {
  readonly fetchedAtMs: number;
  readonly refreshAtMs: number;
  readonly deadAtMs: number;
}

/**
 * Keeps the headers of an expiring credential.
 *
 * Fresh: the same object, synchronously. Inside the margin: still that object, while one refresh runs behind it.
 * Expired: all callers wait for one refresh. A failed refresh is remembered for 1.5 s.
 * Fails: `headers` rejects with `upstream_auth_error`.
 */
export function createRefreshingCredential({ fetch, now, refreshMarginMs }: RefreshingOptions): Credential {
  let held: Held | undefined;
  let pending: Promise<CredentialHeaders> | undefined;
  let failure: { readonly error: GatewayError; readonly untilMs: number } | undefined;

  const refresh = async (): Promise<CredentialHeaders> => {
    try {
      const grant = await fetch();
      held = hold(grant, now(), refreshMarginMs);
      failure = undefined;
      return held.headers;
    } catch (thrown) {
      failure = { error: toAuthError(thrown), untilMs: now() + failureMs };
      throw failure.error;
    } finally {
      pending = undefined;
    }
  };

  return {
    headers: () => {
      const nowMs = now();
      if (held !== undefined && nowMs < held.refreshAtMs) return held.headers;
      const mayAsk = failure === undefined || nowMs >= failure.untilMs;
      if (held !== undefined && nowMs < held.deadAtMs) {
        if (pending === undefined && mayAsk) {
          pending = refresh();
          // Its failure is nobody's yet: the headers at hand are good.
          pending.catch(() => undefined);
        }
        return held.headers;
      }
      if (pending === undefined && failure !== undefined && !mayAsk) return Promise.reject(failure.error);
      pending ??= refresh();
      return pending;
    },
    invalidate: (refused) => {
      // Others were refused before, and a new one is at hand or on its way.
      if (held === undefined || held.headers !== refused) return true;
      const nowMs = now();
      if (nowMs < held.refreshAtMs && nowMs - held.fetchedAtMs < settledMs) return false;
      held = undefined;
      return true;
    },
  };
}

/** A grant shorter than the margin is renewed after half its life, not at each use. */
function hold(grant: Grant, nowMs: number, refreshMarginMs: number): Held {
  const lifeMs = Math.max(0, grant.expiresAtMs - nowMs);
  const marginMs = Math.min(refreshMarginMs, lifeMs / 2);
  return {
    ...grant,
    fetchedAtMs: nowMs,
    refreshAtMs: grant.expiresAtMs - marginMs,
    deadAtMs: grant.expiresAtMs - Math.min(lastMomentMs, marginMs / 2),
  };
}

function toAuthError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError("upstream_auth_error", "The credential for the upstream could not be had.", {
    cause: thrown,
  });
}
