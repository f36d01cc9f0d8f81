import type { ReceivedRequest } from "../serve.ts";
import type { Page, Personality } from "./personality.ts";
import type { Problem } from "./problem.ts";

/** Who is let in. */
export interface AuthOptions {
  /** The one key that is right, or a test of it. Absent means that nothing is asked for. */
  readonly token?: string | ((token: string) => boolean) | undefined;
}

/** Why a request without the right key is not answered. */
export function checkAuth(
  { headers }: ReceivedRequest,
  { token }: AuthOptions,
  { errors, wantsKey }: Personality,
): Page | Problem | undefined {
  if (token === undefined || !wantsKey) return undefined;
  const key = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? "")?.[1];
  const right = key !== undefined && (typeof token === "string" ? key === token : token(key));
  return right ? undefined : errors.wrongKey(key);
}
