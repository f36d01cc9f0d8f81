import { operations } from "../../generated/operations.ts";
import { toBedrockModel } from "../config/bedrock-model.ts";
import type { Guardrail, ProviderConfig } from "../config/config.ts";
import { embedderOf } from "../dialects/converse/embeddings/forms.ts";
import { prepareCall } from "./prepare-call.ts";
import type { PreparedCall, PreparedCalls, Provider } from "./provider.ts";

/**
 * Amazon Bedrock: Claude by InvokeModel, which hands its body on to the model; all other models by Converse. Vectors are
 * made by InvokeModel too.
 *
 * @see specs/bedrock.yaml
 * @see reference: openai-chat-to-anthropic §1, upstream-auth §4
 */
export const bedrock: Provider = {
  type: "bedrock",
  // A key of Bedrock's own goes where a token would.
  apiKeyHeader: "authorization",
  hostOf: () => "bedrock",
  dialects: ["anthropic", "converse"],
  dialectOf: (_provider, upstreamModel, family) =>
    toBedrockModel(upstreamModel, family).isClaude ? "anthropic" : "converse",
  modelOf: (_provider, upstreamModel) => toBedrockModel(upstreamModel).name,
  prepare(provider, upstreamModel, operation, family) {
    const named = toBedrockModel(upstreamModel, family);
    const makesVectors = !named.isClaude && embedderOf(family ?? named.name) !== undefined;
    if (operation === "completions" || makesVectors !== (operation === "embeddings")) return undefined;
    if (!isPlace(upstreamModel)) return undefined;
    if (makesVectors) return callsOf(provider, upstreamModel, invoked, {});
    return named.isClaude
      ? callsOf(provider, upstreamModel, invoked, { headers: guardrailHeaders(provider.guardrail) })
      : callsOf(provider, upstreamModel, conversed, { body: guardrailMembers(provider.guardrail) });
  },
};

const { invokeModel, invokeModelWithResponseStream, converse: converseWith, converseStream } = operations.bedrock;
const invoked = { unary: invokeModel.path, stream: invokeModelWithResponseStream.path };
const conversed = { unary: converseWith.path, stream: converseStream.path };

function callsOf(
  provider: ProviderConfig,
  modelId: string,
  paths: Readonly<Record<keyof PreparedCalls, string>>,
  { headers: own, body }: Partial<Pick<PreparedCall, "headers" | "body">>,
): PreparedCalls {
  const baseUrl = provider.baseUrl ?? `https://${hostIn(provider.region)}`;
  const callTo = (path: string): PreparedCall => {
    const { headers, ...call } = prepareCall(provider, baseUrl, path, { modelId }, {});
    return { ...call, headers: { ...own, ...headers }, ...(body && { body }) };
  };
  return { unary: callTo(paths.unary), stream: { ...callTo(paths.stream), framing: "eventstream" } };
}

/** A name that URLs would take for a way up, or for nothing, has no place of its own. */
const isPlace = (upstreamModel: string): boolean => !/^\.{0,2}$/.test(upstreamModel);

/** Partitions of AWS that have a domain of their own. */
const domains: readonly (readonly [region: RegExp, domain: string])[] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^us-isof-/, "csp.hci.ic.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^eusc-/, "amazonaws.eu"],
];

function hostIn(region = ""): string {
  const [, domain = "amazonaws.com"] = domains.find(([shape]) => shape.test(region)) ?? [];
  return `bedrock-runtime.${region}.${domain}`;
}

/**
 * The guardrail of a call whose body is the model's own.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
function guardrailHeaders(guardrail: Guardrail | undefined): Record<string, string> {
  if (guardrail === undefined) return {};
  const { identifier, version, trace } = guardrail;
  return {
    "x-amzn-bedrock-guardrailidentifier": identifier,
    "x-amzn-bedrock-guardrailversion": version,
    ...(trace !== undefined && { "x-amzn-bedrock-trace": trace.toUpperCase() }),
  };
}

/**
 * The guardrail of a conversation.
 *
 * @see specs/bedrock.yaml#/components/schemas/GuardrailConfiguration
 */
function guardrailMembers(guardrail: Guardrail | undefined): PreparedCall["body"] {
  if (guardrail === undefined) return undefined;
  const { identifier, version, trace } = guardrail;
  const config = { guardrailIdentifier: identifier, guardrailVersion: version, ...(trace !== undefined && { trace }) };
  return { guardrailConfig: config };
}
