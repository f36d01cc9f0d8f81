import type { ReceivedRequest } from "../serve.ts";
import type { AuthOptions } from "../vertex/auth.ts";
import { errorInfo, type Refusal, refusal } from "../vertex/refusals.ts";
import { developerSurface } from "./surface.ts";
import { ownTexts } from "./texts.ts";

const metadata = { service: developerSurface.service };

/** The refusal of a request without the right key, or the right token in its place. */
export function checkAuth({ headers, query }: ReceivedRequest, options: AuthOptions): Refusal | undefined {
  if (options.auth === "none") return undefined;
  const header = headers["x-goog-api-key"];
  const key = (typeof header === "string" ? header : undefined) ?? query.get("key") ?? "";
  const bearer = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? "")?.[1];
  if (key !== "") {
    if (isRight(key, options.token)) return undefined;
    return refusal(400, ownTexts.wrongKey(), [errorInfo("API_KEY_INVALID", metadata)]);
  }
  if (bearer === undefined) return refusal(403, ownTexts.noKey());
  if (isRight(bearer, options.token)) return undefined;
  return refusal(401, ownTexts.wrongToken(), [errorInfo("ACCESS_TOKEN_TYPE_UNSUPPORTED", metadata)]);
}

function isRight(credential: string, token: AuthOptions["token"]): boolean {
  if (token === undefined) return true;
  return typeof token === "string" ? credential === token : token(credential);
}
