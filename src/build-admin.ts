import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createHealthDetail, type ProviderWatch } from "./admin/health.ts";
import { createAdminRoutes } from "./admin/routes.ts";
import type { AppDeps } from "./app.ts";
import type { Config, DeploymentConfig } from "./config/config.ts";
import type { Contents } from "./policy/contents.ts";
import { digestOf, keyIn } from "./policy/keys.ts";
import type { Router } from "./routing/resolve.ts";
import type { Secret } from "./secret.ts";
import type { SqlStore } from "./store/sql/port.ts";
import type { Target } from "./upstream/target.ts";

/** What the admin API is put together from. */
export interface AdminParts {
  readonly accounts: SqlStore;
  readonly router: Pick<Router<Target>, "list" | "resolve">;
  readonly watch: ProviderWatch;
  /** Undefined where nothing that is said is kept. */
  readonly contents: Contents | undefined;
  readonly randomId: () => string;
  readonly startedSec: number;
}

type Admin = NonNullable<AppDeps["admin"]> & { readonly healthDetail: NonNullable<AppDeps["healthDetail"]> };

/** Puts the admin API together; undefined where no master key opens it. */
export function createAdmin(config: Config, parts: AdminParts): Admin | undefined {
  const { accounts: store, router, watch, contents, randomId, startedSec } = parts;
  const { masterKey } = config.server;
  if (masterKey === undefined) return undefined;
  const detail = createHealthDetail({ store, config }, watch);
  const routes = createAdminRoutes({
    store,
    config,
    nowMs: Date.now,
    randomId,
    randomKey: () => `sk-${randomBytes(32).toString("base64url")}`,
    ratesOf: (deployment) => targetOf(config, router, deployment)?.price?.standard.rates,
    readContent: contents?.read ?? (async () => undefined),
    models: router.list,
    startedSec,
  });
  return {
    routes,
    isApart: config.server.admin !== undefined,
    healthDetail: async (headers) => (isMaster(masterKey, headers) ? detail() : undefined),
  };
}

/** The health of the gateway is told to everybody, and waits for no database to learn who asks. */
function isMaster(masterKey: Secret, headers: IncomingHttpHeaders): boolean {
  const sent = keyIn(headers);
  return sent !== undefined && timingSafeEqual(digestOf(sent), digestOf(masterKey.reveal()));
}

/** A deployment as the router has prepared it; names of wildcards are not known before somebody says them. */
function targetOf(
  { models }: Config,
  { resolve }: Pick<Router<Target>, "resolve">,
  deployment: DeploymentConfig,
): Target | undefined {
  const model = models.find(({ deployments }) => deployments.includes(deployment));
  if (model === undefined || model.name.endsWith("*")) return undefined;
  return resolve(model.name, 0).targets.find((target) => target.deployment === deployment);
}
