import { onTestFinished } from "vitest";
import { startAnthropicEmulator } from "../../src/emulators/anthropic.ts";
import { startBedrockEmulator } from "../../src/emulators/bedrock.ts";
import { startGeminiEmulator } from "../../src/emulators/gemini.ts";
import type { Script } from "../../src/emulators/script.ts";
import { project, secrets, startOpenAIServer, startVertex, type Upstream } from "../_setup.ts";

/** A family of models that want back what they have thought, at one of their hosts. */
export interface Family {
  readonly name: string;
  readonly start: (script: Script) => Promise<Upstream>;
  /** The section `providers` of routes.yaml. */
  readonly providers: string;
  readonly upstreamModel: string;
  /** What a request says so that the model thinks. */
  readonly thinking: object;
  /** Members of each scripted answer. */
  readonly signed: string;
  /** What each turn with calls must have had in the body that was sent. */
  readonly proofIn: (body: string) => number;
}

const vertex = `
providers:
  up:
    { type: vertex, project: ${project}, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`;
const developer = `
providers:
  up: { type: gemini, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`;
const anthropic = `
providers:
  up: { type: anthropic, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`;

async function startDeveloper(script: Script): Promise<Upstream> {
  const upstream = await startGeminiEmulator({ script, token: secrets.token });
  onTestFinished(() => upstream.close());
  return upstream;
}

async function startClaude(script: Script): Promise<Upstream> {
  const upstream = await startAnthropicEmulator({ script, token: secrets.token });
  onTestFinished(() => upstream.close());
  return upstream;
}

const bedrock = `
providers:
  up: { type: bedrock, region: us-east-1, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`;

async function startBedrock(script: Script): Promise<Upstream> {
  const upstream = await startBedrockEmulator({ script, token: secrets.token, region: "us-east-1" });
  onTestFinished(() => upstream.close());
  return upstream;
}

const count = (pattern: RegExp) => (body: string) => body.match(pattern)?.length ?? 0;
const thoughts = count(/"type":"thinking",/g);

/** Calls that bear a signature: the one that was made with them, as the emulator holds it against them. */
function signedCalls(body: string): number {
  let found = 0;
  JSON.parse(body, (_name, value: unknown) => {
    const isCall = typeof value === "object" && value !== null && "functionCall" in value;
    if (isCall && "thoughtSignature" in value) found++;
    return value;
  });
  return found;
}

const gemini = { thinking: {}, signed: "" };
const claude = { thinking: { reasoning_effort: "medium" }, signed: "", proofIn: thoughts };

const deepseek = `
providers:
  up: { type: openai, server: deepseek, base_url: "\${UPSTREAM}/v1", auth: { bearer: "\${TOKEN}" } }
`;
/** The whole thoughts of both turns with calls. */
const deepThoughts = count(/"reasoning_content":"(?:I need both|And one more)\."/g);

export const families: readonly Family[] = [
  {
    ...gemini,
    name: "Gemini 3 on Vertex AI",
    start: startVertex,
    providers: vertex,
    upstreamModel: "gemini-3-flash-preview",
    proofIn: signedCalls,
  },
  {
    ...gemini,
    name: "Gemini 3 on the Developer API",
    start: startDeveloper,
    providers: developer,
    upstreamModel: "gemini-3.1-pro-preview",
    proofIn: signedCalls,
  },
  {
    ...gemini,
    name: "Gemini 2.5 on Vertex AI",
    start: startVertex,
    providers: vertex,
    upstreamModel: "gemini-2.5-flash",
    // It signs now and then, and refuses nothing.
    signed: "signature: c2lnbmVkLTI1,",
    proofIn: count(/"thoughtSignature":"c2lnbmVkLTI1"/g),
  },
  {
    ...claude,
    name: "Claude with a budget, at Anthropic",
    start: startClaude,
    providers: anthropic,
    upstreamModel: "claude-sonnet-4-5",
  },
  {
    ...claude,
    name: "Claude whose thoughts nobody may read, at Anthropic",
    start: startClaude,
    providers: anthropic,
    upstreamModel: "claude-sonnet-4-5",
    signed: "redacted_thoughts: Hidden.,",
    proofIn: count(/"type":"redacted_thinking","data":/g),
  },
  {
    ...claude,
    name: "Claude that thinks as it likes, at Anthropic",
    start: startClaude,
    providers: anthropic,
    upstreamModel: "claude-opus-5",
  },
  {
    ...claude,
    name: "Claude whose thoughts are bound to their conversation, at Anthropic",
    start: startClaude,
    providers: anthropic,
    upstreamModel: "claude-opus-5-5",
  },
  {
    ...claude,
    name: "Claude with a budget, on Vertex AI",
    start: startVertex,
    providers: vertex,
    upstreamModel: "claude-sonnet-4-5@20250929",
  },
  {
    ...claude,
    name: "Claude with a budget, on Bedrock",
    start: startBedrock,
    providers: bedrock,
    upstreamModel: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  },
  {
    name: "DeepSeek's reasoner",
    start: (script) => startOpenAIServer(script, "deepseek"),
    providers: deepseek,
    upstreamModel: "deepseek-reasoner",
    thinking: {},
    signed: "",
    proofIn: deepThoughts,
  },
  {
    name: "DeepSeek's chat that is told to think",
    start: (script) => startOpenAIServer(script, "deepseek"),
    providers: deepseek,
    upstreamModel: "deepseek-chat",
    thinking: { thinking: { type: "enabled" } },
    signed: "",
    proofIn: deepThoughts,
  },
];

/** Two calls at once, a call after them, the answer, and one to what is asked next. */
export function scriptFor({ signed }: Pick<Family, "signed">): string {
  return `answers:
  - times: 1
    ${signed === "" ? "" : signed.replace(/,$/, "")}
    thoughts: I need both.
    text: "I will look. "
    calls:
      - { name: get_weather, args: { city: Paris, unit: C, near: { deep: true, a: 1 } } }
      - { name: get_weather, args: { city: London, unit: C } }
  - times: 1
    ${signed === "" ? "" : signed.replace(/,$/, "")}
    thoughts: And one more.
    calls: [{ name: get_time, args: {} }]
  - times: 1
    ${signed === "" ? "" : signed.replace(/,$/, "")}
    thoughts: Now I know.
    text: It is sunny.
  - thoughts: They thank me.
    text: You are welcome.
`;
}
