import { Registry } from "prom-client";
import type { Config } from "../config/config.ts";
import type { ErrorName } from "../errors.ts";
import type { Change, OperationName } from "../operations/types.ts";
import type { Mismatch } from "../usage/sum-check.ts";
import { countEvents, type Where } from "./events.ts";
import { type GaugeDeps, registerGauges } from "./gauges.ts";
import { createLabels, other } from "./labels.ts";
import { readProcess } from "./process.ts";
import { type Measured, measureRequests } from "./requests.ts";

/** What a request asked for: an operation a model can be asked for, the list of models, or any other route. */
export type MeteredOperation = OperationName | "models" | "other";

/** Where something happened, in names from outside: only those that the config holds become labels. */
export interface Place {
  readonly operation: MeteredOperation;
  /** As the client said it; undefined where none was asked for. */
  readonly model: string | undefined;
  /** The configured provider's name; undefined where none was asked. */
  readonly provider: string | undefined;
}

/** What came of a request. */
export interface RequestOutcome extends Place, Measured {
  /** The HTTP status; 499 for a client that left. */
  readonly status: number;
  readonly errorName: ErrorName | undefined;
  readonly changes: readonly Change[];
}

/** A call to an upstream that failed. */
export interface FailedAttempt extends Place {
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  readonly errorName: ErrorName | undefined;
}

/** An answer, or a chunk of one, that broke the spec. */
export interface Violation extends Place {
  /** A JSON pointer into it; indexes may read `*`. */
  readonly pointer: string;
}

/** Counts of an upstream that are not what it says their sum is. */
export interface Mismatched extends Place {
  readonly kind: Mismatch["kind"];
}

/** Something that became of turns that models want to be shown again. */
export interface ContinuityCount extends Pick<Place, "model" | "provider"> {
  /** A word of a closed list. */
  readonly outcome: string;
  readonly turns: number;
}

/** A request that a limit refused. */
export interface LimitRefusal {
  /** As the client said it. */
  readonly model: string;
  /** Whose limit, and which; words of closed lists. */
  readonly subject: string;
  readonly limit: string;
}

/** The answer of /metrics. */
export interface Scrape {
  readonly contentType: string;
  readonly text: string;
}

/** The gateway's counts. Nothing here throws for what it is told: a count must not cost a request. */
export interface Metrics {
  /** Once per request, when it is over. */
  readonly request: (outcome: RequestOutcome) => void;
  /** Once per upstream call that failed, also when another one made it good. */
  readonly upstream: (attempt: FailedAttempt) => void;
  /** Once per answer or chunk. */
  readonly violation: (violation: Violation) => void;
  /** An upstream's answer that broke its own spec. */
  readonly oddity: (oddity: Violation) => void;
  /** Once per request and outcome, or per turn. */
  readonly continuity: (count: ContinuityCount) => void;
  /** Once per upstream call. */
  readonly mismatch: (mismatch: Mismatched) => void;
  readonly limitRefusal: (refusal: LimitRefusal) => void;
  /** Once per request that the store failed; `outcome` is a word of a closed list. */
  readonly limitStoreFailure: (outcome: string) => void;
  /** Once per request that a budget did not pay for; `kind` is a word of a closed list, `model` as the client said it. */
  readonly budgetRefusal: (refusal: { readonly kind: string; readonly model: string }) => void;
  /** Once per request that could not be accounted for at once; `outcome` is a word of a closed list. */
  readonly accountingFailure: (outcome: string) => void;
  readonly scrape: () => Promise<Scrape>;
}

/**
 * Makes the metrics of one gateway, in a registry of its own.
 *
 * Labels are made of the config's names, of closed lists and of what specs know; anything else is `other`, so that no
 * client can make series, or be read in them.
 */
export function createMetrics(config: Config, deps: GaugeDeps): Metrics {
  const register = new Registry();
  const labels = createLabels(config);
  const requests = measureRequests(register);
  const events = countEvents(register);
  registerGauges(register, labels, deps);
  const toWhere = ({ operation, provider, model }: Place): Where => ({
    operation,
    provider: labels.providerOf(provider),
    model: labels.modelOf(model),
  });
  return {
    request(outcome) {
      const where = toWhere(outcome);
      requests.add({ ...where, status: toStatus(outcome.status) }, outcome);
      if (outcome.errorName !== undefined) events.error(where, outcome.errorName);
      for (const change of outcome.changes) events.change(where, change);
    },
    upstream: (attempt) => events.upstreamError(toWhere(attempt), toStatus(attempt.status), attempt.errorName),
    violation: (violation) => events.violation(toWhere(violation), violation.pointer),
    oddity: (oddity) => events.oddity(toWhere(oddity), oddity.pointer),
    continuity: ({ model, provider, outcome, turns }) =>
      events.continuity({ provider: labels.providerOf(provider), model: labels.modelOf(model) }, outcome, turns),
    mismatch: (mismatch) => events.mismatch(toWhere(mismatch), mismatch.kind),
    limitRefusal: ({ model, subject, limit }) => events.limitRefusal(labels.modelOf(model), subject, limit),
    limitStoreFailure: events.limitStoreFailure,
    budgetRefusal: ({ kind, model }) => events.budgetRefusal(labels.modelOf(model), kind),
    accountingFailure: events.accountingFailure,
    async scrape() {
      const [counters, process] = await Promise.all([register.metrics(), readProcess()]);
      return { contentType: register.contentType, text: [counters, requests.histograms(), process].join("\n") };
    },
  };
}

/** An upstream may answer with any number; only those that HTTP knows as statuses are told apart. */
function toStatus(status: number | undefined): string {
  return status !== undefined && Number.isInteger(status) && status >= 100 && status <= 599 ? String(status) : other;
}
