import { StoreError } from "../store-error.ts";
import type { SubjectKind } from "./accounts.ts";
import type { Outcome } from "./batcher.ts";
import type { Compiler } from "./compiler.ts";
import type { Database } from "./database.ts";
import { type Claim, type Claims, toBudgetOf, toNamed } from "./decide.ts";
import { toLedgerLine } from "./ledger-columns.ts";
import { checkMoney } from "./money.ts";
import type { Accounting } from "./port.ts";
import type { Ask, BudgetFilter, ReserveOutcome, ReserveRequest } from "./reservation.ts";
import { checkCount, checkLimit, cleanId } from "./text.ts";

const mostBudgets = 1_000;

/** Checks what is asked and passes it on: what is exact about it is the database's. */
export function createAccounting(database: Database, compiler: Compiler): Accounting {
  function free(requests: readonly Claims[]): void {
    if (requests.length > 0) database.release(requests.map(({ id }) => id)).catch(() => undefined);
  }

  return {
    async reserve(requests) {
      if (requests.length === 0) return [];
      // All are checked before the first is asked for.
      const checked = requests.map(toClaims);
      const outcomes = await database.reserve(checked).catch((thrown: unknown) => {
        // It is not known whether they are there.
        free(checked);
        throw thrown;
      });
      if (isDone(outcomes)) return outcomes;
      // Nobody will hear of these.
      free(checked.filter((_, at) => !isOver(outcomes[at])));
      throw outcomes.find(isError);
    },

    async commit(rows) {
      if (rows.length === 0) return [];
      const outcomes = await database.commit(rows.map(toLedgerLine));
      if (isDone(outcomes)) return outcomes;
      throw outcomes.find(isError);
    },

    release: async (ids) => (ids.length === 0 ? [] : database.release(ids.map(cleanId))),

    async renew(renewals) {
      const latest = new Map<string, number>();
      for (const { id, expiresAt } of renewals) {
        const own = cleanId(id);
        latest.set(own, Math.max(latest.get(own) ?? 0, checkCount("expiresAt", expiresAt)));
      }
      if (latest.size === 0) return [];
      return database.renew([...latest].map(([id, expiresAt]) => ({ id, expiresAt })));
    },

    expire: async (nowMs, limit) => database.expire(checkCount("nowMs", nowMs), checkLimit(limit, 10_000)),

    async carry({ spentNanoUsd, ...window }) {
      const { subjectKind, subjectId, windowStart, windowEnd } = toClaim({ ...window, limitNanoUsd: undefined });
      const values = {
        subject_kind: subjectKind,
        subject_id: subjectId,
        window_start: windowStart,
        window_end: windowEnd,
        limit_nano: null,
        limit_revision: 0,
        spent_nano: checkMoney("spentNanoUsd", spentNanoUsd),
        reserved_nano: 0n,
      };
      const insert = compiler.insertInto("specgate_budgets").values(values);
      const [rows] = await database.write([
        insert
          .onConflict((one) => one.doNothing())
          .returning("id")
          .compile(),
      ]);
      return (rows?.length ?? 0) > 0;
    },

    async budgets({ subject, at }: BudgetFilter) {
      let query = compiler.selectFrom("specgate_budgets").selectAll();
      if (subject !== undefined) {
        query = query.where("subject_kind", "=", subject.kind).where("subject_id", "=", cleanId(subject.id));
      }
      if (at !== undefined) query = query.where("window_start", "<=", big(at)).where("window_end", ">", big(at));
      const ordered = query.orderBy("subject_kind").orderBy("subject_id").orderBy("window_start").orderBy("window_end");
      return (await database.read(ordered.limit(mostBudgets).compile())).map(toBudgetOf);
    },

    async trimBudgets(endedBy, limit) {
      const old = compiler
        .selectFrom("specgate_budgets")
        .select("id")
        .where("window_end", "<=", big(endedBy))
        .where("reserved_nano", "=", 0n)
        .limit(checkLimit(limit, 10_000));
      const [rows] = await database.write([
        compiler.deleteFrom("specgate_budgets").where("id", "in", old).returning("id").compile(),
      ]);
      return rows?.length ?? 0;
    },
  };
}

const big = (value: number): bigint => BigInt(checkCount("time", value));

const isError = (outcome: unknown): outcome is StoreError => outcome instanceof StoreError;

function isDone<Result>(outcomes: readonly Outcome<Result>[]): outcomes is readonly Result[] {
  return !outcomes.some(isError);
}

/** Certainly not reserved. */
function isOver(outcome: Outcome<ReserveOutcome> | undefined): boolean {
  return outcome !== undefined && !isError(outcome) && outcome.kind !== "reserved";
}

function toClaims(request: ReserveRequest): Claims {
  const { estimate, expiresAt } = request;
  const id = cleanId(request.id);
  if (cleanId(estimate.id) !== id) throw new RangeError("an estimate has the id of its request");
  const amount = checkMoney("amountNanoUsd", request.amountNanoUsd);
  const atLeast = checkMoney("atLeastNanoUsd", request.atLeastNanoUsd ?? amount);
  if (atLeast > amount) throw new RangeError("atLeastNanoUsd is not above amountNanoUsd");
  const claims = request.asks.map(toClaim);
  if (new Set(claims.map(({ name }) => name)).size < claims.length) throw new RangeError("a window is asked of once");
  return {
    id,
    amount,
    atLeast,
    claims,
    expiresAt: checkCount("expiresAt", expiresAt),
    estimate: toLedgerLine(estimate.status === "lost" ? estimate : { ...estimate, status: "lost" }).json,
  };
}

/** Who reserves often asks with the same values: they were checked. */
const checked = new WeakMap<Ask, Claim>();

function toClaim(ask: Ask): Claim {
  const known = checked.get(ask);
  if (known !== undefined) return known;
  const claim = checkedClaim(ask);
  checked.set(ask, claim);
  return claim;
}

function checkedClaim({ subject, windowStart, windowEnd, limitNanoUsd, limitRevision = 0 }: Ask): Claim {
  if (checkCount("windowEnd", windowEnd) <= checkCount("windowStart", windowStart)) {
    throw new RangeError("a window ends after it starts");
  }
  const subjectKind: SubjectKind = subject.kind;
  return toNamed({
    subjectKind,
    subjectId: cleanId(subject.id),
    windowStart,
    windowEnd,
    limitNano: limitNanoUsd === undefined ? null : checkMoney("limitNanoUsd", limitNanoUsd),
    limitRevision: checkCount("limitRevision", limitRevision),
  });
}
