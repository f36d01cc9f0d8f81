import type { Config } from "../config/config.ts";
import { createRouter, type Router } from "../routing/resolve.ts";
import type { Credential } from "../upstream/credential.ts";
import { loadDialectsOf, prepareTarget, type Target } from "../upstream/target.ts";

/** Never asked: nothing is sent. */
export const noCredential: Credential = { headers: () => ({}), invalidate: () => false };

/** The routes of a config, without a credential: nothing can be sent by them. */
export async function idleRouter(config: Config): Promise<Router<Target>> {
  await loadDialectsOf(config);
  return createRouter(config, (deployment, upstreamModel) => prepareTarget(deployment, upstreamModel, noCredential));
}

/** The deployments of a model. Fails: rejects with `model_not_found` for a name that nobody serves. */
export async function modelTargets(config: Config, model: string): Promise<readonly Target[]> {
  const router = await idleRouter(config);
  return router.resolve(model, 0).targets;
}
