import type { Credential, CredentialHeaders } from "../credential.ts";

/** A credential that never changes: one header object for its whole life, and nothing to forget. */
export function createStaticCredential(headers: CredentialHeaders): Credential {
  return { headers: () => headers, invalidate: () => false };
}
