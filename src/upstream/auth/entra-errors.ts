import { GatewayError } from "../../errors.ts";
import { codeOf } from "../failure.ts";
import type { EntraClient } from "./entra-network.ts";
import { redact } from "./redact.ts";

/** What to do about the refusals of Entra ID, by their number. */
const remedies: ReadonlyMap<string, string> = new Map([
  ["AADSTS7000215", "the client secret is wrong"],
  ["AADSTS7000222", "the client secret is expired"],
  ["AADSTS700016", "there is no application with this client id in the tenant"],
  ["AADSTS700027", "the certificate is not one of the application's"],
  ["AADSTS700213", "no federated credential of the application fits the token of this workload"],
  ["AADSTS70021", "no federated credential of the application fits the token of this workload"],
  ["AADSTS700024", "the token of this workload is expired, or this machine's clock is wrong"],
  ["AADSTS90002", "there is no such tenant in this cloud"],
  ["AADSTS500011", "this cloud does not know the service the token is for"],
]);

/**
 * Turns what Azure's auth library throws into `upstream_auth_error`, in words for the operator.
 *
 * Only the scrubbed and redacted message goes into the cause: the library's errors may carry what was sent.
 */
export function toEntraError(
  thrown: unknown,
  { failure, scrub }: Pick<EntraClient, "failure" | "scrub">,
): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new GatewayError("upstream_auth_error", explain(message, failure()), {
    cause: new Error(redact(scrub(message))),
  });
}

function explain(message: string, failure: unknown): string {
  const [number] = /\bAADSTS\d+/.exec(message) ?? [];
  if (number !== undefined) {
    const remedy = remedies.get(number);
    return `Entra ID refused the credential (${number})${remedy === undefined ? "" : `: ${remedy}`}.`;
  }
  if (isTimeout(failure)) return "Entra ID did not answer in time.";
  if (failure !== undefined) return `Entra ID cannot be reached (${networkCode(failure)}).`;
  if (/^(?:ChainedTokenCredential|CredentialUnavailable)|Credential is unavailable/m.test(message)) {
    return "No credential for Entra ID was found: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, give this machine an identity, or run az login.";
  }
  return "No token of Entra ID could be had.";
}

/** `fetch failed` hides the socket's error in a cause. */
function networkCode(error: unknown): string {
  const own = codeOf(error);
  const inner = member(error, "cause");
  return own === "" && inner !== undefined ? networkCode(inner) : own;
}

function isTimeout(error: unknown): boolean {
  if (error === undefined) return false;
  return member(error, "name") === "TimeoutError" || isTimeout(member(error, "cause"));
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
