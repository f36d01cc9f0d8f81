import { Counter, type Registry } from "prom-client";
import type { ErrorName } from "../errors.ts";
import type { Change } from "../operations/types.ts";
import { other } from "./labels.ts";
import { toField, toPointer } from "./places.ts";

/** Where something happened. */
export interface Where {
  readonly operation: string;
  readonly provider: string;
  readonly model: string;
}

/** Counters of what does not happen to every request. */
export interface Events {
  readonly error: (where: Where, code: ErrorName) => void;
  readonly upstreamError: (where: Where, status: string, code: ErrorName | undefined) => void;
  readonly change: (where: Where, change: Change) => void;
  readonly violation: (where: Where, pointer: string) => void;
  readonly oddity: (where: Where, pointer: string) => void;
  readonly continuity: (where: Omit<Where, "operation">, outcome: string, turns: number) => void;
  readonly mismatch: (where: Where, kind: string) => void;
  readonly limitRefusal: (model: string, subject: string, limit: string) => void;
  readonly limitStoreFailure: (outcome: string) => void;
  readonly budgetRefusal: (model: string, subject: string) => void;
  readonly accountingFailure: (outcome: string) => void;
}

/** The most distinct fields and places that are told apart; all specs together know more. */
const maxPlaces = 200;

/** Registers the counters of errors, changes and violations. */
export function countEvents(register: Registry): Events {
  const where = ["operation", "provider", "model"] as const;
  const registers = [register];
  const errors = new Counter({
    name: "specgate_request_errors_total",
    help: "Requests that ended in an error, by its name in docs/errors.md.",
    labelNames: [...where, "code"],
    registers,
  });
  const upstreamErrors = new Counter({
    name: "specgate_upstream_errors_total",
    help: "Upstream calls that failed, those that a retry or a fallback made good among them.",
    labelNames: [...where, "status", "code"],
    registers,
  });
  const changes = new Counter({
    name: "specgate_changes_total",
    help: "Fields that could not be honoured as they were sent, as x-specgate-changes tells them.",
    labelNames: [...where, "verb", "field"],
    registers,
  });
  const violations = new Counter({
    name: "specgate_conformance_violations_total",
    help: "Answers and chunks that broke the OpenAI spec, by the place in them.",
    labelNames: [...where, "pointer"],
    registers,
  });
  const oddities = new Counter({
    name: "specgate_upstream_violations_total",
    help: "Answers and events of upstreams that broke their own spec, by the place in them.",
    labelNames: [...where, "pointer"],
    registers,
  });
  const mismatches = new Counter({
    name: "specgate_usage_mismatch_total",
    help: "Upstream calls whose token counts are not what the upstream says their sum is.",
    labelNames: [...where, "kind"],
    registers,
  });
  const continuity = new Counter({
    name: "specgate_continuity_total",
    help: "Turns of models whose signatures were kept, or looked for where a client did not send them back.",
    labelNames: ["provider", "model", "outcome"],
    registers,
  });
  const limitRefusals = new Counter({
    name: "specgate_limit_refusals_total",
    help: "Requests that a limit of routes.yaml refused.",
    labelNames: ["model", "subject", "limit"],
    registers,
  });
  const limitStoreFailures = new Counter({
    name: "specgate_limit_store_failures_total",
    help: "Requests whose limits could not be counted, because the store failed.",
    labelNames: ["outcome"],
    registers,
  });
  const budgetRefusals = new Counter({
    name: "specgate_budget_refusals_total",
    help: "Requests that a budget did not pay for.",
    labelNames: ["model", "subject"],
    registers,
  });
  const accountingFailures = new Counter({
    name: "specgate_accounting_failures_total",
    help: "Requests that could not be accounted for at once, because the database failed.",
    labelNames: ["outcome"],
    registers,
  });
  const admitField = createBound(maxPlaces);
  const admitPointer = createBound(maxPlaces);
  return {
    error: (at, code) => errors.inc({ ...at, code }),
    upstreamError: (at, status, code) => upstreamErrors.inc({ ...at, status, code: code ?? other }),
    change: (at, { verb, path }) => changes.inc({ ...at, verb, field: admitField(toField(path)) }),
    violation: (at, pointer) => violations.inc({ ...at, pointer: admitPointer(toPointer(pointer)) }),
    oddity: (at, pointer) => oddities.inc({ ...at, pointer: admitPointer(toPointer(pointer)) }),
    continuity: (at, outcome, turns) => continuity.inc({ ...at, outcome }, turns),
    mismatch: (at, kind) => mismatches.inc({ ...at, kind }),
    limitRefusal: (model, subject, limit) => limitRefusals.inc({ model, subject, limit }),
    limitStoreFailure: (outcome) => limitStoreFailures.inc({ outcome }),
    budgetRefusal: (model, subject) => budgetRefusals.inc({ model, subject }),
    accountingFailure: (outcome) => accountingFailures.inc({ outcome }),
  };
}

/** Lets the first so many distinct values through; the rest is `other`. */
function createBound(max: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (value === other || known.has(value)) return value;
    if (known.size >= max) return other;
    known.add(value);
    return value;
  };
}
