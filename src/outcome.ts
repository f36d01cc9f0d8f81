import type { GatewayError } from "./errors.ts";
import type { Journey } from "./http/journey.ts";
import type { Change } from "./operations/types.ts";
import type { Ending } from "./policy/ledger.ts";
import type { Attempted } from "./upstream/attempt.ts";
import type { Bill } from "./usage/bill.ts";

type Asked = Pick<Attempted<unknown>, "target" | "attempts">;

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
  times: { readonly latencyMs: number; readonly firstByteMs: number | undefined },
): Ending {
  const [first] = asked;
  return {
    status: error === undefined ? "succeeded" : error.errorName === "client_closed_request" ? "aborted" : "failed",
    httpStatus: error?.status ?? 200,
    errorCode: error?.errorName,
    usage,
    costNanoUsd,
    upstreamModel: first?.target.upstreamModel,
    responseModel: undefined,
    provider: first?.target.deployment.provider.name,
    deployment: journey?.deployment,
    attempts: journey?.attempts ?? 0,
    changes: journey?.changes.map(({ verb, path }) => `${verb}:${path}`) ?? [],
    ...times,
  };
}
