import { type CommandDef, defineCommand } from "citty";
import { type Matrix, standardMatrix } from "../compat/matrix.ts";
import { modelTargets } from "../compat/model.ts";
import { modelMatrix } from "../compat/page.ts";
import type { Environment } from "../config/config.ts";
import { GatewayError } from "../errors.ts";
import type { Output } from "./check.ts";
import { compatText } from "./compat-text.ts";
import { loadConfig } from "./load.ts";
import { paintFor } from "./text.ts";

const args = {
  model: { type: "string", description: "A model of routes.yaml; its deployments are the columns then." },
  config: { type: "string", description: "The file with that model.", default: "routes.yaml" },
  json: { type: "boolean", description: "Print the whole matrix as JSON, every field of it." },
} as const;

/**
 * `specgate compat [--model M] [--config F] [--json]`: what can be asked of which model at which host.
 *
 * Exit code: 0 printed; 1 there is no such model, or routes.yaml has mistakes; 2 wrong usage.
 */
export function createCompatCommand(env: Environment, out: Output = process.stdout): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "compat", description: "Show what can be asked of which model at which host." },
    args,
    run: async ({ args: { model, config, json } }) => {
      const matrix = await (model === undefined ? standardMatrix() : ofModel(model, config, env));
      if (typeof matrix === "string") {
        out.write(`${matrix}\n`);
        process.exitCode = 1;
      } else if (json === true) out.write(`${JSON.stringify(matrix, null, 2)}\n`);
      else out.write(compatText(matrix, paintFor(out, env), model !== undefined));
    },
  });
}

/** The matrix of a model, or the text that says why there is none. */
async function ofModel(model: string, file: string, env: Environment): Promise<Matrix | string> {
  const config = await loadConfig(file, env, {});
  if (typeof config === "string") return config;
  try {
    return modelMatrix(await modelTargets(config, model));
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown.message;
    throw thrown;
  }
}
