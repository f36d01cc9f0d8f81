import type { SubjectKind } from "./accounts.ts";
import type { LedgerLine } from "./ledger-columns.ts";
import type { NanoUsd } from "./money.ts";
import type { Budget, ReserveOutcome } from "./reservation.ts";
import { bigOf, maybeBigOf, numberOf, type Row, textOf, wordOf } from "./rows.ts";

/** An {@link Ask} that has been checked, in the words of the tables. */
export interface Claim {
  /** Which window of whom: the same for a claim and the row it is about. */
  readonly name: string;
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly limitNano: NanoUsd | null;
  readonly limitRevision: number;
}

/** A {@link ReserveRequest} that has been checked. The estimate says `lost`. */
export interface Claims {
  readonly id: string;
  readonly expiresAt: number;
  readonly amount: NanoUsd;
  readonly atLeast: NanoUsd;
  readonly claims: readonly Claim[];
  readonly estimate: LedgerLine["json"];
}

/** A budget's row, read under a lock that is held until what was decided has been written. */
export interface LockedBudget {
  readonly id: bigint;
  readonly claim: Claim;
  readonly spent: NanoUsd;
  readonly reserved: NanoUsd;
}

/** What is to be written. */
export interface Decision {
  readonly outcomes: readonly ReserveOutcome[];
  /** What each budget is to hold, of those that change. */
  readonly budgets: readonly {
    readonly id: bigint;
    readonly limit: NanoUsd | null;
    readonly limitRevision: number;
    readonly reserved: NanoUsd;
  }[];
  readonly leases: readonly {
    readonly id: string;
    readonly expiresAt: number;
    readonly amount: NanoUsd;
    /** Of each of which the amount was taken. */
    readonly budgets: readonly bigint[];
    readonly estimate: LedgerLine["json"];
  }[];
}

/** Makes a claim, and its name. */
export function toNamed(claim: Omit<Claim, "name">): Claim {
  const { subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision } = claim;
  const name = `${subjectKind} ${windowStart} ${windowEnd} ${subjectId}`;
  return { name, subjectKind, subjectId, windowStart, windowEnd, limitNano, limitRevision };
}

/** A budget as it changes while requests are decided on. */
interface Draft {
  readonly id: bigint;
  readonly claim: Claim;
  readonly spent: NanoUsd;
  limit: NanoUsd | null;
  limitRevision: number;
  reserved: NanoUsd;
  isChanged: boolean;
}

/**
 * Decides on requests in their order, each by what the ones before it left. Both databases decide by this function; it
 * is exact because the rows are locked.
 *
 * @param known - ids that have a reservation or a row on the ledger
 */
export function decide(
  requests: readonly Claims[],
  locked: readonly LockedBudget[],
  known: ReadonlySet<string>,
): Decision {
  const drafts = new Map(locked.map((row) => [row.claim.name, toDraft(row)]));
  const taken = new Set(known);
  const leases: Decision["leases"][number][] = [];
  const outcomes = requests.map((request): ReserveOutcome => {
    const { id, amount, atLeast, expiresAt, estimate } = request;
    if (taken.has(id)) return { kind: "known", id };
    const own = request.claims.map((claim) => draftOf(drafts, claim));
    const [scarce, free] = scarcest(own);
    if (scarce !== undefined && free < atLeast)
      return { kind: "refused", id, budget: toBudget(scarce), freeNanoUsd: free < 0n ? 0n : free };
    const granted = scarce !== undefined && free < amount ? free : amount;
    for (const draft of own) {
      draft.reserved += granted;
      draft.isChanged ||= granted > 0n;
    }
    taken.add(id);
    leases.push({ id, expiresAt, amount: granted, budgets: own.map((draft) => draft.id), estimate });
    return { kind: "reserved", id, amountNanoUsd: granted, budgets: own.map(toBudget) };
  });
  const budgets = [...drafts.values()].filter(({ isChanged }) => isChanged);
  return { outcomes, budgets, leases };
}

/** The draft a claim is about, with the newer of both limits. */
function draftOf(drafts: ReadonlyMap<string, Draft>, claim: Claim): Draft {
  const draft = drafts.get(claim.name);
  if (draft === undefined) throw new Error("a budget that is asked of has its row");
  const isNews = claim.limitNano !== draft.limit || claim.limitRevision !== draft.limitRevision;
  // A limit without a revision is not of the database: who says it has nothing newer to hear of.
  const isDeclared = claim.limitRevision === 0 && claim.limitNano !== null;
  if (isNews && (isDeclared || claim.limitRevision >= draft.limitRevision)) {
    draft.limit = claim.limitNano;
    draft.limitRevision = claim.limitRevision;
    draft.isChanged = true;
  }
  return draft;
}

/** The budget with the least that is free, of those that have a limit, and how much that is. */
function scarcest(drafts: readonly Draft[]): readonly [Draft | undefined, NanoUsd] {
  let scarce: Draft | undefined;
  let least = 0n;
  for (const draft of drafts) {
    if (draft.limit === null) continue;
    const free = draft.limit - draft.spent - draft.reserved;
    if (scarce !== undefined && free >= least) continue;
    scarce = draft;
    least = free;
  }
  return [scarce, least];
}

function toDraft({ id, claim, spent, reserved }: LockedBudget): Draft {
  const { limitNano: limit, limitRevision } = claim;
  return { id, claim, spent, reserved, limit, limitRevision, isChanged: false };
}

function toBudget({ claim, limit, spent, reserved }: Draft): Budget {
  return {
    subject: { kind: claim.subjectKind, id: claim.subjectId },
    windowStart: claim.windowStart,
    windowEnd: claim.windowEnd,
    limitNanoUsd: limit ?? undefined,
    spentNanoUsd: spent,
    reservedNanoUsd: reserved,
  };
}

const subjectKinds: readonly SubjectKind[] = ["key", "user", "team", "end_user"];

/** Reads a budget's row. */
export function toLocked(row: Row): LockedBudget {
  return {
    id: bigOf(row, "id"),
    claim: toNamed({
      subjectKind: wordOf(row, "subject_kind", subjectKinds),
      subjectId: textOf(row, "subject_id"),
      windowStart: numberOf(row, "window_start"),
      windowEnd: numberOf(row, "window_end"),
      limitNano: maybeBigOf(row, "limit_nano") ?? null,
      limitRevision: numberOf(row, "limit_revision"),
    }),
    spent: bigOf(row, "spent_nano"),
    reserved: bigOf(row, "reserved_nano"),
  };
}

/** A budget's row as the port shows it. */
export const toBudgetOf = (row: Row): Budget => toBudget(toDraft(toLocked(row)));
