import type { GatewayError } from "../errors.ts";
import type { Change } from "./types.ts";

/** A path in a request as the gateway reads it → the client's own, where they said it otherwise. */
export type ToClientPath = (path: string) => string;

/** Notices, their places the client's own. */
export function toClientChanges(changes: readonly Change[], toClientPath: ToClientPath | undefined): readonly Change[] {
  if (toClientPath === undefined || changes.length === 0) return changes;
  return changes.map(({ verb, path }) => ({ verb, path: toClientPath(path) }));
}

/** A refusal that names the client's own parameter, in its message too; any other error as it is. */
export function toClientError(error: GatewayError, toClientPath: ToClientPath | undefined): GatewayError {
  const { param } = error;
  if (toClientPath === undefined || param === null || error.status >= 500) return error;
  const own = toClientPath(param);
  if (own === param) return error;
  return error.with({ param: own, message: error.message.replaceAll(`'${param}'`, `'${own}'`) });
}
