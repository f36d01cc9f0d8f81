import type { Exchange, Served } from "../gateway.ts";
import type { MeteredOperation } from "../metrics/metrics.ts";

/**
 * Who may call a route. There is no default: a route that does not say so does not compile.
 *
 * - `public`: anybody.
 * - `key`: whoever may ask models; anybody where no keys are asked for.
 * - `own`: a virtual key, which sees what is its own; the master key sees all.
 * - `master`: the master key.
 */
export type Access = "public" | "key" | "own" | "master";

export type Method = "GET" | "POST" | "DELETE";

/** Answers a request. `rest` is what `**` stands for in the path. */
export type Handle = (exchange: Exchange, rest: string) => Promise<Served | undefined> | undefined;

export interface Route {
  readonly method: Method;
  /** Without `/v1`; `**` stands for a name that may hold slashes. */
  readonly path: string;
  readonly access: Access;
  /** What it counts as; absent where no model is asked. */
  readonly operation?: MeteredOperation;
  readonly handle: Handle;
}
