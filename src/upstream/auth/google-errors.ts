import { GatewayError } from "../../errors.ts";
import { codeOf } from "../failure.ts";
import { UnknownCredentialError } from "./google-library.ts";
import { redact } from "./redact.ts";

/** What to do about the refusals of a token endpoint. */
const remedies: ReadonlyMap<string, string> = new Map([
  ["invalid_grant", "the login or key is expired, revoked or deleted, or this machine's clock is wrong"],
  ["invalid_client", "the client id or secret is wrong"],
  ["unauthorized_client", "the account may not ask for this token"],
  ["invalid_scope", "the account may not have the cloud-platform scope"],
  ["invalid_target", "the audience in the credential file names no workload identity provider"],
]);

/** What the library says, by how it begins, in words for the operator. */
const sayings: readonly (readonly [beginning: RegExp, words: string])[] = [
  [
    /^Could not load the default credentials/,
    "No Google credentials were found: run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS.",
  ],
  [
    /^Unable to read the credential file/,
    "The file that GOOGLE_APPLICATION_CREDENTIALS names cannot be read, or is no credential file.",
  ],
  [
    /^Pluggable Auth executables need/,
    "The Google credential comes from a program: set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 to let it run.",
  ],
  [/^The executable /, "The program that the Google credential comes from failed, or printed no valid answer."],
  [/^The output file /, "The file that the Google credential's program writes to holds no valid answer."],
  [/^Invalid response from metadata service/, "What answers in place of Google's metadata server is another server."],
  [/subject_token|^The file at /, "The subject token of the Google credential cannot be read."],
  [/certificate/i, "The certificate of the Google credential cannot be read."],
];

/**
 * Turns what Google's auth library throws into `upstream_auth_error`, in words for the operator.
 *
 * Only the scrubbed and redacted message goes into the cause: the library's errors carry the request, and with it the
 * refresh token or the signed assertion; and some repeat what a program printed.
 */
export function toGoogleAuthError(thrown: unknown, scrub: (text: string) => string): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const cause = repeatsOutput.test(message) ? undefined : new Error(redact(scrub(message)));
  return new GatewayError("upstream_auth_error", explain(thrown, message), { cause });
}

const repeatsOutput = /^The (?:executable|output file) /;

function explain(thrown: unknown, message: string): string {
  if (thrown instanceof UnknownCredentialError) return "Google's credential file is of a type that cannot be used.";
  const response = member(thrown, "response");
  if (response !== undefined) return refused(response);
  if (isTimeout(thrown)) return "Google's token endpoint did not answer in time.";
  const code = networkCode(thrown);
  if (code.startsWith("ERR_OSSL_")) return "The private key of the Google credential cannot be read.";
  const said = sayings.find(([beginning]) => beginning.test(message));
  if (said !== undefined) return said[1];
  if (thrown instanceof SyntaxError) return "Google's credential file is not JSON.";
  return code === "" ? "No Google access token could be had." : `Google's token endpoint cannot be reached (${code}).`;
}

function refused(response: unknown): string {
  const error = member(member(response, "data"), "error");
  const known = typeof error === "string" ? remedies.get(error) : undefined;
  if (known !== undefined) return `Google refused the credential (${error}): ${known}.`;
  const status = Number(member(response, "status"));
  const url = String(member(member(response, "config"), "url"));
  if (url.includes("/computeMetadata/")) {
    return `Google's metadata server answered with HTTP status ${status}: this machine may have no service account.`;
  }
  if (url.endsWith(":generateAccessToken") && status === 403) {
    return "Google refused to impersonate the service account: the caller needs roles/iam.serviceAccountTokenCreator on it.";
  }
  return `Google's token endpoint answered with HTTP status ${status}.`;
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
