import { awsEnvironment, awsRegion } from "./setting.ts";

/** What tells Portkey where a model is called, and as whose. */
export function portkeyHeaders(model: string, upstreamPort: number): Readonly<Record<string, string>> {
  const upstream = `http://127.0.0.1:${upstreamPort}`;
  const key = { authorization: "Bearer demo" };
  if (model.startsWith("gemini")) return { ...key, ...to("google", upstream) };
  if (model.startsWith("claude")) return { ...key, ...to("anthropic", `${upstream}/v1`) };
  // Bedrock's own names have the vendor's in them.
  if (model.includes(".") && model.includes(":")) return { ...keysOfAws, ...to("bedrock", upstream) };
  return { ...key, ...to("openai", `${upstream}/v1`) };
}

function to(provider: string, host: string): Readonly<Record<string, string>> {
  return { "x-portkey-provider": provider, "x-portkey-custom-host": host };
}

const keysOfAws = {
  "x-portkey-aws-access-key-id": awsEnvironment.AWS_ACCESS_KEY_ID,
  "x-portkey-aws-secret-access-key": awsEnvironment.AWS_SECRET_ACCESS_KEY,
  "x-portkey-aws-region": awsRegion,
};
