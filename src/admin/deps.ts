import type { Config, DeploymentConfig } from "../config/config.ts";
import type { Contents } from "../policy/contents.ts";
import type { SqlStore } from "../store/sql/port.ts";
import type { Rates } from "../usage/price.ts";

/** What the admin API answers from. Clock and chance are arguments, so that tests can hold them still. */
export interface AdminDeps {
  readonly store: SqlStore;
  readonly config: Config;
  readonly nowMs: () => number;
  /** 24 hex digits. */
  readonly randomId: () => string;
  /** A key nobody can guess, which begins with `sk-`. */
  readonly randomKey: () => string;
  /** What tokens cost at a deployment, in picodollars; undefined where nobody knows. */
  readonly ratesOf: (
    deployment: DeploymentConfig,
  ) => Pick<Rates, "input" | "output" | "cacheRead" | "cacheWriteFiveMinutes"> | undefined;
  /** What was said in a request, of its id on the ledger; undefined where nothing is kept of it. */
  readonly readContent: Contents["read"];
  /** The names clients can use. */
  readonly models: () => readonly { readonly id: string; readonly ownedBy: string }[];
  /** Unix seconds at start. */
  readonly startedSec: number;
}
