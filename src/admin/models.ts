import { createHash } from "node:crypto";
import type { DeploymentConfig, ModelConfig } from "../config/config.ts";
import type { AdminHandler } from "./call.ts";
import type { AdminDeps } from "./deps.ts";
import { perToken } from "./money.ts";
import type { ModelInfo } from "./types.ts";

/** `GET /model/info`: a line for each deployment of the models that the caller may ask for. No URL, header or credential. */
export function getModelInfo(deps: AdminDeps): AdminHandler {
  const lines = deps.config.models.flatMap((model) => model.deployments.map((one) => toInfo(deps, model, one)));
  return async ({ caller: { mayAsk } }) => {
    const data = mayAsk === undefined ? lines : lines.filter(({ model_name: name }) => mayAsk(name));
    return { value: { data } };
  };
}

function toInfo({ ratesOf }: AdminDeps, { name }: ModelConfig, deployment: DeploymentConfig): ModelInfo {
  const { provider, upstreamModel } = deployment;
  const model = `${provider.name}/${upstreamModel}`;
  const rates = ratesOf(deployment);
  return {
    model_name: name,
    litellm_params: { model },
    model_info: {
      id: createHash("sha256").update(`${name} ${model}`).digest("hex").slice(0, 32),
      db_model: false,
      mode: /embed/i.test(upstreamModel) ? "embedding" : null,
      litellm_provider: provider.type,
      input_cost_per_token: perToken(rates?.input),
      output_cost_per_token: perToken(rates?.output),
      cache_read_input_token_cost: perToken(rates?.cacheRead),
      cache_creation_input_token_cost: perToken(rates?.cacheWriteFiveMinutes),
    },
  };
}

/** `GET /model/list`: the names that the caller can ask for. */
export function listModelNames({ models, startedSec }: AdminDeps): AdminHandler {
  return async ({ caller: { mayAsk } }) => {
    const named = mayAsk === undefined ? models() : models().filter(({ id }) => mayAsk(id));
    const data = named.map(({ id, ownedBy }) => ({ id, object: "model", created: startedSec, owned_by: ownedBy }));
    return { value: { object: "list", data } };
  };
}
