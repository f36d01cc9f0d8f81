import { GatewayError } from "../../errors.ts";
import { codeOf } from "../failure.ts";
import { redact } from "./redact.ts";

/** What to do about the refusals of a token endpoint. */
const remedies: ReadonlyMap<string, string> = new Map([
  ["invalid_grant", "the login or key is expired, revoked or deleted, or this machine's clock is wrong"],
  ["invalid_client", "the client id or secret is wrong"],
  ["unauthorized_client", "the account may not ask for this token"],
  ["invalid_scope", "the account may not have the cloud-platform scope"],
]);

/**
 * Turns what Google's auth library throws into `upstream_auth_error`, in words for the operator.
 *
 * Only the redacted message goes into the cause: the library's errors carry the request, and with it the refresh token
 * or the signed assertion.
 */
export function toGoogleAuthError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const cause = new Error(redact(message));
  return new GatewayError("upstream_auth_error", explain(thrown, message), { cause });
}

function explain(thrown: unknown, message: string): string {
  if (message.startsWith("Could not load the default credentials")) {
    return "No Google credentials were found: run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS.";
  }
  if (message.startsWith("Unable to read the credential file")) {
    return "The file that GOOGLE_APPLICATION_CREDENTIALS names cannot be read, or is no credential file.";
  }
  const response = member(thrown, "response");
  if (response !== undefined) return refused(response);
  if (isTimeout(thrown)) return "Google's token endpoint did not answer in time.";
  const code = networkCode(thrown);
  if (code.startsWith("ERR_OSSL_")) return "The private key of the Google credential cannot be read.";
  return code === "" ? "No Google access token could be had." : `Google's token endpoint cannot be reached (${code}).`;
}

function refused(response: unknown): string {
  const error = member(member(response, "data"), "error");
  const known = typeof error === "string" ? remedies.get(error) : undefined;
  if (known !== undefined) return `Google refused the credential (${error}): ${known}.`;
  return `Google's token endpoint answered with HTTP status ${Number(member(response, "status"))}.`;
}

/** `fetch failed` hides the socket's error in a cause, and the library that in another. */
function networkCode(error: unknown): string {
  const own = codeOf(error);
  const inner = member(error, "cause");
  return own === "" && inner !== undefined ? networkCode(inner) : own;
}

function isTimeout(error: unknown): boolean {
  if (error === undefined) return false;
  return (
    member(error, "name") === "TimeoutError" || codeOf(error) === "TimeoutError" || isTimeout(member(error, "cause"))
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
