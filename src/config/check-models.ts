import { checkAnthropicModel } from "./check-anthropic.ts";
import { checkAzureModel } from "./check-azure.ts";
import { checkBedrockModel } from "./check-bedrock.ts";
import { checkGeminiModel, checkVertexModel } from "./check-google.ts";
import { checkPrice } from "./check-price.ts";
import { checkSafety } from "./check-safety.ts";
import { checkTimeouts } from "./check-timeouts.ts";
import type { ProviderType, Routes } from "./config.ts";
import { type Inspection, isInterpolated, mistakeAt, namesIn, shownAt, unknownName } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { find, memberOf } from "./tree.ts";
import { splitUse, type Use } from "./use.ts";

type Model = Exclude<Routes["models"][string], string>;

/** Each model has a name clients can ask for, and deployments that exist. */
export function checkModels(inspection: Inspection): void {
  const section = memberOf(inspection.tree, "models");
  if (section?.kind === "map" && section.key !== undefined && section.members.size === 0) {
    mistakeAt(inspection, ["models"], { message: "`models` must not be empty: nothing could be asked for", at: "key" });
  }
  for (const [name, model] of Object.entries(inspection.routes.models)) {
    const path = ["models", name];
    checkModelName(inspection, path, name);
    if (typeof model === "string") checkUse(inspection, path, model, name);
    else checkModel(inspection, path, model, name);
  }
}

function checkModelName(inspection: Inspection, path: Path, name: string): void {
  if (name.trim() === "") mistakeAt(inspection, path, { message: "a model's name must not be empty", at: "key" });
  if (!/\*./.test(name)) return;
  mistakeAt(inspection, path, { message: "a `*` stands only at the end of a model's name", at: "key" });
}

function checkModel(inspection: Inspection, path: Path, model: Model, name: string): void {
  for (const [index, deployment] of model.deployments.entries()) {
    const place = [...path, "deployments", index];
    if (typeof deployment === "string") checkUse(inspection, place, deployment, name);
    else {
      checkUse(inspection, [...place, "use"], deployment.use, name);
      checkPrice(inspection, [...place, "price"], deployment.price);
      checkSafety(inspection, [...place, "safety"], deployment.safety);
    }
  }
  checkSafety(inspection, [...path, "safety"], model.safety);
  checkPrice(inspection, [...path, "price"], model.price);
  checkTimeouts(inspection, [...path, "timeouts"], model.timeouts);
  if (model.strategy !== "weighted") warnOfUnusedWeights(inspection, path, model);
  for (const [index, name] of (model.params_deny ?? []).entries()) {
    checkDenied(inspection, [...path, "params_deny", index], name);
  }
}

function warnOfUnusedWeights({ tree, report }: Inspection, path: Path, { deployments }: Model): void {
  const index = deployments.findIndex((one) => typeof one !== "string" && one.weight !== undefined);
  const weight = index < 0 ? undefined : find(tree, [...path, "deployments", index, "weight"]);
  const message = "a `weight` counts with `strategy: weighted` only; `fallback` asks in the order of the file";
  if (weight !== undefined) report.warning(weight, { message });
}

/** What every request must have. */
const needed: ReadonlySet<string> = new Set(["messages", "model", "prompt"]);

function checkDenied(inspection: Inspection, path: Path, name: string): void {
  const shown = shownAt(inspection, path);
  if (needed.has(name)) {
    mistakeAt(inspection, path, { message: `a request is nothing without ${shown}, so it cannot be denied` });
  } else if (!/^[\w-]+$/.test(name)) {
    const message = `\`params_deny\` takes names from the top of a request, as logit_bias, not ${shown}`;
    mistakeAt(inspection, path, { message });
  }
}

function checkUse(inspection: Inspection, path: Path, text: string, model: string): void {
  const use = splitUse(text);
  if (use === undefined) reportForm(inspection, path, text);
  if (use === undefined) return;
  const providers = namesIn(inspection, "providers");
  if (!providers.includes(use.provider)) reportProvider(inspection, path, use, providers);
  else checkByType(inspection, path, use);
  const star = use.upstreamModel.indexOf("*");
  if (star >= 0 && star < use.upstreamModel.length - 1) {
    mistakeAt(inspection, path, { message: "a `*` stands only at the end of an upstream model" });
  } else if (star >= 0 && !model.endsWith("*")) {
    mistakeAt(inspection, path, { message: "a `*` here needs one at the end of the model's own name too" });
  }
}

type ModelCheck = (inspection: Inspection, path: Path, use: Use, provider: Routes["providers"][string]) => void;

/** What only one host type's models can be wrong in. */
const modelChecks: Readonly<Partial<Record<ProviderType, ModelCheck>>> = {
  anthropic: checkAnthropicModel,
  azure: checkAzureModel,
  bedrock: checkBedrockModel,
  gemini: checkGeminiModel,
  vertex: checkVertexModel,
};

/** A provider with a mistake of its own may be missing from the data. */
function checkByType(inspection: Inspection, path: Path, use: Use): void {
  const provider = inspection.routes.providers[use.provider];
  if (provider !== undefined) modelChecks[provider.type]?.(inspection, path, use, provider);
}

function reportForm(inspection: Inspection, path: Path, text: string): void {
  const [only, ...others] = namesIn(inspection, "providers");
  const isModel = text !== "" && !text.includes("/") && !isInterpolated(inspection, path);
  const suggestion = isModel && only !== undefined && others.length === 0 ? `${only}/${text}` : undefined;
  const shown = shownAt(inspection, path);
  const message = `expected provider/upstream model, as in vertex/gemini-2.5-flash, not ${shown}`;
  mistakeAt(inspection, path, { message, suggestion });
}

function reportProvider(inspection: Inspection, path: Path, use: Use, known: readonly string[]): void {
  const { message, suggestion } = unknownName(inspection, path, use.provider, known);
  const what = isInterpolated(inspection, path)
    ? `${shownAt(inspection, path)} names no provider`
    : `no provider is named \`${use.provider}\``;
  const meant = suggestion === undefined ? undefined : `${suggestion}/${use.upstreamModel}`;
  mistakeAt(inspection, path, { message: `${what}${message}`, suggestion: meant });
}
