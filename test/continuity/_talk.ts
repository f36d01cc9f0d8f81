import type OpenAI from "openai";
import { parseMetrics, valueAt } from "../_metrics.ts";
import { startGateway, type TestGateway } from "../_setup.ts";
import { ask, type ClientKind, resultsFor } from "./_clients.ts";
import { type Family, scriptFor } from "./_families.ts";

const parameters = {
  type: "object",
  properties: { city: { type: "string" }, unit: { type: "string" }, near: { type: "object" } },
};

export const tools: OpenAI.ChatCompletionFunctionTool[] = [
  { type: "function", function: { name: "get_weather", description: "The weather in a city.", parameters } },
  { type: "function", function: { name: "get_time", description: "The time.", parameters: { type: "object" } } },
];

/** A gateway before a family's emulator, which answers by its script. */
export function startFor(family: Family, routes = "", env: Record<string, string> = {}): Promise<TestGateway> {
  const models = `models: { test-model: { deployments: [up/${family.upstreamModel}], conformance: enforce } }`;
  return startGateway({
    providers: family.providers,
    routes: `${models}\n${routes}`,
    env,
    script: scriptFor(family),
    upstream: family.start,
  });
}

export interface Talk {
  readonly family: Pick<Family, "thinking">;
  readonly kind: ClientKind;
  readonly stream: boolean;
  /** Who is asked for each of the four turns. */
  readonly client: (turn: number) => OpenAI | Promise<OpenAI>;
}

/** Two parallel calls, another call, the answer, and a further question. Fails where the upstream refuses a turn. */
export async function talk({ family, kind, stream, client }: Talk): Promise<void> {
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: "system", content: "You look before you speak." },
    { role: "user", content: "What is the weather in Paris and London?" },
  ];
  for (let turn = 0; turn < 4; turn++) {
    const request = { model: "test-model", messages, tools, max_completion_tokens: 8192, ...family.thinking };
    const message = await ask(await client(turn), request, stream);
    messages.push(...kind.keep(message, resultsFor(message), turn));
    if (turn === 2) messages.push({ role: "user", content: "Thank you." });
  }
}

/** How often something became of turns. */
export async function outcomeOf(gateway: TestGateway, outcome: string): Promise<number> {
  const samples = parseMetrics((await gateway.get("/metrics")).text);
  const provider = ["read_failed", "unreadable"].includes(outcome) ? "other" : "up";
  return valueAt(samples, "specgate_continuity_total", { provider, model: "test-model", outcome }) ?? 0;
}

/** The bodies that reached the upstream, as text. */
export function bodiesAt({ upstream }: Pick<TestGateway, "upstream">): readonly string[] {
  return upstream.requests.map(({ body }) => JSON.stringify(body));
}
