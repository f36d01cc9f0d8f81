import type { DatabaseSync } from "node:sqlite";
import { StoreError, type StoreErrorCode } from "../store-error.ts";
import type { Statement } from "./database.ts";
import type { LedgerStatus } from "./ledger-row.ts";
import type { NanoUsd } from "./money.ts";
import type { CommitOutcome, Renewal } from "./reservation.ts";
import type { Row } from "./rows.ts";
import { createPreparer, createSqliteAccounting, toValue } from "./sqlite-accounting.ts";
import { inTransaction } from "./sqlite-file.ts";
import { receiveClaims, type SentClaims, type SentOutcome, sendOutcome } from "./sqlite-wire.ts";

/** One thing to do. What it says has been checked. */
export type Step =
  | { readonly kind: "reserve"; readonly requests: readonly SentClaims[] }
  /** Lines for the ledger in JSON. */
  | { readonly kind: "commit"; readonly lines: readonly string[] }
  | { readonly kind: "release"; readonly ids: readonly string[] }
  | { readonly kind: "renew"; readonly renewals: readonly Renewal[] }
  | { readonly kind: "expire"; readonly nowMs: number; readonly limit: number }
  | { readonly kind: "write"; readonly statements: readonly Statement[] }
  | { readonly kind: "read"; readonly statement: Statement };

/** What came of it. Words are SQLite's or the system's own, which hold no values. */
export type StepResult =
  | { readonly kind: "reserve"; readonly outcomes: readonly (SentOutcome | Failure)[] }
  | { readonly kind: "commit"; readonly outcomes: readonly (SentCommit | Failure)[] }
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "rows"; readonly rows: readonly (readonly Row[])[] }
  | Failure;

export type SentCommit =
  | readonly [kind: "committed", reserved: NanoUsd | undefined]
  | readonly [kind: "already", status: LedgerStatus];

export interface Failure {
  readonly kind: "failure";
  readonly code: StoreErrorCode;
  readonly words: string;
}

export interface Steps {
  /**
   * Takes steps that were asked for at the same time in one transaction, in an order of its own. What fails undoes
   * itself, not the others.
   */
  readonly run: (steps: readonly Step[]) => readonly StepResult[];
}

/** Does something with items together, and says what came of each. */
type Guard = <Item, Result>(
  items: readonly Item[],
  act: (items: readonly Item[]) => readonly Result[],
) => readonly (Result | Failure)[];

export function createSteps(database: DatabaseSync): Steps {
  const prepare = createPreparer(database);
  const accounting = createSqliteAccounting(prepare);

  function rowsOf({ sql, parameters }: Statement): readonly Row[] {
    const values = parameters.map((value, at) => toValue(value, `parameter ${at + 1}`));
    return prepare(sql).all(...values);
  }

  /** Requests together: a budget that they share is read and written once. */
  function reserve(sent: readonly SentClaims[]): readonly SentOutcome[] {
    const requests = sent.map(receiveClaims);
    const outcomes = accounting.reserve(requests);
    return requests.map((request, at) => sendOutcome(outcomes[at] ?? astray(), request));
  }

  const commit = (lines: readonly string[]): readonly SentCommit[] => accounting.commit(lines).map(sendCommit);

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

  /** Items that are undone together, and by themselves again where one of them fails: the others do not pay for it. */
  function guarded<Item, Result>(
    items: readonly Item[],
    act: (items: readonly Item[]) => readonly Result[],
  ): readonly (Result | Failure)[] {
    if (items.length === 0) return [];
    database.exec("SAVEPOINT step");
    try {
      const results = act(items);
      database.exec("RELEASE step");
      return results;
    } catch (thrown) {
      // A full disk ends the transaction of all.
      if (!database.isTransaction) throw thrown;
      database.exec("ROLLBACK TO step; RELEASE step");
      if (items.length === 1) return [toFailure(thrown)];
    }
    return items.flatMap((item) => guarded([item], act));
  }

  function readAlone(step: Step): StepResult {
    try {
      return step.kind === "read" ? take(step) : astray();
    } catch (thrown) {
      return toFailure(thrown);
    }
  }

  function takeAll(steps: readonly Step[], guard: Guard): readonly StepResult[] {
    // What gives money back comes before what asks for some.
    const committed = guard(
      steps.flatMap((step) => (step.kind === "commit" ? step.lines : [])),
      commit,
    ).values();
    const others = steps
      .filter(isOther)
      .flatMap((step) => guard([step], (own) => own.map(take)))
      .values();
    const reserved = guard(
      steps.flatMap((step) => (step.kind === "reserve" ? step.requests : [])),
      reserve,
    ).values();
    return steps.map((step) => {
      if (step.kind === "commit") return { kind: "commit", outcomes: [...committed.take(step.lines.length)] };
      if (step.kind === "reserve") return { kind: "reserve", outcomes: [...reserved.take(step.requests.length)] };
      return others.next().value ?? astray();
    });
  }

  return {
    run(steps) {
      if (steps.every(({ kind }) => kind === "read")) return steps.map(readAlone);
      try {
        return inTransaction(database, () => takeAll(steps, unguarded));
      } catch (thrown) {
        if (toFailure(thrown).code === "unavailable") throw thrown;
      }
      // Something among them failed: once more, so that it fails alone. Savepoints cost too much to have them always.
      return inTransaction(database, () => takeAll(steps, guarded));
    },
  };
}

const unguarded: Guard = (items, act) => (items.length === 0 ? [] : act(items));

type OtherStep = Exclude<Step, { readonly kind: "reserve" | "commit" }>;

const isOther = (step: Step): step is OtherStep => step.kind !== "reserve" && step.kind !== "commit";

function sendCommit(outcome: CommitOutcome): SentCommit {
  return outcome.kind === "committed" ? ["committed", outcome.reservedNanoUsd] : ["already", outcome.status];
}

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
