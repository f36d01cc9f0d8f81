import OpenAI, { type APIError } from "openai";
import { onTestFinished } from "vitest";
import { startAnthropicEmulator } from "../../src/emulators/anthropic.ts";
import { startGeminiEmulator } from "../../src/emulators/gemini.ts";
import type { ServerName } from "../../src/emulators/openai.ts";
import type { Answer, Failure, Script } from "../../src/emulators/script.ts";
import type { ErrorName } from "../../src/errors.ts";
import {
  type GatewayOptions,
  project,
  secrets,
  startOpenAIServer,
  startVertex,
  type TestGateway,
  type Upstream,
} from "../_setup.ts";

/** What a case may ask for and a provider's fates may refuse or report. */
export type Feature =
  | "logprobs"
  | "penalties"
  | "thinking-off"
  | "custom-tools"
  | "token-details"
  /** The provider says in words why it blocks a prompt. */
  | "block-words"
  /** An answer may end with a word that makes it of no use. */
  | "malformed"
  /** The provider speaks another language than the client, so what it has no words for is told. */
  | "translation";

/** What a client is told of a failure where the upstream has a word of its own for it. */
export interface Told {
  readonly error: ErrorName;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The class the SDK throws. */
  readonly thrown: new (
    ...args: never[]
  ) => APIError;
}

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
    /** Ends an answer that nobody can use; without such a word it lacks `malformed`. */
    readonly malformed: string;
    /** An answer of which all is said, but not why it ends. */
    readonly unended?: Answer;
    /** The refusal of a prompt of 1200000 tokens where 1048576 fit. */
    readonly tooLong: Failure;
    /** The refusal where a quota is used up until tomorrow. */
    readonly quota: Failure;
    /** The status of an overload; 503 unless told. */
    readonly overloaded?: number;
    /** It says in whole seconds how long to wait. */
    readonly wholeSeconds?: true;
    /** What is told otherwise than by most. */
    readonly told?: { readonly quota?: Partial<Told>; readonly forbidden?: Partial<Told> };
    /** A name of a tool that the upstream does not take. */
    readonly strangeName?: string;
    /** It makes one call where it is told to, whatever it would like. */
    readonly obeys?: true;
    /** It has no setting for JSON: it is asked for it. */
    readonly asksForJson?: true;
    /** What is changed in a form of the answer with a bound, which is told in words. */
    readonly boundsInWords?: string;
    /** What is changed where an answer may have a few tokens only: those who think must be told to think less. */
    readonly forFewTokens?: string;
    /** How its messages speak of the customer. */
    readonly aboutUs: string;
    /** What becomes of a 503 and a 429 that come inside of a stream, where not all servers name the status. */
    readonly inStream: { readonly overloaded: ErrorName; readonly limited: ErrorName };
    /** What an answer nobody can use says before it is known to be one. */
    readonly opensFirst: boolean;
    /** The event with which an answer is whole; the last one unless told. */
    readonly lastWord?: RegExp;
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
    inStream: { overloaded: "overloaded", limited: "rate_limit_exceeded" },
    opensFirst: false,
    forFewTokens: "clamped:reasoning_effort",
    aboutUs: `Resource projects/${project}/locations/us-central1 of project ${project} is at fault.`,
  },
} satisfies Partial<ContractProvider>;

/** A server that speaks OpenAI's language, with one of its models. */
const openaiServer = (
  name: string,
  server: ServerName,
  model: string,
  words: Partial<ContractProvider["words"]> = {},
): Omit<ContractProvider, "lacks"> => ({
  name,
  start: (script) => startOpenAIServer(script, server),
  providers: `
providers:
  up: { type: openai, server: ${server}, base_url: "\${UPSTREAM}/v1", auth: { bearer: "\${TOKEN}" } }
`,
  use: `up/${model}`,
  words: {
    maxTokens: "length",
    safety: "content_filter",
    blocked: "content_filter",
    malformed: "error",
    tooLong: {
      status: 400,
      code: "context_length_exceeded",
      message:
        "This model's maximum context length is 1048576 tokens. However, your messages resulted in 1200000 tokens. Please reduce the length of the messages.",
    },
    quota: {
      status: 429,
      reason: "insufficient_quota",
      code: "insufficient_quota",
      message: "You exceeded your current quota.",
    },
    aboutUs: `Key sk-proj-0a1b2c3d4e5f of project ${project} in organization org-0a1b2c3d4e5f is at fault.`,
    inStream: { overloaded: "overloaded", limited: "rate_limit_exceeded" },
    opensFirst: true,
    lastWord: /data: ?[^\n]*"finish_reason": ?"[^\n]*/,
    ...words,
  },
});

/** Google's own API for developers: Gemini's language, and no project to speak of. */
const developerApi = {
  start: startDeveloperApi,
  providers: `
providers:
  up: { type: gemini, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`,
  words: {
    ...vertexAi.words,
    aboutUs: `Consumer 'projects/${project}' of project ${project} is at fault.`,
  },
} satisfies Partial<ContractProvider>;

/** Starts an emulated Developer API that wants the right key; gone when the test is. */
async function startDeveloperApi(script: Script): Promise<Upstream> {
  const upstream = await startGeminiEmulator({ script, token: secrets.token });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** Claude, wherever it answers. */
const claude = {
  words: {
    maxTokens: "max_tokens",
    safety: "refusal",
    blocked: "bio",
    malformed: "",
    // `message_stop` is the last word: without it nothing is over.
    unended: { cut: { after_events: 11, clean: true } },
    tooLong: { status: 400, message: "prompt is too long: 1200000 tokens > 1048576 maximum" },
    quota: { status: 402, message: "Your credit balance is too low to access the Anthropic API." },
    overloaded: 529,
    obeys: true,
    asksForJson: true,
    told: {
      quota: { message: "The gateway's account with the upstream has no credit left, or has reached its limit." },
      forbidden: {
        error: "permission_denied",
        message: "The upstream does not let the gateway's account do this.",
        headers: {},
        thrown: OpenAI.PermissionDeniedError,
      },
    },
    strangeName: "my.tool",
    inStream: { overloaded: "overloaded", limited: "rate_limit_exceeded" },
    opensFirst: true,
    aboutUs:
      "The model of organization 3b241101-e2bb-4255-8caf-4136c566a962 in workspace wrkspc_0a1b2c3d4e5f is at fault.",
  },
} satisfies Partial<ContractProvider>;

/** Claude at Anthropic's own. */
const anthropic = {
  ...claude,
  start: startClaude,
  providers: `
providers:
  up: { type: anthropic, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`,
  words: {
    ...claude.words,
    wholeSeconds: true,
    boundsInWords: "downgraded:response_format.json_schema.schema.properties.people.minimum",
  },
} satisfies Partial<ContractProvider>;

/** Starts an emulated Anthropic that wants the right key; gone when the test is. */
async function startClaude(script: Script): Promise<Upstream> {
  const upstream = await startAnthropicEmulator({ script, token: secrets.token });
  onTestFinished(() => upstream.close());
  return upstream;
}

const unnamed: Partial<ContractProvider["words"]> = {
  inStream: { overloaded: "upstream_error", limited: "upstream_error" },
};
const credits: Partial<ContractProvider["words"]> = {
  quota: { status: 402, message: "You exceeded your current quota." },
};

/** Every provider passes the same suite. A new one is a row here. */
export const contractProviders: readonly ContractProvider[] = [
  { ...vertexAi, name: "Gemini 2.5 on Vertex AI", use: "up/gemini-2.5-flash", lacks: [] },
  {
    ...vertexAi,
    name: "Gemini 3 on Vertex AI",
    use: "up/gemini-3-flash-preview",
    lacks: ["logprobs", "penalties", "thinking-off"],
  },
  {
    ...developerApi,
    name: "Gemini 2.5 on the Developer API",
    use: "up/gemini-2.5-flash",
    lacks: ["logprobs", "penalties", "block-words"],
  },
  {
    ...developerApi,
    name: "Gemini 3 on the Developer API",
    use: "up/gemini-3-flash-preview",
    lacks: ["logprobs", "penalties", "thinking-off", "block-words"],
  },
  {
    ...anthropic,
    name: "Claude Sonnet 4.5",
    use: "up/claude-sonnet-4-5",
    lacks: ["logprobs", "penalties", "malformed"],
  },
  {
    ...anthropic,
    name: "Claude Opus 5",
    use: "up/claude-opus-5",
    // It thinks by itself, and must be told to think less.
    words: { ...anthropic.words, forFewTokens: "clamped:reasoning_effort" },
    lacks: ["logprobs", "penalties", "malformed"],
  },
  {
    ...claude,
    name: "Claude Sonnet 4.5 on Vertex AI",
    start: startVertex,
    providers: vertexAi.providers,
    use: "up/claude-sonnet-4-5@20250929",
    lacks: ["logprobs", "penalties", "malformed"],
  },
  {
    ...openaiServer("Llama on Vertex AI", "vllm", "meta/llama-3.3-70b-instruct-maas"),
    start: startVertex,
    providers: vertexAi.providers,
    lacks: ["translation", "block-words"],
  },
  { ...openaiServer("OpenAI", "openai", "gpt-4o"), lacks: ["translation", "block-words"] },
  { ...openaiServer("vLLM", "vllm", "llama-3.1-8b"), lacks: ["translation", "block-words", "custom-tools"] },
  {
    ...openaiServer("Ollama", "ollama", "llama3.2", unnamed),
    lacks: ["translation", "block-words", "custom-tools", "token-details"],
  },
  { ...openaiServer("OpenRouter", "openrouter", "openai/gpt-4o", credits), lacks: ["translation", "block-words"] },
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
