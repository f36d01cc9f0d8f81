import type { Change } from "../operations/types.ts";
import { toChangesHeader } from "./changes.ts";
import type { Headers } from "./reply.ts";

/** How an answer came about. */
export interface Journey {
  /** `provider/upstream model`; the last one asked where none answered. */
  readonly deployment: string;
  /** The configured provider of the deployment; of the first, where there are several. */
  readonly provider: string;
  /** Upstream calls made, over all choices. */
  readonly attempts: number;
  readonly changes: readonly Change[];
  /** US dollars in decimal text; known before the answer leaves where it is whole. */
  readonly costUsd?: string | undefined;
}

/** Headers, and the journey as the client is told of it. */
export function withJourney(headers: Headers, journey: Journey): Headers {
  const changes = toChangesHeader(journey.changes);
  // A spread that stands first is quick, any other is not.
  const told = {
    ...headers,
    "x-specgate-deployment": journey.deployment,
    "x-specgate-attempts": journey.attempts,
  };
  const priced = journey.costUsd === undefined ? told : { ...told, "x-specgate-cost": journey.costUsd };
  return changes === undefined ? priced : { ...priced, "x-specgate-changes": changes };
}
