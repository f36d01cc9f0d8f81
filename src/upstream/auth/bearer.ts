import { Secret } from "../../secret.ts";
import type { Credential } from "../credential.ts";
import { createStaticCredential } from "./static.ts";

/** A bearer token that does not change. */
export function createBearerCredential(token: Secret): Credential {
  return createStaticCredential({ authorization: toBearer(token.reveal()) });
}

/** A token as the value of `authorization`, sealed. */
export function toBearer(token: string): Secret {
  return new Secret(`Bearer ${token}`);
}
