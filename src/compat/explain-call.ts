import type { Open } from "../dialects/dialect.ts";
import { providerOf } from "../providers/index.ts";
import type { PreparedCall } from "../providers/provider.ts";
import { withRequestHeaders } from "../providers/request-headers.ts";
import type { Target } from "../upstream/target.ts";

/** A call that would be made, as it would stand on the wire. */
export interface ExplainedCall {
  readonly method: "POST";
  readonly url: string;
  /** Names in lower case. What is or may be a secret reads `[secret]`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** How often: choices of one answer are asked for in the same words. */
  readonly times: number;
}

const hidden = "[secret]";
const secretName = /auth|cookie|credential|key|passw|secret|signature|token/i;

/** Headers whose values are no secrets, whoever writes them into routes.yaml. */
const publicNames: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "anthropic-beta",
  "anthropic-version",
  "content-type",
  "http-referer",
  "openai-beta",
  "user-agent",
  "x-title",
]);

/** The call that a translated request becomes. No credential is read, fetched or shown. */
export function toExplainedCall(target: Target, call: PreparedCall, open: Open<unknown, unknown>): ExplainedCall {
  const fixed = withRequestHeaders(call.headers, open.headers);
  const shown = Object.entries({ "content-type": "application/json", "accept-encoding": "identity", ...fixed });
  const headers = Object.fromEntries([
    ...shown.map(([name, value]) => [name, isSecret(target, name) ? hidden : value]),
    ...credentialNames(target).map((name) => [name, hidden]),
  ]);
  // A provider may have words of its own in each body, as those for a guardrail.
  const body = call.body === undefined ? open.body : { ...call.body, ...Object(open.body) };
  return { method: "POST", url: call.origin + call.path, headers, body, times: 1 };
}

/** What the config writes may be a secret under any name; what we say ourselves is one by its name. */
function isSecret({ deployment: { provider } }: Target, name: string): boolean {
  if (!Object.hasOwn(provider.headers, name)) return secretName.test(name);
  return !publicNames.has(name) || provider.headersFromEnv.includes(name);
}

/** The headers that the provider's credential comes in. */
function credentialNames({ deployment: { provider } }: Target): readonly string[] {
  const { auth } = provider;
  switch (auth.kind) {
    case "none":
      return [];
    case "api_key":
      return [providerOf(provider).apiKeyHeader];
    case "header":
      return [auth.name];
    case "aws":
      // A session's token comes beside the signature, where the keys are a session's.
      return ["authorization", "x-amz-date"];
    default:
      return ["authorization"];
  }
}
