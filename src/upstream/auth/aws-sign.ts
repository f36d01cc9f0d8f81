import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import type { SignatureV4 } from "@smithy/signature-v4";
import type { PreparedCall } from "../../providers/provider.ts";
import { Secret } from "../../secret.ts";
import type { CredentialHeaders } from "../credential.ts";
import type { WireBody } from "../encode.ts";

/** Keys of an account or of a role, the latter with the token of its session. */
export interface AwsKeys {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | undefined;
}

/** A request as it leaves. */
export interface Unsigned {
  readonly call: PreparedCall;
  readonly body: WireBody;
  readonly region: string;
  /** Milliseconds since the epoch; some minutes off, and the signature is refused. */
  readonly nowMs: number;
}

/** The name that all of Bedrock is signed for, whatever its host is called. */
const service = "bedrock";

let loading: Promise<typeof SignatureV4> | undefined;

function loadSigner(): Promise<typeof SignatureV4> {
  loading ??= import("@smithy/signature-v4").then((library) => library.SignatureV4);
  return loading;
}

/**
 * Signs a request (Signature Version 4): the headers that say who sends it, and when.
 *
 * What is signed is the host, the path, the body's digest, its type and the headers of Amazon's own. Others may be added
 * or taken away on the way without a harm. The path is encoded once more than it is sent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @see reference: upstream-auth §4
 */
export async function signRequest(keys: AwsKeys, { call, body, region, nowMs }: Unsigned): Promise<CredentialHeaders> {
  const Signer = await loadSigner();
  const signer = new Signer({ service, region, credentials: reveal(keys), sha256: Sha256 });
  const { protocol, hostname, host } = new URL(call.origin);
  const headers = { ...signable(call.headers), host };
  const request = { method: "POST", protocol, hostname, path: call.path, headers, body };
  const signed = await signer.sign(request, { signingDate: new Date(nowMs) });
  const added = Object.entries(signed.headers).filter(([name]) => !(name in headers));
  return Object.fromEntries(added.map(([name, value]) => [name, new Secret(value)]));
}

function reveal({ accessKeyId, secretAccessKey, sessionToken }: AwsKeys) {
  return {
    accessKeyId: accessKeyId.reveal(),
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken && { sessionToken: sessionToken.reveal() }),
  };
}

function signable(headers: PreparedCall["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name === "content-type" || name.startsWith("x-amz")),
  );
}

/** Node's own digest: one in JavaScript takes ten times as long over a long conversation. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: ArrayBuffer | ArrayBufferView | string) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }

  update(data: ArrayBuffer | ArrayBufferView | string): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function toBytes(data: ArrayBuffer | ArrayBufferView | string): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
