import type { Credential } from "../credential.ts";
import { createStaticCredential } from "./static.ts";

/** No credential: the upstream is open, or the network vouches for us. */
export function createNoCredential(): Credential {
  return createStaticCredential({});
}
