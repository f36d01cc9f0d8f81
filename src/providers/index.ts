import type { ProviderConfig } from "../config/config.ts";
import { anthropic } from "./anthropic.ts";
import { azure } from "./azure.ts";
import { bedrock } from "./bedrock.ts";
import { gemini } from "./gemini.ts";
import { openai } from "./openai.ts";
import type { Provider } from "./provider.ts";
import { vertex } from "./vertex.ts";

/** Every host type this version speaks to, one line each. */
const providers: Readonly<Partial<Record<ProviderConfig["type"], Provider>>> = {
  anthropic,
  azure,
  bedrock,
  gemini,
  openai,
  vertex,
};

/** The host type of a configured provider. Fails: throws for a type the config loader should have refused. */
export function providerOf(config: ProviderConfig): Provider {
  const provider = providers[config.type];
  if (provider === undefined) throw new Error(`provider type ${config.type} has no implementation`);
  return provider;
}
