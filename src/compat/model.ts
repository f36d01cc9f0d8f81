import type { Config } from "../config/config.ts";
import { createRouter, type Router } from "../routing/resolve.ts";
import type { Credential } from "../upstream/credential.ts";
import { prepareTarget, type Target } from "../upstream/target.ts";

/** Never asked: nothing is sent. */
export const noCredential: Credential = { headers: () => ({}), invalidate: () => false };

/** The routes of a config, without a credential: nothing can be sent by them. */
export function idleRouter(config: Config): Router<Target> {
  return createRouter(config, (deployment, upstreamModel) => prepareTarget(deployment, upstreamModel, noCredential));
}

/** The deployments of a model. Fails: throws `model_not_found` for a name that nobody serves. */
export function modelTargets(config: Config, model: string): readonly Target[] {
  return idleRouter(config).resolve(model, 0).targets;
}
