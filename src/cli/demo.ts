import { type CommandDef, defineCommand } from "citty";
import OpenAI from "openai";
import { pino } from "pino";
import { parseRoutes } from "../config/load.ts";
import { formatMistakes } from "../config/mistakes.ts";
import { startVertexEmulator } from "../emulators/vertex.ts";
import type { Output } from "./check.ts";
import { converse } from "./demo-conversation.ts";
import { listen } from "./listen.ts";
import { untilSignal } from "./signal.ts";

const args = {
  port: { type: "string", description: "Port of the gateway; any free one if it is taken.", default: "4000" },
  once: { type: "boolean", description: "End after the conversation.", default: false },
} as const;

const model = "gemini-2.5-flash";

/**
 * `specgate demo`: the gateway before an emulated Vertex AI, a short conversation over OpenAI's own SDK, and then it
 * goes on serving. No account, no network.
 *
 * Exit code: 0 stopped by a signal, or after the conversation with `--once`; 1 the conversation failed.
 */
export function createDemoCommand(out: Output = process.stdout): CommandDef<typeof args> {
  return defineCommand({
    meta: {
      name: "demo",
      description: "See it work, offline: an emulated Vertex AI and a conversation through the gateway.",
    },
    args,
    run: async ({ args: given }) => {
      // Asked for before the conversation, so that a signal in the midst of it is not lost.
      const stopped = untilSignal();
      const upstream = await startVertexEmulator({ auth: "none" });
      const routes = demoRoutes(upstream.url);
      const gateway = await listenSomewhere(routes, Number(given.port));
      out.write(`Vertex AI, emulated    ${upstream.url}\nSpecgate               ${gateway.url}\n\n${indent(routes)}\n`);
      const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "any", maxRetries: 0 });
      try {
        await converse(client, model, out);
        if (!given.once) {
          out.write(howToGoOn(gateway.url));
          await stopped;
        }
      } finally {
        await gateway.close();
        await upstream.close();
      }
    },
  });
}

function demoRoutes(upstreamUrl: string): string {
  return `providers:
  vertex: { type: vertex, project: demo, location: us-central1, base_url: "${upstreamUrl}", auth: none }
models:
  ${model}: vertex/${model}
aliases: { gpt-4o: ${model} }
`;
}

async function listenSomewhere(routes: string, port: number) {
  const loaded = parseRoutes(routes, { file: "demo", env: {} });
  if (!("config" in loaded)) throw new Error(formatMistakes(loaded.mistakes, "demo"));
  const { config } = loaded;
  const log = pino({ level: "silent" });
  const on = (wanted: number) => listen({ ...config, server: { ...config.server, port: wanted } }, log);
  return on(port).catch(() => on(0));
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function howToGoOn(url: string): string {
  return `
It goes on serving. From another terminal:

  curl ${url}/v1/chat/completions \\
    -H 'content-type: application/json' \\
    -d '{"model": "${model}", "stream": true, "messages": [{"role": "user", "content": "Hello!"}]}'

or with OpenAI's SDK:

  import OpenAI from "openai";
  const client = new OpenAI({ baseURL: "${url}/v1", apiKey: "any" });
  const answer = await client.chat.completions.create({
    model: "${model}",
    messages: [{ role: "user", content: "Hello!" }],
  });

Stop it with Ctrl-C.
`;
}
