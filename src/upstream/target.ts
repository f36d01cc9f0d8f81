import type { DeploymentConfig } from "../config/config.ts";
import { type Audit, compileAudit } from "../dialects/audit.ts";
import type { ChatOperation, Dialect } from "../dialects/dialect.ts";
import { dialects } from "../dialects/index.ts";
import { providerOf } from "../providers/index.ts";
import type { PreparedCalls } from "../providers/provider.ts";
import type { Credential } from "./credential.ts";

/** How chat is done at a target. */
export interface ChatTarget {
  readonly operation: ChatOperation;
  readonly audit: Audit;
  readonly calls: PreparedCalls;
}

/** A deployment made ready: where its calls go, what language they speak, what they show at the door. */
export interface Target {
  readonly deployment: DeploymentConfig;
  /** `provider/upstream model`, fit for the header x-specgate-deployment: wildcards bring any name. */
  readonly label: string;
  readonly upstreamModel: string;
  readonly weight: number;
  readonly dialect: Dialect;
  readonly credential: Credential;
  /** Undefined where the host does not serve chat. */
  readonly chat: ChatTarget | undefined;
}

/** Compiled once per dialect: the tables are the same for all its deployments. */
const audits: ReadonlyMap<Dialect, Audit> = new Map(
  Object.values(dialects).flatMap((dialect) => {
    const { chat } = dialect.operations;
    return chat === undefined ? [] : [[dialect, compileAudit(chat.fates)] as const];
  }),
);

/** Makes a deployment ready for one upstream model; URLs, headers and tables are looked up here and never again. */
export function prepareTarget(deployment: DeploymentConfig, upstreamModel: string, credential: Credential): Target {
  const provider = providerOf(deployment.provider);
  const dialect = provider.dialectOf(upstreamModel);
  const calls = provider.prepare(deployment.provider, upstreamModel, "chat");
  const operation = dialect.operations.chat;
  const audit = audits.get(dialect);
  const serves = calls !== undefined && operation !== undefined && audit !== undefined;
  return {
    deployment,
    label: `${deployment.provider.name}/${upstreamModel}`.replace(/[^\x20-\x7e]/g, "?"),
    upstreamModel,
    weight: deployment.weight,
    dialect,
    credential,
    chat: serves ? { operation, audit, calls } : undefined,
  };
}
