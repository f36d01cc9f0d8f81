import { isAzures } from "./azure-clouds.ts";
import type { Routes } from "./config.ts";
import { type Inspection, isInterpolated, membersAt, mistakeAt, shownAt, wasRemoved } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { isNameless, type Use } from "./use.ts";

type Provider = Routes["providers"][string];

const key = "{ api_key: $" + "{AZURE_OPENAI_API_KEY} }";
const credentials = `as in entra or ${key}`;

/** A resource of Azure's has a host of its own, and answers nobody without a credential. */
export function checkAzure(inspection: Inspection, path: Path, provider: Provider): void {
  const has = membersAt(inspection, path);
  if (!has("base_url")) {
    const message = `\`${path.at(-1)}\` needs \`base_url\`, the resource's own, as in https://my-resource.openai.azure.com`;
    mistakeAt(inspection, path, { message, at: "key" });
  }
  if (isGoogles(provider.auth)) {
    const message = `\`auth\` is a credential of Google's, which Azure does not know; give it its own, ${credentials}`;
    mistakeAt(inspection, [...path, "auth"], { message, at: "key" });
  } else if (!has("auth") && isAzures(provider.base_url) && !wasRemoved(inspection, path, "auth")) {
    const message = `\`${path.at(-1)}\` needs \`auth\`, ${credentials}; Azure answers nobody without`;
    mistakeAt(inspection, path, { message, at: "key" });
  }
  const version = "api_version" in provider ? provider.api_version : undefined;
  checkVersion(inspection, [...path, "api_version"], version);
  checkRoot(inspection, [...path, "base_url"], provider.base_url ?? "", version);
}

function isGoogles(auth: Provider["auth"]): boolean {
  return auth === "adc" || (typeof auth === "object" && auth.service_account !== undefined);
}

const versions = /^(?:v1|preview|\d{4}-\d{2}-\d{2}(?:-preview)?)$/;

/** The next best word for what others write there. */
const nearly: ReadonlyMap<string, string> = new Map([
  ["latest", "preview"],
  ["v1-preview", "preview"],
  ["v1preview", "preview"],
]);

function checkVersion(inspection: Inspection, path: Path, version: string | undefined): void {
  if (version === undefined || versions.test(version)) return;
  const message = `\`api_version\` is v1, preview or a date, as in 2024-10-21 or 2025-04-01-preview, not ${shownAt(inspection, path)}`;
  const word = version.toLowerCase();
  const near = versions.test(word) ? word : nearly.get(word);
  mistakeAt(inspection, path, { message, suggestion: isInterpolated(inspection, path) ? undefined : near });
}

/** What belongs to the API is mistaken for part of the prefix, as URLs copied from Azure's portal have it. */
function checkRoot(inspection: Inspection, path: Path, text: string, version: string | undefined): void {
  const hidden = isInterpolated(inspection, path);
  const [, root, below = ""] = /^(.*?\/openai)((?:\/v1)?(?:\/.*)?)$/s.exec(text) ?? [];
  if (root === undefined) return;
  const rest = below.replace(/\/+$/, "");
  if (rest === "/v1" && version !== undefined && /^\d/.test(version)) {
    const message = `\`base_url\` ends in \`/openai/v1\`, which has no dated versions, and \`api_version\` names one; keep one of them`;
    mistakeAt(inspection, path, { message, suggestion: hidden ? undefined : root });
  } else if (rest !== "" && rest !== "/v1") {
    const message =
      "`base_url` ends with the resource's host, or with `/openai`; deployments and operations are appended to it";
    mistakeAt(inspection, path, { message, suggestion: hidden ? undefined : root });
  }
}

/** The name of a deployment, which holds no slash; what is behind a base URL of one's own is not known. */
export function checkAzureModel(inspection: Inspection, path: Path, use: Use, provider: Provider): void {
  const shown = shownAt(inspection, path);
  if (isNameless(use)) mistakeAt(inspection, path, { message: `${shown} ends before the name of a deployment` });
  else if (isAzures(provider.base_url) && use.upstreamModel.includes("/")) {
    const [name] = use.upstreamModel.split("/").slice(-1);
    const message = `${shown} is no name of a deployment: those hold no \`/\``;
    const suggestion = isInterpolated(inspection, path) ? undefined : `${use.provider}/${name}`;
    mistakeAt(inspection, path, { message, suggestion });
  }
}
