import type { ProviderType } from "../../config/config.ts";
import { slug } from "./draft.ts";
import { hintOf, type Params, readBase, readKey, type Setup } from "./setup.ts";

/** The vendor whose name a server of one's own goes by in LiteLLM. */
const vendor = "openai";

/** How a key is written for hosts that take it as a token. */
const inHeader: Readonly<Partial<Record<ProviderType, "bearer">>> = { openai: "bearer" };

/** What LiteLLM and Specgate append to a base URL differs. */
const trims: Readonly<Partial<Record<ProviderType, (url: string) => string>>> = {
  anthropic: (url) => url.replace(/\/v1(?:\/messages)?$/, ""),
};

/** A host with a key and a base URL. */
export function keyedSetup(params: Params): Setup | string {
  const { host, model } = params.located;
  const isOpenAI = host.kind === vendor;
  const base = readBase(params, trims[host.type] ?? ((url) => withBelow(url, host.below)));
  const url = base ?? host.base ?? (host.baseVariable && params.variables.named(host.baseVariable, "url"));
  if (base === undefined && host.baseVariable !== undefined) {
    params.notes.changed(params.map, `LiteLLM reads ${host.baseVariable} for \`api_base\`; so does the new file`);
  }
  const isOwn = base !== undefined && isOpenAI;
  const kind = isOwn ? kindOf(base) : host.kind;
  const members = {
    type: host.type,
    ...(host.server === undefined ? {} : { server: host.server }),
    ...(url === undefined ? {} : { base_url: url }),
    ...readKey(
      params,
      inHeader[host.type] ?? "api_key",
      isOwn ? `${slug(kind).replaceAll("-", "_").toUpperCase()}_API_KEY` : undefined,
    ),
  };
  return { kind, hint: hintOf(base), members, model: model.replace(/^responses\//, "") };
}

function withBelow(url: string, below: string | undefined): string {
  const bare = url.replace(/\/(?:chat\/completions|completions|embeddings)$/, "");
  return below === undefined || bare.endsWith(below) ? bare : `${bare}${below}`;
}

/** A name for a server of one's own: the part of the host that tells the most. */
function kindOf(url: string): string {
  if (url.startsWith("$")) return slug(url.replaceAll(/API|BASE|URL|ENDPOINT/g, "")) || vendor;
  const labels = (URL.parse(url)?.hostname ?? "").split(".").filter((one) => !/^(?:api|www|llm|ai|\d*)$/.test(one));
  return labels.find((one) => !/^(?:localhost|\[.*)$/.test(one)) ?? "local";
}
