import type { ReceivedRequest } from "../serve.ts";
import { type Refusal, refusal } from "./refusals.ts";
import { isSignedWith, readSignature, type Signature, signedAt, toMoment, toTime } from "./signature.ts";
import { texts } from "./texts.ts";

/** A key pair that is let in. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of keys that last for a time only; requests have to bring it. */
  readonly sessionToken?: string | undefined;
}

/** Who is let in. */
export interface BedrockAuthOptions {
  /** `none` asks for nothing. */
  readonly auth?: "any" | "none" | undefined;
  /** The one key pair that is right. Absent means any, unverified. */
  readonly credentials?: AwsCredentials | undefined;
  /** The one API key that is right, or a test of it. Absent means any that is not empty. */
  readonly token?: string | ((token: string) => boolean) | undefined;
  /** The region played. Absent means any. */
  readonly region?: string | undefined;
}

const service = "bedrock";
const skewMs = 5 * 60_000;

/** The refusal of a request without the right signature or API key. */
export function checkAuth(request: ReceivedRequest, options: BedrockAuthOptions): Refusal | undefined {
  if (options.auth === "none") return undefined;
  const header = request.headers.authorization ?? "";
  const bearer = /^Bearer +(\S.*)$/i.exec(header)?.[1];
  if (bearer !== undefined) return checkBearer(bearer, options);
  const signature = readSignature(header);
  if (signature === undefined) return refusal(403, texts.missingToken(), "MissingAuthenticationTokenException");
  if ("missing" in signature) return refusal(403, texts.incomplete(signature.missing), "IncompleteSignatureException");
  return checkScope(request, signature, options) ?? checkKey(request, signature, options);
}

function checkBearer(bearer: string, { token }: BedrockAuthOptions): Refusal | undefined {
  const isRight = token === undefined || (typeof token === "string" ? bearer === token : token(bearer));
  return isRight ? undefined : { ...refusal(403, texts.wrongApiKey(), "AccessDeniedException"), outside: true };
}

const wrong = (text: string): Refusal => refusal(403, text, "InvalidSignatureException");

/** What a signature is good for, and when. */
function checkScope(
  request: ReceivedRequest,
  signature: Signature,
  { region }: BedrockAuthOptions,
): Refusal | undefined {
  const moment = signedAt(request);
  const signed = toTime(moment);
  const current = Date.now();
  if (Number.isNaN(signed)) return refusal(403, texts.missingToken(), "MissingAuthenticationTokenException");
  if (signature.service !== service) return wrong(texts.wrongService(service));
  if (region !== undefined && signature.region !== region) return wrong(texts.wrongRegion());
  if (signature.day !== moment.slice(0, 8)) return wrong(texts.wrongDate());
  if (signed < current - skewMs) return wrong(texts.expired(moment, toMoment(current - skewMs), toMoment(current)));
  return signed > current + skewMs
    ? wrong(texts.early(moment, toMoment(current + skewMs), toMoment(current)))
    : undefined;
}

function checkKey(
  request: ReceivedRequest,
  signature: Signature,
  { credentials }: BedrockAuthOptions,
): Refusal | undefined {
  if (credentials === undefined) return undefined;
  const isKnown = signature.accessKeyId === credentials.accessKeyId;
  if (!isKnown || request.headers["x-amz-security-token"] !== credentials.sessionToken) {
    return refusal(403, texts.unknownKey(), "UnrecognizedClientException");
  }
  return isSignedWith(credentials.secretAccessKey, request, signature) ? undefined : wrong(texts.wrongSignature());
}
