import type { SubjectKind } from "./accounts.ts";
import { type Claim, type Claims, toNamed } from "./decide.ts";
import type { NanoUsd } from "./money.ts";
import type { Budget, ReserveOutcome } from "./reservation.ts";

/**
 * What is said between the threads with every request, as lists of values: objects cost four times as much to copy, for
 * the names of their members are copied too.
 */
export type SentClaims = readonly [
  id: string,
  expiresAt: number,
  amount: NanoUsd,
  atLeast: NanoUsd,
  estimate: string,
  claims: readonly SentClaim[],
];

type SentClaim = readonly [
  subjectKind: SubjectKind,
  subjectId: string,
  windowStart: number,
  windowEnd: number,
  limitNano: NanoUsd | null,
  limitRevision: number,
];

/** What a budget holds. Whose it is knows who asked. */
type SentFigures = readonly [limit: NanoUsd | undefined, spent: NanoUsd, reserved: NanoUsd];

export type SentOutcome =
  | readonly [kind: "reserved", amount: NanoUsd, budgets: readonly SentFigures[]]
  | readonly [kind: "refused", free: NanoUsd, at: number, budget: SentFigures]
  | readonly [kind: "known"];

export function sendClaims({ id, expiresAt, amount, atLeast, estimate, claims }: Claims): SentClaims {
  return [id, expiresAt, amount, atLeast, estimate, claims.map(sendClaim)];
}

function sendClaim({ subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision }: Claim): SentClaim {
  return [subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision];
}

export function receiveClaims([id, expiresAt, amount, atLeast, estimate, claims]: SentClaims): Claims {
  return { id, expiresAt, amount, atLeast, estimate, claims: claims.map(receiveClaim) };
}

function receiveClaim(sent: SentClaim): Claim {
  const [subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision] = sent;
  return toNamed({ subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision });
}

export function sendOutcome(outcome: ReserveOutcome, { claims }: Claims): SentOutcome {
  switch (outcome.kind) {
    case "reserved":
      return ["reserved", outcome.amountNanoUsd, outcome.budgets.map(figuresOf)];
    case "refused": {
      const { budget, freeNanoUsd } = outcome;
      return ["refused", freeNanoUsd, claims.findIndex((claim) => isOf(claim, budget)), figuresOf(budget)];
    }
    case "known":
      return ["known"];
  }
}

export function receiveOutcome(sent: SentOutcome, { id, claims }: Claims): ReserveOutcome {
  switch (sent[0]) {
    case "reserved": {
      const budgets = claims.flatMap((claim, at) => budgetOf(claim, sent[2][at]));
      return { kind: "reserved", id, amountNanoUsd: sent[1], budgets };
    }
    case "refused": {
      const [budget] = claims.slice(sent[2]).flatMap((claim) => budgetOf(claim, sent[3]));
      if (budget === undefined) throw new Error("a budget that refuses was asked of");
      return { kind: "refused", id, budget, freeNanoUsd: sent[1] };
    }
    case "known":
      return { kind: "known", id };
  }
}

function isOf({ subjectKind, subjectId, windowStart, windowEnd }: Claim, budget: Budget): boolean {
  const { kind, id } = budget.subject;
  return (
    kind === subjectKind && id === subjectId && budget.windowStart === windowStart && budget.windowEnd === windowEnd
  );
}

function figuresOf({ limitNanoUsd, spentNanoUsd, reservedNanoUsd }: Budget): SentFigures {
  return [limitNanoUsd, spentNanoUsd, reservedNanoUsd];
}

function budgetOf(claim: Claim, figures: SentFigures | undefined): readonly Budget[] {
  if (figures === undefined) return [];
  const [limitNanoUsd, spentNanoUsd, reservedNanoUsd] = figures;
  const { subjectKind: kind, subjectId: id, windowStart, windowEnd } = claim;
  return [{ subject: { kind, id }, windowStart, windowEnd, limitNanoUsd, spentNanoUsd, reservedNanoUsd }];
}
