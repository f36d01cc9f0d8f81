import type { Config, DeploymentConfig } from "../config/config.ts";
import { type Audit, compileAudit } from "../dialects/audit.ts";
import type {
  CompletionOperation,
  Dialect,
  EmbeddingOperation,
  Operation,
  OperationFates,
} from "../dialects/dialect.ts";
import { dialectNamed, loadDialects } from "../dialects/index.ts";
import { completionsOverChat } from "../operations/completions/over-chat.ts";
import type {
  ChatChunk,
  ChatCompletion,
  ChatRequest,
  Completion,
  CompletionHabits,
  CompletionRequest,
  EmbeddingHabits,
  EmbeddingList,
  EmbeddingRequest,
  OperationName,
} from "../operations/types.ts";
import { providerOf } from "../providers/index.ts";
import type { PreparedCalls } from "../providers/provider.ts";
import type { Price } from "../usage/price.ts";
import { priceOf } from "../usage/price-list.ts";
import type { Credential } from "./credential.ts";

/** How an operation is done at a target. */
export interface OperationTarget<Request, Body, Chunk> {
  readonly operation: Operation<Request, Body, Chunk>;
  readonly audit: Audit<Request>;
  readonly calls: PreparedCalls;
}

export type ChatTarget = OperationTarget<ChatRequest, ChatCompletion, ChatChunk>;

/** How legacy completions are done at a target, and in which form it takes them. */
export interface CompletionTarget extends OperationTarget<CompletionRequest, Completion, Completion> {
  readonly takes: CompletionHabits;
}

/** How vectors are made at a target, and how much of a request it takes at once. */
export interface EmbeddingTarget extends OperationTarget<EmbeddingRequest, EmbeddingList, never> {
  readonly takes: EmbeddingHabits;
}

/** A deployment made ready: where its calls go, what language they speak, what they show at the door. */
export interface Target {
  readonly deployment: DeploymentConfig;
  /** `provider/upstream model`, fit for the header x-specgate-deployment: wildcards bring any name. */
  readonly label: string;
  /** As its dialect names it. */
  readonly upstreamModel: string;
  /** The host as its dialect knows it. */
  readonly host: string;
  readonly weight: number;
  /** What its tokens cost; undefined where nobody knows. */
  readonly price: Price | undefined;
  readonly dialect: Dialect;
  readonly credential: Credential;
  /** Habits of the upstream that its refusals have told of, in its dialect's words. Grows while the target lives. */
  readonly learned: Set<string>;
  /** Undefined where the host does not serve chat. */
  readonly chat: ChatTarget | undefined;
  /** The host's own completions, or chat in their place. */
  readonly completions: CompletionTarget | undefined;
  readonly embeddings: EmbeddingTarget | undefined;
}

/** How a dialect does its operations, whoever hosts it. Compiled once: the tables are the same for all deployments. */
interface Prepared {
  readonly chat: Omit<ChatTarget, "calls"> | undefined;
  readonly completions: PreparedCompletions | undefined;
  readonly overChat: PreparedCompletions | undefined;
  readonly embeddings: PreparedEmbeddings | undefined;
}

interface PreparedEmbeddings {
  readonly operation: EmbeddingOperation;
  readonly audit: Audit<EmbeddingRequest>;
}

interface PreparedCompletions {
  readonly operation: CompletionOperation;
  readonly audit: Audit<CompletionRequest>;
}

const prepared = new Map<Dialect, Prepared>();

function preparedOf(dialect: Dialect): Prepared {
  const known = prepared.get(dialect) ?? prepareDialect(dialect);
  prepared.set(dialect, known);
  return known;
}

function prepareDialect({ operations: { chat, completions, embeddings } }: Dialect): Prepared {
  const chatAudit = chat && auditOf(chat);
  return {
    chat: chat && chatAudit && { operation: chat, audit: chatAudit },
    completions: completions && { operation: completions, audit: auditOf(completions) },
    overChat: chat && chatAudit && completionsOverChat(chat, chatAudit),
    embeddings: embeddings && { operation: embeddings, audit: auditOf(embeddings) },
  };
}

function auditOf<Request extends object>({ fates }: { readonly fates: OperationFates<Request> }): Audit<Request> {
  return compileAudit(fates);
}

/** Loads the languages that the deployments of a config speak, or may speak where names are open. */
export async function loadDialectsOf({ models }: Pick<Config, "models">): Promise<void> {
  await loadDialects(
    models.flatMap(({ deployments }) =>
      deployments.flatMap(({ provider, upstreamModel, family }) => {
        const { dialects, dialectOf } = providerOf(provider);
        return upstreamModel.endsWith("*") ? dialects : [dialectOf(provider, upstreamModel, family)];
      }),
    ),
  );
}

/**
 * Makes a deployment ready for one upstream model; URLs, headers and tables are looked up here and never again.
 * Fails: throws where {@link loadDialectsOf} was not called before.
 */
export function prepareTarget(deployment: DeploymentConfig, upstreamModel: string, credential: Credential): Target {
  const provider = providerOf(deployment.provider);
  const { family } = deployment;
  const prepare = (operation: OperationName) => provider.prepare(deployment.provider, upstreamModel, operation, family);
  const dialect = dialectNamed(provider.dialectOf(deployment.provider, upstreamModel, family));
  const does = preparedOf(dialect);
  const chatCalls = prepare("chat");
  const completionCalls = prepare("completions");
  const host = provider.hostOf(deployment.provider, upstreamModel);
  const at = <T>(how: T | undefined, calls: PreparedCalls | undefined) => how && calls && { ...how, calls };
  const completions = at(does.completions, completionCalls) ?? at(does.overChat, chatCalls);
  const embeddings = at(does.embeddings, prepare("embeddings"));
  const dialectModel = provider.modelOf(deployment.provider, upstreamModel);
  return {
    deployment,
    label: `${deployment.provider.name}/${upstreamModel}`.replace(/[^\x20-\x7e]/g, "?"),
    upstreamModel: dialectModel,
    host,
    weight: deployment.weight,
    price: priceOf({ ...deployment, host, models: [deployment.family, upstreamModel, dialectModel] }),
    dialect,
    credential,
    learned: new Set(),
    chat: at(does.chat, chatCalls),
    completions: completions && { ...completions, takes: completions.operation.takes(host) },
    embeddings: embeddings && {
      ...embeddings,
      takes: embeddings.operation.takes({ host, upstreamModel: dialectModel }),
    },
  };
}
