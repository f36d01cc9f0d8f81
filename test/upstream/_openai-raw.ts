import type { ServerResponse } from "node:http";
import type { ErrorName } from "../../src/errors.ts";
import { secret } from "../_canary.ts";
import { startGateway, type TestGateway } from "../_setup.ts";
import { type Answer, type FakeUpstream, startUpstream } from "./_servers.ts";

/** What the gateway shows besides its credential. */
export const subscription: string = secret("subscription-key");

/** How a gateway before a raw server is started. */
export interface RawOptions {
  readonly models?: string;
  readonly planned?: readonly ErrorName[];
}

/** A gateway before a server that answers as it likes, in OpenAI's language. */
export async function startBefore(
  answer: Answer,
  { models = "test-model: { deployments: [up/x], conformance: enforce }", planned = [] }: RawOptions = {},
): Promise<TestGateway & { readonly raw: FakeUpstream }> {
  const raw = await startUpstream(answer);
  const gateway = await startGateway({
    providers: `
providers:
  up:
    type: openai
    base_url: "\${RAW}/v1"
    auth: { bearer: "\${TOKEN}" }
    headers: { x-subscription-key: "\${SUBSCRIPTION}" }
`,
    routes: `models:\n  ${models}\n`,
    env: { RAW: raw.origin, SUBSCRIPTION: subscription },
    planned,
  });
  return { ...gateway, raw };
}

const head = { id: "c-1", created: 1, model: "x" };
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** A whole answer of chat. */
export const wholeText: string = JSON.stringify({
  ...head,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "Hi.", refusal: null }, finish_reason: "stop" }],
  usage,
});

/** An event of chat. */
export function event(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices })}\n\n`;
}

/** An answer of chat, all of it but the end of the connection. */
export const streamText: string = [
  event({ role: "assistant", content: "" }),
  event({ content: "Hi." }),
  event({}, "stop"),
  `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [], usage })}\n\n`,
  "data: [DONE]\n\n",
].join("");

export function sendWhole(response: ServerResponse, text: string = wholeText, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(text);
}

export function openStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { "content-type": "text/event-stream" });
}
