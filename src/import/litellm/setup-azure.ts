import { memberOf } from "../../config/tree.ts";
import { has, hintOf, otherAccount, type Params, readBase, readKey, type Setup, tellSecret } from "./setup.ts";
import { textOf } from "./source.ts";
import { referenceIn } from "./variables.ts";

/** Members that only Azure has. */
export const azureNames: readonly string[] = [
  ...["azure_ad_token", "azure_ad_token_provider", "tenant_id", "client_id", "client_secret", "azure_scope"],
  ...["azure_username", "azure_password"],
];

/** A resource of Azure's. Its models are deployments, which LiteLLM puts words of its own before. */
export function azureSetup(params: Params): Setup | string {
  const { map, located, notes, variables, atDeployment } = params;
  const base = readBase(params, trimAzure);
  if (/\.models\.ai\.azure\.com$/.test(URL.parse(base ?? "")?.hostname ?? "")) {
    return "a serverless endpoint of Azure's is no resource; write it as a provider of type openai";
  }
  const other = has(map, "api_key") ? undefined : otherAccount(params, Object.entries(principal));
  if (other !== undefined) return other;
  const variable = located.host.baseVariable ?? "AZURE_API_BASE";
  const url = base ?? variables.named(variable, "azure");
  if (base === undefined) {
    notes.changed(map, `LiteLLM reads ${variable} for \`api_base\`; so does the new file`, params.at("base_url"));
  }
  const [, kind, rest] =
    /^(o_series|gpt5_series|responses|global|global-standard|us|eu)\/(.+)$/.exec(located.model) ?? [];
  const model = rest ?? located.model;
  const family = kind === "o_series" ? "o3" : kind === "gpt5_series" ? "gpt-5" : undefined;
  const modelEntry = memberOf(map, "model");
  if (family !== undefined && modelEntry !== undefined) {
    notes.changed(modelEntry, `\`${kind}\` becomes \`family\`; name the model itself there`, atDeployment("family"));
  }
  const members = { type: "azure", base_url: url, ...readVersion(params), ...readCredential(params) };
  return { hint: hintOf(url), members, model, deployment: family === undefined ? {} : { family } };
}

/** URLs as Azure's portal has them go on below the resource. */
function trimAzure(url: string): string {
  return url.replace(/\/openai(?:\/(?:deployments|v1|responses).*)?$/, "");
}

function readVersion({ map, notes, variables, at }: Params): Readonly<Record<string, unknown>> {
  const entry = memberOf(map, "api_version");
  const said = textOf(entry);
  if (entry === undefined || said === undefined || said === "") {
    notes.changed(map, "without `api_version` it is Azure's newest, which has no date");
    return {};
  }
  if (said === "latest") {
    notes.changed(entry, "`latest` is called `preview`", at("api_version"));
    return { api_version: "preview" };
  }
  if (said === "v1") {
    notes.carried(entry, at(), "it is the default");
    return {};
  }
  notes.carried(entry, at("api_version"));
  return { api_version: variables.said(entry, "version") };
}

const principal = {
  tenant_id: "AZURE_TENANT_ID",
  client_id: "AZURE_CLIENT_ID",
  client_secret: "AZURE_CLIENT_SECRET",
} as const;

function readCredential(params: Params): Readonly<Record<string, unknown>> {
  const { map, notes, variables, at } = params;
  const token = memberOf(map, "azure_ad_token");
  if (!has(map, "api_key") && token !== undefined && textOf(token)?.startsWith("oidc/") !== true) {
    const value = variables.hidden(token, "AZURE_AD_TOKEN");
    tellSecret(params, token, value, at("auth", "bearer"));
    return { auth: { bearer: value } };
  }
  const said = Object.entries(principal).flatMap(([name, variable]) => {
    const entry = memberOf(map, name);
    return entry === undefined ? [] : [[entry, variable] as const];
  });
  for (const [entry, variable] of said) {
    if (referenceIn(entry) === variable) notes.carried(entry, at("auth"), `Azure's own library reads ${variable}`);
    else {
      variables.outside(variable, entry);
      notes.changed(entry, `Azure's own library reads it, one for all providers: put it into ${variable}`, at("auth"));
    }
  }
  const isEntra = said.length > 0 || token !== undefined;
  if (token !== undefined) notes.changed(token, "Azure's own library finds the identity", at("auth"));
  return has(map, "api_key") || !isEntra ? readKey(params, "api_key") : { auth: "entra" };
}
