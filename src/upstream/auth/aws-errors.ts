import { GatewayError } from "../../errors.ts";
import { codeOf } from "../failure.ts";
import { redact } from "./redact.ts";

/** What the library and AWS's services say, in words for the operator. */
const sayings: readonly (readonly [said: RegExp, words: string])[] = [
  [
    /\bSSO (?:session|token)\b|\bsso login\b/i,
    "The SSO login of the AWS profile is missing or has expired: run aws sso login with that profile.",
  ],
  [
    /\bmulti-factor authentication\b/,
    "The AWS profile wants a code of multi-factor authentication, which nobody can type here.",
  ],
  [/\bcredential_process\b|^Command failed/, "The program that the AWS profile names in credential_process failed."],
  [
    /using profile: \[(?!default\])|Profile (?!default\b)\S+ (?:was not|could not be) found/,
    "The AWS profile that AWS_PROFILE names has no credentials.",
  ],
  [/\bcycle attempting to resolve credentials\b/, "The AWS profiles name each other as their source."],
];

const nothingFound =
  "No AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is given.";

/** What to do about the refusals of the service that hands out keys for roles. */
const remedies: ReadonlyMap<string, string> = new Map([
  ["AccessDenied", "it may not take that role"],
  ["AccessDeniedException", "it may not take that role"],
  ["ExpiredToken", "the keys or the token it was asked with have expired"],
  ["ExpiredTokenException", "the keys or the token it was asked with have expired"],
  ["InvalidIdentityToken", "the web identity is not one that the role trusts"],
  ["InvalidClientTokenId", "the access key is unknown or was deleted"],
  ["SignatureDoesNotMatch", "the secret key is wrong, or this machine's clock"],
  ["UnauthorizedException", "the SSO login is not valid any more"],
]);

/**
 * Turns what AWS's library throws into `upstream_auth_error`, in words for the operator.
 *
 * `trail`: why the ways before the last one led to nothing. Of all that was said only a redacted part goes into the cause;
 * what a program wrote goes nowhere, for it prints keys.
 */
export function toAwsAuthError(thrown: unknown, trail: readonly string[]): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const said = [...trail, message].filter((one) => !/^Command failed/.test(one));
  const cause = new Error(redact(said.join("; ")));
  return new GatewayError("upstream_auth_error", explain(thrown, [message, ...trail.toReversed()]), { cause });
}

function explain(thrown: unknown, said: readonly string[]): string {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  if (name === "TimeoutError") return "No AWS credentials could be had in time.";
  const remedy = remedies.get(name);
  if (remedy !== undefined) return `AWS refused to hand out credentials (${name}): ${remedy}.`;
  const code = codeOf(thrown);
  if (code !== "") return `The service that hands out AWS credentials cannot be reached (${code}).`;
  const known = said.map((one) => sayings.find(([pattern]) => pattern.test(one))?.[1]).find((one) => one !== undefined);
  if (known !== undefined) return known;
  return /Could not load credentials|metadata service/i.test(said[0] ?? "")
    ? nothingFound
    : "No AWS credentials could be had.";
}
