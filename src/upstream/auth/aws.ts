import type { PreparedCall } from "../../providers/provider.ts";
import type { Credential, CredentialHeaders, Refusal } from "../credential.ts";
import type { WireBody } from "../encode.ts";
import type { AwsSource } from "./aws-chain.ts";
import { type AwsKeys, signRequest } from "./aws-sign.ts";
import { createRefreshingCredential } from "./refreshing.ts";

/** What a credential of AWS's is made of. */
export interface AwsCredentialOptions {
  /** Gets keys from where this machine has them. Rejects with `upstream_auth_error`. */
  readonly source: AwsSource;
  /** Where the signed requests go, as us-east-1. */
  readonly region: string;
  /** Milliseconds since the epoch: of the keys, and of the signatures. */
  readonly now: () => number;
}

/** AWS's own clients renew keys five minutes before their end; servers of keys have new ones by then. */
const refreshMarginMs = 5 * 60_000;

/** What says that the keys are of no use any more, while other keys may be. */
const refusals = /^(?:ExpiredToken|RequestExpired|UnrecognizedClient|InvalidClientTokenId|InvalidSignature)/;

/**
 * A credential that signs each request with keys of AWS's (Signature Version 4). The keys are kept and renewed ahead of
 * their end as tokens are, one renewal for all who wait; a signature is made for one request and its origin, and is good
 * for nothing else.
 *
 * Fails: `sign` rejects with `upstream_auth_error`, and so does `headers`: nothing can be shown without a request.
 */
export function createAwsCredential({ source, region, now }: AwsCredentialOptions): Credential {
  const keys = createRefreshingCredential({ fetch: source, now, refreshMarginMs });
  const signedWith = new WeakMap<CredentialHeaders, CredentialHeaders>();
  return {
    headers: () => Promise.reject(new Error("a signature without a request")),
    sign: async (call: PreparedCall, body: WireBody) => {
      const held = await keys.headers();
      const headers = await signRequest(toKeys(held), { call, body, region, nowMs: now() });
      signedWith.set(headers, held);
      return headers;
    },
    invalidate: (refused) => {
      const held = signedWith.get(refused);
      return held !== undefined && keys.invalidate(held);
    },
    isRefused,
  };
}

/** Bedrock says 403 of keys that are over, as of rights that are missing; its word for it tells them apart. */
function isRefused({ status, headers }: Refusal): boolean {
  return status === 403 && refusals.test(String(headers["x-amzn-errortype"]));
}

function toKeys({ accessKeyId, secretAccessKey, sessionToken }: CredentialHeaders): AwsKeys {
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error("keys are missing");
  return { accessKeyId, secretAccessKey, sessionToken };
}
