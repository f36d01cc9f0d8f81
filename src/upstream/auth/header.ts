import type { Secret } from "../../secret.ts";
import type { Credential } from "../credential.ts";
import { createStaticCredential } from "./static.ts";

/** One header of any name. */
export function createHeaderCredential(name: string, value: Secret): Credential {
  return createStaticCredential({ [name.toLowerCase()]: value });
}
