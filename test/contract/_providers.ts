import OpenAI, { type APIError } from "openai";
import { onTestFinished } from "vitest";
import { startAnthropicEmulator } from "../../src/emulators/anthropic.ts";
import { startAzureEmulator } from "../../src/emulators/azure.ts";
import { startBedrockEmulator } from "../../src/emulators/bedrock.ts";
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
    /** Ends an answer that nobody can use; where there is no such word, answers that are of no use. */
    readonly malformed: string | Useless;
    /** A byte of a stream behind some of its text, in the middle of an event; 1000 unless told. */
    readonly middle?: number;
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
    /** A name of a tool that the upstream does not take: `1st-tool` unless told. It takes that too where it is null. */
    readonly strangeName?: string | null;
    /** It blocks a prompt without a word of its own about why. */
    readonly blocksInSilence?: true;
    /** It blocks a prompt by refusing it, as other mistakes of the client's. */
    readonly refusesBlocked?: true;
    /** The kinds of tokens that it counts apart; both unless told. */
    readonly countsApart?: readonly ("cached" | "thinking")[];
    /** What the ids of texts begin with that it completes itself; `cmpl-` unless told. */
    readonly textIds?: RegExp;
    /** It makes one call where it is told to, whatever it would like. */
    readonly obeys?: true;
    /** It thinks before it says anything, whatever it is told. */
    readonly alwaysThinks?: true;
    /** It counts what it thinks among what it says. */
    readonly thinksUncounted?: true;
    /** It cannot be made to call: it is told to in words. */
    readonly callsByWords?: true;
    /** It cannot be held to a schema: it is asked for it. */
    readonly asksForSchema?: true;
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
    /** What becomes of an error without a frame inside of frames; that of an overload unless told. */
    readonly bareInStream?: ErrorName;
    /** What an answer nobody can use says before it is known to be one. */
    readonly opensFirst: boolean;
    /** The event with which an answer is whole; the last one unless told. */
    readonly lastWord?: RegExp;
  };
}

/** Answers that make no sense, for upstreams that never say so themselves. */
export interface Useless {
  readonly whole: Answer;
  /** Says "The " before it is known to be of no use. */
  readonly streamed: Answer;
}

/** An answer that nobody can use, as a provider gives it. */
export function uselessAnswer(malformed: string | Useless, kind: keyof Useless, answer: Answer): Answer {
  return typeof malformed === "string" ? { ...answer, finish: malformed } : malformed[kind];
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
export const openaiServer = (
  name: string,
  server: ServerName,
  model: string,
  words: Partial<ContractProvider["words"]> = {},
): ContractProvider => ({
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
    strangeName: null,
    refusesBlocked: true,
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
    blocksInSilence: true,
    aboutUs: `Consumer 'projects/${project}' of project ${project} is at fault.`,
  },
} satisfies Partial<ContractProvider>;

/** Starts an emulated Developer API that wants the right key; gone when the test is. */
async function startDeveloperApi(script: Script): Promise<Upstream> {
  const upstream = await startGeminiEmulator({ script, token: secrets.token });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** The first events of an answer of Claude's. */
const begun = [
  {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude",
      content: [],
      usage: { input_tokens: 5 },
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "The answer" } },
];

/** Claude, wherever it answers. */
const claude = {
  words: {
    maxTokens: "max_tokens",
    safety: "refusal",
    blocked: "bio",
    malformed: {
      whole: { raw: { type: "application/json", body: '{"type":"message","content":null}' } },
      streamed: { events: [...begun, "no event"] },
    },
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

/** Converse at Bedrock, with one of its models. */
const converse = {
  start: startBedrock,
  providers: `
providers:
  up: { type: bedrock, region: us-east-1, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`,
  words: {
    maxTokens: "max_tokens",
    safety: "content_filtered",
    blocked: "content_filter",
    malformed: "malformed_model_output",
    tooLong: { status: 400, message: "Input is too long for requested model: 1200000 tokens > 1048576 maximum" },
    quota: { status: 402, message: "You exceeded your current quota." },
    told: {
      quota: { error: "rate_limit_exceeded", headers: {} },
      forbidden: {
        error: "permission_denied",
        message: "The upstream does not let the gateway's account do this.",
        headers: {},
        thrown: OpenAI.PermissionDeniedError,
      },
    },
    wholeSeconds: true,
    blocksInSilence: true,
    thinksUncounted: true,
    asksForJson: true,
    boundsInWords: "downgraded:response_format.json_schema.schema.additionalProperties",
    strangeName: "my.tool",
    aboutUs: "The role arn:aws:iam::123456789012:role/gateway of account 123456789012 is at fault.",
    inStream: { overloaded: "overloaded", limited: "rate_limit_exceeded" },
    bareInStream: "upstream_invalid_response",
    // What comes behind it are counts. A checksum ends the frame.
    lastWord: /("stopReason":"\w*"[^}]*\}[\s\S]{4})/,
    opensFirst: true,
  },
} satisfies Partial<ContractProvider>;

/** Starts an emulated Bedrock that wants the right key; gone when the test is. */
async function startBedrock(script: Script): Promise<Upstream> {
  const upstream = await startBedrockEmulator({ script, token: secrets.token, region: "us-east-1" });
  onTestFinished(() => upstream.close());
  return upstream;
}

const ollama: Partial<ContractProvider["words"]> = {
  inStream: { overloaded: "upstream_error", limited: "upstream_error" },
  countsApart: [],
};
const openRouter: Partial<ContractProvider["words"]> = {
  textIds: /^gen-/,
  quota: { status: 402, message: "You exceeded your current quota." },
};

/** Starts an emulated resource of Azure's that wants the right key; gone when the test is. */
async function startAzure(script: Script): Promise<Upstream> {
  const upstream = await startAzureEmulator({ script, token: secrets.token });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** OpenAI's models at Azure, under a version of its API; `bearer` is where Entra's tokens go. */
const azure = (name: string, version: string, credential: "api_key" | "bearer" = "api_key"): ContractProvider => ({
  ...openaiServer(name, "openai", "gpt-4o"),
  start: startAzure,
  providers: `
providers:
  up: { type: azure, base_url: "\${UPSTREAM}", api_version: ${version}, auth: { ${credential}: "\${TOKEN}" } }
`,
});

const groq: Partial<ContractProvider["words"]> = {
  inStream: { overloaded: "upstream_error", limited: "rate_limit_exceeded" },
};
const lmstudio: Partial<ContractProvider["words"]> = {
  countsApart: ["thinking"],
  // Its errors in streams are words alone.
  inStream: { overloaded: "upstream_error", limited: "upstream_error" },
};
const deepseek: Partial<ContractProvider["words"]> = {
  asksForSchema: true,
  boundsInWords: "downgraded:response_format",
};
// Its errors have words alone, and in a stream no status.
const xai: Partial<ContractProvider["words"]> = {
  inStream: { overloaded: "upstream_error", limited: "upstream_error" },
  quota: { status: 402, message: "You exceeded your current quota." },
};

/** Every provider passes the same suite. A new one is a row here. */
export const contractProviders: readonly ContractProvider[] = [
  { ...vertexAi, name: "Gemini 2.5 on Vertex AI", use: "up/gemini-2.5-flash" },
  {
    ...vertexAi,
    name: "Gemini 3 on Vertex AI",
    use: "up/gemini-3-flash-preview",
  },
  {
    ...vertexAi,
    name: "Gemini 3.6 on Vertex AI",
    use: "up/gemini-3.6-flash",
  },
  {
    ...developerApi,
    name: "Gemini 2.5 on the Developer API",
    use: "up/gemini-2.5-flash",
  },
  {
    ...developerApi,
    name: "Gemini 3 on the Developer API",
    use: "up/gemini-3-flash-preview",
  },
  {
    ...anthropic,
    name: "Claude Sonnet 4.5",
    use: "up/claude-sonnet-4-5",
  },
  {
    ...anthropic,
    name: "Claude Opus 5",
    use: "up/claude-opus-5",
    // It thinks by itself, and must be told to think less.
    words: { ...anthropic.words, forFewTokens: "clamped:reasoning_effort" },
  },
  {
    ...claude,
    name: "Claude Sonnet 4.5 on Vertex AI",
    start: startVertex,
    providers: vertexAi.providers,
    use: "up/claude-sonnet-4-5@20250929",
  },
  {
    ...openaiServer("Llama on Vertex AI", "vllm", "meta/llama-3.3-70b-instruct-maas"),
    start: startVertex,
    providers: vertexAi.providers,
  },
  {
    ...claude,
    name: "Claude Sonnet 4.5 on Bedrock",
    start: startBedrock,
    providers: converse.providers,
    use: "up/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    words: {
      ...claude.words,
      // Events come wrapped, and there are no pings.
      middle: 1700,
      unended: { cut: { after_events: 10, clean: true } },
      quota: converse.words.quota,
      overloaded: 503,
      wholeSeconds: true,
      told: converse.words.told,
      inStream: converse.words.inStream,
      bareInStream: converse.words.bareInStream,
      aboutUs: converse.words.aboutUs,
    },
  },
  { ...converse, name: "Nova on Bedrock", use: "up/us.amazon.nova-pro-v1:0" },
  {
    ...converse,
    name: "Llama on Bedrock",
    use: "up/us.meta.llama3-3-70b-instruct-v1:0",
    words: {
      ...converse.words,
      callsByWords: true,
      asksForSchema: true,
      boundsInWords: "downgraded:response_format.json_schema",
    },
  },
  { ...openaiServer("OpenAI", "openai", "gpt-4o") },
  { ...openaiServer("vLLM", "vllm", "llama-3.1-8b") },
  {
    ...openaiServer("Ollama", "ollama", "llama3.2", ollama),
  },
  { ...openaiServer("OpenRouter", "openrouter", "openai/gpt-4o", openRouter) },
  openaiServer("LM Studio", "lmstudio", "google/gemma-3-4b", lmstudio),
  openaiServer("llama.cpp", "llamacpp", "any.gguf", { countsApart: ["cached"], textIds: /^chatcmpl-/ }),
  azure("Azure OpenAI", "v1"),
  azure("Azure OpenAI with Entra", "v1", "bearer"),
  azure("Azure OpenAI by deployment", "2024-10-21"),
  azure("Azure OpenAI by deployment with Entra", "2024-10-21", "bearer"),
  azure("Azure OpenAI of older days", "2024-06-01"),
  azure("Azure OpenAI of older days with Entra", "2024-06-01", "bearer"),
  openaiServer("DeepSeek", "deepseek", "deepseek-chat", deepseek),
  openaiServer("DeepSeek's reasoner", "deepseek", "deepseek-reasoner", { ...deepseek, alwaysThinks: true }),
  openaiServer("Groq", "groq", "llama-3.3-70b-versatile", groq),
  openaiServer("Mistral", "mistral", "mistral-large-latest", { countsApart: [] }),
  openaiServer("xAI", "xai", "grok-3", xai),
  openaiServer("Grok 4", "xai", "grok-4", { ...xai, alwaysThinks: true }),
  openaiServer("gpt-oss at vLLM", "vllm", "openai/gpt-oss-120b", { alwaysThinks: true }),
  openaiServer("gpt-oss at Groq", "groq", "openai/gpt-oss-120b", { ...groq, alwaysThinks: true }),
  openaiServer("gpt-oss at Ollama", "ollama", "gpt-oss:20b", { ...ollama, alwaysThinks: true }),
  openaiServer("gpt-oss at LM Studio", "lmstudio", "openai/gpt-oss-20b", { ...lmstudio, alwaysThinks: true }),
  {
    ...converse,
    name: "gpt-oss on Bedrock",
    use: "up/openai.gpt-oss-120b-1:0",
    words: {
      ...converse.words,
      alwaysThinks: true,
      callsByWords: true,
      boundsInWords: "downgraded:response_format.json_schema.schema.properties.people.minimum",
    },
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
