import { factsOf, type RequestOf, readings } from "../../src/compat/read.ts";
import { parseRoutes } from "../../src/config/load.ts";
import { formatMistakes } from "../../src/config/mistakes.ts";
import type { FieldFate } from "../../src/dialects/audit.ts";
import { loadDialects } from "../../src/dialects/index.ts";
import { GatewayError } from "../../src/errors.ts";
import { parseChat } from "../../src/operations/chat.ts";
import type { OperationName } from "../../src/operations/types.ts";
import type { Credential } from "../../src/upstream/credential.ts";
import { prepareTarget, type Target } from "../../src/upstream/target.ts";

await loadDialects();

/**
 * What the fate tables say of a request. The suites skip by this and by nothing else: what is refused or reported is
 * held to that instead.
 */
export type Verdict =
  | { readonly kind: "taken" }
  /** Fields that are dropped, as `x-specgate-changes` tells them. */
  | { readonly kind: "reported"; readonly changes: readonly string[] }
  | { readonly kind: "refused"; readonly param: string; readonly code: string };

/** A provider with one of its models, as routes.yaml has them. */
interface Row {
  readonly providers?: string;
  /** `provider/upstream model`. */
  readonly use: string;
}

const nobody: Credential = { headers: () => ({}), invalidate: () => false };
const env = { UPSTREAM: "http://127.0.0.1:9", TOKEN: "t" };
const prepared = new Map<string, Target>();

/** A row's model, as the gateway prepares it. */
export function targetOf({ providers = "", use }: Row): Target {
  const text = `${providers}\nmodels: { test-model: "${use}" }`;
  const known = prepared.get(text);
  if (known !== undefined) return known;
  const loaded = parseRoutes(text, { file: "routes.yaml", env });
  if (!("config" in loaded)) throw new Error(formatMistakes(loaded.mistakes, "routes.yaml"));
  const deployment = loaded.config.models[0]?.deployments[0];
  if (deployment === undefined) throw new Error(`${use} is no deployment`);
  const target = prepareTarget(deployment, deployment.upstreamModel, nobody);
  prepared.set(text, target);
  return target;
}

/** What the tables say of a chat request, as a client sends it. */
export function chatVerdict(row: Row, request: object): Verdict {
  const body = { model: "test-model", ...request };
  return verdictOf(row, "chat", parseChat(body, "test-model").request);
}

/** What the tables say of a request that has been checked. */
export function verdictOf<Name extends OperationName>(row: Row, operation: Name, request: RequestOf[Name]): Verdict {
  const target = targetOf(row);
  try {
    return toVerdict(readings[operation](target, request, factsOf(target, "test-model")) ?? []);
  } catch (thrown) {
    // Where a request cannot be said in chat at all, the way there says so before any table does.
    if (!(thrown instanceof GatewayError)) throw thrown;
    return { kind: "refused", param: thrown.param ?? "", code: thrown.errorName };
  }
}

function toVerdict(fields: readonly FieldFate[]): Verdict {
  const [refused] = fields.filter(({ fate }) => fate.kind === "refused");
  if (refused !== undefined) return { kind: "refused", param: refused.path, code: codeOf(refused) };
  const reported = fields.filter(({ fate }) => fate.kind === "reported");
  return reported.length === 0
    ? { kind: "taken" }
    : { kind: "reported", changes: reported.map(({ path }) => `reported:${path}`) };
}

/** A word of a list is a value. */
function codeOf({ key = "" }: FieldFate): string {
  return /=[^.[\]]*$/.test(key) ? "unsupported_value" : "unsupported_parameter";
}
