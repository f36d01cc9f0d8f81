import type { NewAccount, NewKey, Settings } from "../../../src/store/sql/accounts.ts";
import type { LedgerRow } from "../../../src/store/sql/ledger-row.ts";
import type { Ask, Budget, ReserveRequest } from "../../../src/store/sql/reservation.ts";
import { toTokens } from "../../../src/store/sql/tokens.ts";

export const day = 86_400_000;
/** The first of January 2026. */
export const start: number = Date.UTC(2026, 0, 1);

const bare: Settings = {
  alias: undefined,
  metadata: {},
  models: undefined,
  rpm: undefined,
  tpm: undefined,
  parallel: undefined,
  maxBudgetNanoUsd: undefined,
  budgetPeriod: undefined,
  softBudgetNanoUsd: undefined,
};

export function newKey(id: string, members: Partial<NewKey> = {}): NewKey {
  const own = { id, digest: `digest of ${id}`, hint: "sk-…abcd", createdAt: start };
  return { ...bare, ...own, userId: undefined, teamId: undefined, expiresAt: undefined, ...members };
}

export function newAccount(kind: NewAccount["kind"], id: string, members: Partial<NewAccount> = {}): NewAccount {
  return { ...bare, kind, id, email: undefined, createdAt: start, ...members };
}

export function ledgerRow(id: string, members: Partial<LedgerRow> = {}): LedgerRow {
  return {
    id,
    time: start,
    keyId: "key",
    userId: undefined,
    teamId: undefined,
    endUser: undefined,
    operation: "createChatCompletion",
    requestedModel: "model",
    upstreamModel: undefined,
    responseModel: undefined,
    provider: "vertex",
    deployment: undefined,
    attempts: 1,
    status: "succeeded",
    httpStatus: 200,
    errorCode: undefined,
    tokens: toTokens(() => 0),
    provenance: "reported",
    costNanoUsd: 0n,
    latencyMs: 10,
    firstByteMs: undefined,
    changes: [],
    client: undefined,
    cache: "off",
    ...members,
  };
}

export function ask(id: string, limitNanoUsd: bigint | undefined, members: Partial<Ask> = {}): Ask {
  return { subject: { kind: "key", id }, windowStart: start, windowEnd: start + day, limitNanoUsd, ...members };
}

/** A request for an amount, estimated to cost all of it. */
export function request(
  id: string,
  amountNanoUsd: bigint,
  asks: readonly Ask[],
  members: Partial<ReserveRequest> = {},
): ReserveRequest {
  const estimate = ledgerRow(id, { costNanoUsd: amountNanoUsd, provenance: "estimated" });
  return { id, amountNanoUsd, asks, expiresAt: start + 60_000, estimate, ...members };
}

/** Limit, spent and reserved. */
export function figures(budget: Budget | undefined): readonly (bigint | undefined)[] {
  return [budget?.limitNanoUsd, budget?.spentNanoUsd, budget?.reservedNanoUsd];
}
