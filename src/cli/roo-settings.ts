/** What a developer's Roo Code shall use. */
export interface RooProfile {
  /** The profile's name in Roo Code. */
  readonly name: string;
  readonly id: string;
  /** Without `/v1`. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
}

/**
 * Settings as Roo Code's own export has them, which `roo-cline.autoImportSettingsPath` and its import button read: one
 * profile of the provider "OpenAI Compatible", in use for every mode.
 */
export function rooSettings({ name, id, url, key, model }: RooProfile): string {
  const profile = {
    apiProvider: "openai",
    openAiBaseUrl: `${url}/v1`,
    openAiApiKey: key,
    openAiModelId: model,
    id,
  };
  const providerProfiles = { currentApiConfigName: name, apiConfigs: { [name]: profile }, modeApiConfigs: {} };
  return `${JSON.stringify({ providerProfiles, globalSettings: {} }, null, 2)}\n`;
}
