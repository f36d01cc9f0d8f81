import type { Routes } from "./config.ts";
import type { Inspection } from "./inspection.ts";
import { memberOf } from "./tree.ts";

/** The master key that opens the admin API; undefined where a variable is empty, or none is written. */
export function masterKeyOf(routes: Routes): string | undefined {
  return routes.server?.master_key || undefined;
}

/** Whether callers have keys where `auth` says nothing: some are in the file, or the admin API makes some. */
export function hasKeys({ keys = [], ...routes }: Routes): boolean {
  return keys.length > 0 || (masterKeyOf(routes) !== undefined && Boolean(routes.database?.url));
}

/** Whether the file means to have keys: those with a mistake of their own count too. */
export function meansKeys({ tree, routes }: Inspection): boolean {
  const keys = memberOf(tree, "keys");
  const master = memberOf(memberOf(tree, "server"), "master_key");
  const isListed = keys?.kind === "list" && keys.items.length > 0;
  return isListed || master?.removed === true || masterKeyOf(routes) !== undefined;
}
