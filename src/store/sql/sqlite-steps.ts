import type { DatabaseSync } from "node:sqlite";
import { StoreError, type StoreErrorCode } from "../store-error.ts";
import type { Statement } from "./database.ts";
import type { Claims } from "./decide.ts";
import type { LedgerColumns } from "./ledger-columns.ts";
import type { CommitOutcome, Renewal, ReserveOutcome } from "./reservation.ts";
import type { Row } from "./rows.ts";
import { createPreparer, createSqliteAccounting, toValue } from "./sqlite-accounting.ts";
import { inTransaction } from "./sqlite-file.ts";

/** One thing to do. What it says has been checked. */
export type Step =
  | { readonly kind: "reserve"; readonly claims: Claims }
  | { readonly kind: "commit"; readonly row: LedgerColumns }
  | { readonly kind: "release"; readonly ids: readonly string[] }
  | { readonly kind: "renew"; readonly renewals: readonly Renewal[] }
  | { readonly kind: "expire"; readonly nowMs: number; readonly limit: number }
  | { readonly kind: "write"; readonly statements: readonly Statement[] }
  | { readonly kind: "read"; readonly statement: Statement };

/** What came of it. Words are SQLite's or the system's own, which hold no values. */
export type StepResult =
  | { readonly kind: "reserve"; readonly outcome: ReserveOutcome }
  | { readonly kind: "commit"; readonly outcome: CommitOutcome }
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "rows"; readonly rows: readonly (readonly Row[])[] }
  | Failure;

export interface Failure {
  readonly kind: "failure";
  readonly code: StoreErrorCode;
  readonly words: string;
}

export interface Steps {
  /**
   * Takes steps that were asked for at the same time in one transaction, in an order of its own. A step that fails undoes
   * itself, not the others.
   */
  readonly run: (steps: readonly Step[]) => readonly StepResult[];
}

export function createSteps(database: DatabaseSync): Steps {
  const prepare = createPreparer(database);
  const accounting = createSqliteAccounting(prepare);

  function rowsOf({ sql, parameters }: Statement): readonly Row[] {
    const values = parameters.map((value, at) => toValue(value, `parameter ${at + 1}`));
    return prepare(sql).all(...values);
  }

  /** Requests together: a budget that they share is read and written once. */
  function reserve(steps: readonly ReserveStep[]): readonly StepResult[] {
    return accounting.reserve(steps.map(({ claims }) => claims)).map((outcome) => ({ kind: "reserve", outcome }));
  }

  function commit(steps: readonly CommitStep[]): readonly StepResult[] {
    return accounting.commit(steps.map(({ row }) => row)).map((outcome) => ({ kind: "commit", outcome }));
  }

  function take(step: OtherStep): StepResult {
    switch (step.kind) {
      case "release":
        return { kind: "ids", ids: accounting.release(step.ids) };
      case "renew":
        return { kind: "ids", ids: accounting.renew(step.renewals) };
      case "expire":
        return { kind: "ids", ids: accounting.expire(step.nowMs, step.limit) };
      case "write":
        return { kind: "rows", rows: step.statements.map(rowsOf) };
      case "read":
        return { kind: "rows", rows: [rowsOf(step.statement)] };
    }
  }

  /** Steps that are undone together, and by themselves again where one of them fails: the others do not pay for it. */
  function guarded<Some extends Step>(
    steps: readonly Some[],
    act: (steps: readonly Some[]) => readonly StepResult[],
  ): readonly StepResult[] {
    if (steps.length === 0) return [];
    database.exec("SAVEPOINT step");
    try {
      const results = act(steps);
      database.exec("RELEASE step");
      return results;
    } catch (thrown) {
      // A full disk ends the transaction of all.
      if (!database.isTransaction) throw thrown;
      database.exec("ROLLBACK TO step; RELEASE step");
      if (steps.length === 1) return [toFailure(thrown)];
    }
    return steps.flatMap((step) => guarded([step], act));
  }

  function readAlone(step: Step): StepResult {
    try {
      return step.kind === "read" ? take(step) : astray();
    } catch (thrown) {
      return toFailure(thrown);
    }
  }

  return {
    run(steps) {
      if (steps.every(({ kind }) => kind === "read")) return steps.map(readAlone);
      return inTransaction(database, () => {
        const done = new Map<Step, StepResult>();
        const note = (some: readonly Step[], results: readonly StepResult[]): void => {
          for (const [at, step] of some.entries()) done.set(step, results[at] ?? astray());
        };
        // What gives money back comes before what asks for some.
        const commits = steps.filter((step) => step.kind === "commit");
        note(commits, guarded(commits, commit));
        const others = steps.filter(isOther);
        for (const step of others)
          note(
            [step],
            guarded([step], ([one]) => (one === undefined ? [] : [take(one)])),
          );
        const reserves = steps.filter((step) => step.kind === "reserve");
        note(reserves, guarded(reserves, reserve));
        return steps.map((step) => done.get(step) ?? astray());
      });
    },
  };
}

type ReserveStep = Extract<Step, { readonly kind: "reserve" }>;
type CommitStep = Extract<Step, { readonly kind: "commit" }>;
type OtherStep = Exclude<Step, ReserveStep | CommitStep>;

const isOther = (step: Step): step is OtherStep => step.kind !== "reserve" && step.kind !== "commit";

function astray(): never {
  throw new Error("each step has its result");
}

/** What is said of an error: SQLite's words, or the code of one of the file system's, whose message names the path. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof StoreError) return { kind: "failure", code: thrown.code, words: thrown.message };
  if (!(thrown instanceof Error)) return { kind: "failure", code: "refused", words: "unknown error" };
  const code = "errcode" in thrown && typeof thrown.errcode === "number" ? codeOf(thrown.errcode) : "refused";
  if ("errstr" in thrown && typeof thrown.errstr === "string") return { kind: "failure", code, words: thrown.errstr };
  const words = "code" in thrown && typeof thrown.code === "string" ? thrown.code : thrown.name;
  return { kind: "failure", code, words };
}

/** @see https://www.sqlite.org/rescode.html */
function codeOf(errcode: number): StoreErrorCode {
  const unique = 2067;
  const primaryKey = 1555;
  const busy = 5;
  if (errcode === unique || errcode === primaryKey) return "conflict";
  return (errcode & 0xff) === busy ? "unavailable" : "refused";
}
