import type { ProviderType } from "../../config/config.ts";
import type { DeploymentDraft } from "./draft.ts";
import type { To } from "./notes.ts";
import type { Params, Setup } from "./setup.ts";
import { azureSetup } from "./setup-azure.ts";
import { bedrockSetup } from "./setup-bedrock.ts";
import { readHeaders, readTls } from "./setup-headers.ts";
import { keyedSetup } from "./setup-keyed.ts";
import { vertexSetup } from "./setup-vertex.ts";

/** Members that are read here, for every host. */
export const setupNames: readonly string[] = [
  ...["api_key", "api_base", "base_url", "api_version", "organization", "extra_headers", "headers", "ssl_verify"],
];

type Read = (params: Params) => Setup | string;

/** Hosts that are set up in ways of their own. */
const special: Readonly<Partial<Record<ProviderType, Read>>> = {
  azure: azureSetup,
  bedrock: bedrockSetup,
  vertex: vertexSetup,
};

/** The provider of an entry, and its model there; or why there is none. */
export function readSetup(params: Params): Setup | string {
  const setup = (special[params.located.host.type] ?? keyedSetup)(params);
  if (typeof setup === "string") return setup;
  const headers = readHeaders(params);
  const tls = readTls(params);
  return { ...setup, members: { ...setup.members, ...headers, ...tls } };
}

/** The member of a draft's provider, once the draft is there. */
export function providerPlace(draft: () => DeploymentDraft | undefined, steps: readonly (string | number)[]): To {
  return () => {
    const name = draft()?.provider.name;
    return name === undefined || draft()?.place === undefined ? undefined : ["providers", name, ...steps];
  };
}
