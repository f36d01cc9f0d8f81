import type { Column } from "../../src/compat/columns.ts";
import type { Feature } from "../../src/compat/feature.ts";
import type { FeatureCell, Mark } from "../../src/compat/overview.ts";
import type { Answered, GatewayOptions, TestGateway } from "../_setup.ts";
import { embeddingProviders, embeddingSetup } from "../contract/_embedding-providers.ts";
import { targetOf } from "../contract/_fates.ts";
import { contractProviders, setupOf } from "../contract/_providers.ts";

const paths = { chat: "/v1/chat/completions", completions: "/v1/completions", embeddings: "/v1/embeddings" } as const;

/** How a gateway before a column's upstream, played by an emulator, is started for chat and completions. */
export function setupFor({ target, title }: Column): GatewayOptions {
  const { deployment, host } = target;
  const use = `up/${deployment.upstreamModel}`;
  const row = contractProviders.find((one) => isAt(one, target));
  if (row === undefined) throw new Error(`${title}: no row of test/contract/_providers.ts is at ${host}`);
  return setupOf({ ...row, use });
}

/** The same for vectors, whose models are others. */
export function embeddingSetupFor(column: Column): GatewayOptions {
  const { deployment, host } = column.target;
  const own = embeddingProviders.filter((one) => isAt(one, column.target));
  const use = `up/${deployment.upstreamModel}`;
  const row = own.find((one) => one.use === use) ?? own[0];
  if (row === undefined) {
    throw new Error(`${column.title}: no row of test/contract/_embedding-providers.ts is at ${host}`);
  }
  // What a column stands for may be its chat: then any of the host's models that make vectors will do.
  return embeddingSetup(column.operations.includes("chat") ? row : { ...row, use });
}

function isAt(
  row: { readonly providers?: string; readonly use: string },
  { host, deployment }: Column["target"],
): boolean {
  const target = targetOf(row);
  return target.host === host && target.deployment.provider.type === deployment.provider.type;
}

/** What a running gateway does with a feature's request, beside the same request without the wish. */
export interface Proof {
  readonly mark: Mark;
  readonly changes: readonly string[];
  readonly param?: string;
  readonly status: number;
}

/**
 * Asks a gateway for a feature and reads off the wire what became of it.
 *
 * @param want what the matrix says; of ways that look alike from outside the claimed one is taken
 */
export async function proofOf(gateway: TestGateway, feature: Feature, want: FeatureCell): Promise<Proof> {
  const plain = await ask(gateway, feature, feature.without);
  const wished = await ask(gateway, feature, feature.request);
  const { status, body } = wished.answered;
  const changes = changesIn(wished.answered);
  if (wished.sent === "[]") {
    return { mark: status === 400 ? "refused" : "absent", changes, status, param: Object(body).error?.param };
  }
  return { mark: markOf(plain, wished, changes, want), changes, status };
}

function markOf(plain: Asked, wished: Asked, changes: readonly string[], want: FeatureCell): Mark {
  const isSent = plain.sent !== wished.sent;
  if (changes.some((change) => change.startsWith("reported:"))) {
    return isSent ? "changed" : "dropped";
  }
  if (changes.length > 0) return "changed";
  // Both are silent; what the gateway does itself may be seen in the answer alone.
  if (want.mark === "gateway") return "gateway";
  return isSent || (want.mark === "yes" && plain.seen !== wished.seen) ? "yes" : "none";
}

/** What is told of the request; that an upstream does not count is told of every answer. */
function changesIn({ headers }: Answered): readonly string[] {
  const told = headers.get("x-specgate-changes")?.split(", ") ?? [];
  return told.filter((change) => !change.startsWith("estimated:"));
}

interface Asked {
  readonly answered: Answered;
  /** Upstream calls, as text. */
  readonly sent: string;
  /** The answer without what is new in each. */
  readonly seen: string;
}

async function ask(gateway: TestGateway, { operation }: Feature, request: object): Promise<Asked> {
  gateway.upstream.forget();
  const answered = await gateway.post(request, undefined, paths[operation]);
  const sent = gateway.upstream.requests.map(({ path, body, headers }) => ({ path, body, told: told(headers) }));
  const seen = answered.text.replaceAll(/"(?:id|created|system_fingerprint)":\s*(?:"[^"]*"|\d+)/g, "");
  return { answered, sent: JSON.stringify(sent), seen };
}

/** Headers that say something of the request. */
function told(headers: object): readonly (readonly [string, unknown])[] {
  return Object.entries(headers).filter(([name]) => /^(?:x-vertex|anthropic-)/.test(name));
}
