import type { Failure, Script } from "../../src/emulators/script.ts";
import { type GatewayOptions, project, startVertex, type TestGateway, type Upstream } from "../_setup.ts";

/** What a case may ask for and a provider's fates may refuse or report. */
export type Feature = "logprobs" | "penalties" | "thinking-off";

/** A provider with one of its models, and what the suite must know to play it. */
export interface ContractProvider {
  readonly name: string;
  readonly start: (script: Script) => Promise<Upstream>;
  /** The section `providers` of routes.yaml. */
  readonly providers: string;
  /** `provider/upstream model`. */
  readonly use: string;
  /** The upstream's own words for what all upstreams know. */
  readonly words: {
    readonly maxTokens: string;
    readonly safety: string;
    readonly blocked: string;
    /** Ends an answer that nobody can use. */
    readonly malformed: string;
    /** The refusal of a prompt of 1200000 tokens where 1048576 fit. */
    readonly tooLong: Failure;
    /** The refusal where a quota is used up until tomorrow. */
    readonly quota: Failure;
    /** How its messages speak of the customer. */
    readonly aboutUs: string;
  };
  /** Refused or reported by the fate table. */
  readonly lacks: readonly Feature[];
}

const vertexAi = {
  start: startVertex,
  providers: `
providers:
  up:
    { type: vertex, project: ${project}, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`,
  words: {
    maxTokens: "MAX_TOKENS",
    safety: "SAFETY",
    blocked: "PROHIBITED_CONTENT",
    malformed: "MALFORMED_FUNCTION_CALL",
    tooLong: {
      status: 400,
      message: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    },
    quota: {
      status: 429,
      message: "You exceeded your current quota.",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel", quotaMetric: "requests" }],
        },
      ],
    },
    aboutUs: `Resource projects/${project}/locations/us-central1 of project ${project} is at fault.`,
  },
} satisfies Partial<ContractProvider>;

/** Every provider passes the same suite. A new one is a row here. */
export const contractProviders: readonly ContractProvider[] = [
  { ...vertexAi, name: "Gemini 2.5 on Vertex AI", use: "up/gemini-2.5-flash", lacks: [] },
  {
    ...vertexAi,
    name: "Gemini 3 on Vertex AI",
    use: "up/gemini-3-flash-preview",
    lacks: ["logprobs", "penalties", "thinking-off"],
  },
];

/** How {@link import("../_setup.ts").startGateway} starts a provider with one model, `test-model`. */
export function setupOf(
  { start, providers, use }: ContractProvider,
  more: { readonly model?: string; readonly routes?: string } = {},
): GatewayOptions {
  const model = `{ deployments: ["${use}"], conformance: enforce${more.model === undefined ? "" : `, ${more.model}`} }`;
  return { upstream: start, providers, routes: `models: { test-model: ${model} }\n${more.routes ?? ""}` };
}

/** Bodies the upstream received, oldest first. */
export function sentBodies({ upstream }: TestGateway): readonly unknown[] {
  return upstream.requests.map((request) => request.body);
}
