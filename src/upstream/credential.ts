import type { Secret } from "../secret.ts";

/** Headers that carry a credential, each value sealed until it is written to the wire. */
export type CredentialHeaders = Readonly<Record<string, Secret>>;

/** What an upstream wants to see before it answers. One per configured provider, shared by its requests. */
export interface Credential {
  /** Headers to send now: synchronous when a fresh one is at hand, so that the hot path does not wait. */
  readonly headers: () => CredentialHeaders | Promise<CredentialHeaders>;
  /** The upstream refused these headers: they are not given out again. True when a retry would carry different ones. */
  readonly invalidate: (refused: CredentialHeaders) => boolean;
}
