import type { SubjectKind } from "./accounts.ts";
import type { Compiler } from "./compiler.ts";
import type { Database } from "./database.ts";
import { type Claim, type Claims, nameOf, toBudgetOf } from "./decide.ts";
import { toLedgerColumns } from "./ledger-columns.ts";
import { checkMoney } from "./money.ts";
import type { Accounting } from "./port.ts";
import type { Ask, BudgetFilter, ReserveOutcome, ReserveRequest } from "./reservation.ts";
import { checkCount, checkLimit, cleanId } from "./text.ts";

const mostBudgets = 1_000;

/** Checks what is asked and passes it on: what is exact about it is the database's. */
export function createAccounting(database: Database, compiler: Compiler): Accounting {
  return {
    async reserve(requests) {
      // All are checked before the first is asked for.
      const checked = requests.map(toClaims);
      const outcomes = await Promise.allSettled(checked.map(database.reserve));
      if (outcomes.every(({ status }) => status === "fulfilled")) return outcomes.flatMap(valueIn);
      // Nobody will hear of these, or it is not known whether they are there.
      const astray = checked.filter((_, at) => isReservedOrUnknown(outcomes[at]));
      database.release(astray.map(({ id }) => id)).catch(() => undefined);
      throw outcomes.flatMap(reasonIn)[0];
    },

    async commit(rows) {
      const checked = rows.map(toLedgerColumns);
      return allOrFirstError(checked.map(database.commit));
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
        .where((is) => {
          const held = is.selectFrom("specgate_reservations").select("budget_id");
          return is.not(is.exists(held.whereRef("budget_id", "=", "specgate_budgets.id")));
        })
        .limit(checkLimit(limit, 10_000));
      const [rows] = await database.write([
        compiler.deleteFrom("specgate_budgets").where("id", "in", old).returning("id").compile(),
      ]);
      return rows?.length ?? 0;
    },
  };
}

const big = (value: number): bigint => BigInt(checkCount("time", value));

type Settled = PromiseSettledResult<ReserveOutcome>;

const valueIn = (one: Settled): readonly ReserveOutcome[] => (one.status === "fulfilled" ? [one.value] : []);
const reasonIn = (one: Settled): readonly unknown[] => (one.status === "rejected" ? [one.reason] : []);

function isReservedOrUnknown(one: Settled | undefined): boolean {
  return one?.status === "rejected" || one?.value.kind === "reserved";
}

/** Waits for all, so that nothing goes on behind an error, then fails with the first. */
async function allOrFirstError<Result>(promises: readonly Promise<Result>[]): Promise<readonly Result[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function toClaims(request: ReserveRequest): Claims {
  const { estimate, expiresAt } = request;
  const id = cleanId(request.id);
  if (cleanId(estimate.id) !== id) throw new RangeError("an estimate has the id of its request");
  const amount = checkMoney("amountNanoUsd", request.amountNanoUsd);
  const atLeast = checkMoney("atLeastNanoUsd", request.atLeastNanoUsd ?? amount);
  if (atLeast > amount) throw new RangeError("atLeastNanoUsd is not above amountNanoUsd");
  const claims = request.asks.map(toClaim);
  if (new Set(claims.map(nameOf)).size < claims.length) throw new RangeError("a window is asked of once");
  return {
    id,
    amount,
    atLeast,
    claims,
    expiresAt: checkCount("expiresAt", expiresAt),
    estimate: toLedgerColumns({ ...estimate, status: "lost" }),
  };
}

function toClaim({ subject, windowStart, windowEnd, limitNanoUsd, limitRevision = 0 }: Ask): Claim {
  if (checkCount("windowEnd", windowEnd) <= checkCount("windowStart", windowStart)) {
    throw new RangeError("a window ends after it starts");
  }
  const subjectKind: SubjectKind = subject.kind;
  return {
    subjectKind,
    subjectId: cleanId(subject.id),
    windowStart,
    windowEnd,
    limitNano: limitNanoUsd === undefined ? null : checkMoney("limitNanoUsd", limitNanoUsd),
    limitRevision: checkCount("limitRevision", limitRevision),
  };
}
