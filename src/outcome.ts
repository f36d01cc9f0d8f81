import type { GatewayError } from "./errors.ts";
import type { Journey } from "./http/journey.ts";
import type { Change } from "./operations/types.ts";
import type { Ending } from "./policy/ledger.ts";
import type { Attempted } from "./upstream/attempt.ts";
import type { Bill } from "./usage/bill.ts";

/** A part that was asked of an upstream, and its answer where there was one. */
export interface Asked extends Pick<Attempted<unknown>, "target" | "attempts"> {
  readonly answer?: { readonly responseModel?: string | (() => string | undefined) | undefined };
}

/** How an answer came about, over all its parts. */
export function toJourney(attempts: readonly Asked[], changes: readonly Change[]): Journey {
  const [first] = attempts;
  const single = attempts.length === 1 && first !== undefined;
  return {
    provider: first?.target.deployment.provider.name ?? "",
    deployment: single ? first.target.label : [...new Set(attempts.map(({ target }) => target.label))].join(", "),
    attempts: attempts.reduce((sum, attempt) => sum + attempt.attempts, 0),
    changes,
  };
}

/** What came of a request, as the ledger has it. */
export function toEnding(
  { usage, costNanoUsd }: Bill,
  journey: Journey | undefined,
  asked: readonly Asked[],
  error: GatewayError | undefined,
  times: Pick<Ending, "latencyMs" | "firstByteMs">,
): Ending {
  const [first] = asked;
  return {
    status: error === undefined ? "succeeded" : error.errorName === "client_closed_request" ? "aborted" : "failed",
    httpStatus: error?.status ?? 200,
    errorCode: error?.errorName,
    usage,
    costNanoUsd,
    upstreamModel: first?.target.upstreamModel,
    responseModel: modelIn(first),
    provider: first?.target.deployment.provider.name,
    deployment: journey?.deployment,
    attempts: journey?.attempts ?? 0,
    changes: journey?.changes.map(({ verb, path }) => `${verb}:${path}`) ?? [],
    ...times,
  };
}

function modelIn(asked: Asked | undefined): string | undefined {
  const model = asked?.answer?.responseModel;
  return typeof model === "function" ? model() : model;
}
