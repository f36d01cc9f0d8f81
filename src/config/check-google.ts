import type { Routes } from "./config.ts";
import { type Inspection, isInterpolated, membersAt, mistakeAt, shownAt, wasRemoved } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { find, memberOf } from "./tree.ts";
import { isNameless, type Use } from "./use.ts";
import { toVertexModel, type VertexModel, type VertexPlace } from "./vertex-model.ts";

type Provider = Routes["providers"][string];

/** Project and location are part of Vertex AI's URL and host name, but for express mode and a base URL of one's own. */
export function checkVertex(inspection: Inspection, path: Path, provider: Provider): void {
  checkName(inspection, [...path, "project"], /^[a-z0-9][a-z0-9.:-]*$/i, "as in my-project-123");
  checkName(inspection, [...path, "location"], /^[a-z0-9-]+$/, "as in us-central1 or global");
  const has = membersAt(inspection, path);
  warnOfHalfPlace(inspection, path, has);
  if (has("base_url")) return;
  if (!has("project") && (isExpress(provider) || wasRemoved(inspection, path, "auth"))) return;
  const missing = (message: string): void => mistakeAt(inspection, path, { message, at: "key" });
  const name = `\`${path.at(-1)}\``;
  const without = "only `base_url` or an `api_key` can do without";
  if (!has("project")) missing(`${name} needs \`project\`, the Google Cloud project to call; ${without}`);
  if (!has("location")) missing(`${name} needs \`location\`, as in us-central1 or global`);
}

/** Paths name both or neither. */
function warnOfHalfPlace({ tree, report }: Inspection, path: Path, has: (name: string) => boolean): void {
  const [said, other] = has("project") ? ["project", "location"] : ["location", "project"];
  const entry = memberOf(find(tree, path), said);
  if (!has("base_url") || entry === undefined || has(other)) return;
  const message = `\`${said}\` is not sent without \`${other}\`: the paths behind \`base_url\` name neither, as in express mode, which has no embeddings, endpoints, Claude and open models`;
  report.warning(entry, { message, at: "key" });
}

/** The Developer API answers nobody without a credential; behind a base URL somebody else may add it. */
export function checkGemini(inspection: Inspection, path: Path): void {
  const has = membersAt(inspection, path);
  if (has("auth") || has("base_url")) return;
  const example = "as in { api_key: $" + "{GEMINI_API_KEY} }";
  const message = `\`${path.at(-1)}\` needs \`auth\`, ${example}; only \`base_url\` can do without`;
  mistakeAt(inspection, path, { message, at: "key" });
}

/** An upstream model that the Developer API has; what is behind a base URL of one's own is not known. */
export function checkGeminiModel(inspection: Inspection, path: Path, use: Use, provider: Provider): void {
  const shown = shownAt(inspection, path);
  const named = toVertexModel(use.upstreamModel.replace(/^tunedModels\//, "models/"), {});
  const isOwn = named.kind === "model" || named.kind === "endpoint" || provider.base_url !== undefined;
  if (isNameless(use)) mistakeAt(inspection, path, { message: nameless(shown) });
  else if (!isOwn) {
    const message = `${shown} is a model of ${publisherOf(named)}: the Developer API has Google's own models only`;
    mistakeAt(inspection, path, { message });
  }
}

const nameless = (shown: string): string => `${shown} ends before the name of a model`;

function publisherOf(named: VertexModel): string {
  if (named.kind === "claude") return "anthropic's";
  if (named.kind === "foreign") return `${named.publisher}'s`;
  return named.kind === "open" ? `${named.model.split("/")[0]}'s` : "another place's";
}

/** An upstream model that Vertex AI has, and that this provider can reach. */
export function checkVertexModel(inspection: Inspection, path: Path, use: Use, provider: Provider): void {
  const place = placeOf(provider);
  const named = toVertexModel(use.upstreamModel, place);
  const shown = shownAt(inspection, path);
  const remark = isNameless(use)
    ? { message: nameless(shown) }
    : remarkOn(named, use, shown, isInterpolated(inspection, path));
  if (remark !== undefined) mistakeAt(inspection, path, remark);
  else if (!isGoogles(named) && (place.project === undefined || place.location === undefined)) {
    const message = `${kindOf(named)} needs \`project\` and \`location\` at \`${use.provider}\`; without them there are Google's own models only`;
    // What else is wrong with the provider is told there.
    if (isExpress(provider) || provider.base_url !== undefined) mistakeAt(inspection, path, { message });
  }
}

function kindOf({ kind }: VertexModel): string {
  if (kind === "claude") return "Claude";
  return kind === "endpoint" ? "an endpoint" : "an open model";
}

const isGoogles = (named: VertexModel): boolean => named.kind === "model" && named.publisher === "google";

function remarkOn(
  named: VertexModel,
  { provider, upstreamModel }: Use,
  shown: string,
  hidden: boolean,
): { message: string; suggestion?: string | undefined } | undefined {
  switch (named.kind) {
    case "foreign": {
      const { publisher } = named;
      return {
        message: `${shown} is a model of ${publisher}'s: Vertex AI has it in that publisher's own language, which this version does not speak there yet`,
      };
    }
    case "elsewhere":
      return {
        message: `${shown} is in another project or location than \`${provider}\`; name it without them, or give it a provider of its own`,
        suggestion: hidden ? undefined : `${provider}/${named.rest}`,
      };
    case "model":
      if (!upstreamModel.endsWith("-maas") || upstreamModel.includes("/")) return undefined;
      return {
        message: `an open model is named with its publisher, as in ${provider}/meta/llama-3.3-70b-instruct-maas`,
      };
    case "claude": {
      const [, family, date] = /^(.+)-(\d{8})$/.exec(named.model) ?? [];
      if (family === undefined) return undefined;
      return {
        message: `Vertex AI has the date of a Claude behind an \`@\`, not as ${shown} has it`,
        suggestion: hidden ? undefined : `${provider}/${family}@${date}`,
      };
    }
    case "endpoint":
    case "open":
      return undefined;
    default:
      return named satisfies never;
  }
}

const isExpress = ({ auth }: Provider): boolean => typeof auth === "object" && auth.api_key !== undefined;

const placeOf = (provider: Provider): VertexPlace => ({
  project: "project" in provider ? provider.project : undefined,
  location: "location" in provider ? provider.location : undefined,
});

function checkName(inspection: Inspection, path: Path, shape: RegExp, example: string): void {
  const entry = find(inspection.tree, path);
  if (entry?.kind !== "scalar" || shape.test(String(entry.value))) return;
  const message = `\`${path.at(-1)}\` cannot be ${shownAt(inspection, path)}; write it ${example}`;
  mistakeAt(inspection, path, { message });
}
