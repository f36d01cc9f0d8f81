import { parse } from "yaml";
import type { Config } from "../../src/config/config.ts";
import { parseRoutes } from "../../src/config/load.ts";
import { formatMistakes } from "../../src/config/mistakes.ts";
import { type Fate, type Imported, importLiteLLM, type Line } from "../../src/import/litellm/index.ts";

export type Done = Extract<Imported, { readonly routes: string }>;

/** The result of a config that can be imported. Fails with what is wrong when it cannot. */
export function imported(text: string): Done {
  const result = importLiteLLM(text, "config.yaml");
  if ("routes" in result) return result;
  throw new Error(`${formatMistakes(result.mistakes, "config.yaml")}\n${JSON.stringify(result.lines, null, 2)}`);
}

/** The new file as data. */
export function routesOf(text: string): unknown {
  return parse(imported(text).routes);
}

/** The new file as the gateway reads it, under these variables. */
export function configOf(text: string, env: Readonly<Record<string, string>>): Config {
  const { routes } = imported(text);
  const loaded = parseRoutes(routes, { file: "/etc/specgate/routes.yaml", env });
  if ("config" in loaded) return loaded.config;
  throw new Error(`${formatMistakes(loaded.mistakes, "routes.yaml")}\n${routes}`);
}

/** Models as `name: strategy provider/upstream model×weight`. */
export function modelsOf({ models }: Config): readonly string[] {
  return models.map(({ name, strategy, deployments }) => {
    const uses = deployments.map(({ provider, upstreamModel, weight }) => {
      return `${provider.name}/${upstreamModel}${weight === 1 ? "" : `×${weight}`}`;
    });
    return `${name}: ${strategy} ${uses.join(" ")}`;
  });
}

/** The lines about a path, as `fate text`. */
export function saidOf(lines: readonly Line[], path: string): readonly string[] {
  return lines
    .filter((line) => line.path === path)
    .map(({ fate, text }) => (text === undefined ? fate : `${fate} ${text}`));
}

export function fatesOf(lines: readonly Line[], path: string): readonly Fate[] {
  return lines.filter((line) => line.path === path).map(({ fate }) => fate);
}

/** A config of one model, `litellm_params` as they stand between `{ }`. */
export function oneModel(params: string, more = ""): string {
  return `model_list:\n  - model_name: m\n    litellm_params: { ${params} }\n${more}`;
}
