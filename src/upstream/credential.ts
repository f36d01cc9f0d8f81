import type { PreparedCall } from "../providers/provider.ts";
import type { Secret } from "../secret.ts";
import type { WireBody } from "./encode.ts";

/** Headers that carry a credential, each value sealed until it is written to the wire. */
export type CredentialHeaders = Readonly<Record<string, Secret>>;

/** What an upstream wants to see before it answers. One per configured provider, shared by its requests. */
export interface Credential {
  /** Headers to send now: synchronous when a fresh one is at hand, so that the hot path does not wait. */
  readonly headers: () => CredentialHeaders | Promise<CredentialHeaders>;
  /** The upstream refused these headers: they are not given out again. True when a retry would carry different ones. */
  readonly invalidate: (refused: CredentialHeaders) => boolean;
  /**
   * Where the headers depend on the request: asked in place of `headers`, for each request as it leaves. What it signs
   * is good for that request at the call's own origin.
   */
  readonly sign?: (call: PreparedCall, body: WireBody) => Promise<CredentialHeaders>;
  /** Whether an answer refuses the credential, where another status than 401 may say so. */
  readonly isRefused?: (answer: Refusal) => boolean;
}

/** What a refusal is told by. */
export interface Refusal {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
