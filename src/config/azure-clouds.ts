/** Where Entra ID gives tokens for one of Azure's clouds, and what they are for. */
export interface AzureCloud {
  /** What a token is asked for: the service that Azure OpenAI is part of. */
  readonly scope: string;
  /** Undefined: the library's own, which AZURE_AUTHORITY_HOST may change. */
  readonly authority: string | undefined;
}

const publicCloud: AzureCloud = { scope: "https://cognitiveservices.azure.com/.default", authority: undefined };

/** Clouds of their own, by how the names of their hosts end. */
const sovereign: ReadonlyMap<string, AzureCloud> = new Map([
  [
    ".azure.us",
    { scope: "https://cognitiveservices.azure.us/.default", authority: "https://login.microsoftonline.us" },
  ],
  [".azure.cn", { scope: "https://cognitiveservices.azure.cn/.default", authority: "https://login.chinacloudapi.cn" }],
]);

/** The cloud a base URL leads to. What is no host of Azure's is taken to stand before the public one. */
export function azureCloudAt(baseUrl: string | undefined): AzureCloud {
  const hostname = URL.parse(baseUrl ?? "")?.hostname ?? "";
  const found = [...sovereign].find(([domain]) => hostname.endsWith(domain));
  return found?.[1] ?? publicCloud;
}

/** Whether a base URL leads to Azure itself. */
export function isAzures(baseUrl: string | undefined): boolean {
  return /\.azure\.(?:com|us|cn)$/.test(URL.parse(baseUrl ?? "")?.hostname ?? "");
}
