import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What each request says of itself, in its only message: how many tokens its answer will be told to have. */
export interface Told {
  readonly input: number;
  readonly output: number;
}

/** An upstream that speaks OpenAI's language and counts as its clients tell it to, in a little while. */
export interface CountingUpstream {
  readonly url: string;
  /** Requests that have come. */
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

/** The content of a request's message, which {@link startCountingUpstream} reads. A token is at least a byte of it. */
export const telling = ({ input, output }: Told): string => `count ${input} ${output} `.padEnd(input, ".");

/** `fails`: some requests are refused, some are broken off in the middle, some are answered with nonsense. */
export async function startCountingUpstream(pauseMs: number, fails = false): Promise<CountingUpstream> {
  let asked = 0;
  const server = createServer((request, response) => {
    const failure = fails ? failures[asked % failures.length] : undefined;
    asked++;
    answer(request, response, pauseMs, failure).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

type Failure = "refused" | "cut" | "nonsense" | undefined;

/** In turn; more are answered than not. */
const failures: readonly Failure[] = [
  ...([undefined, "refused", undefined, undefined, "cut", undefined] as const),
  ...([undefined, "nonsense", undefined, undefined, undefined] as const),
];

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pauseMs: number,
  failure: Failure,
): Promise<void> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  const [, input = "0", output = "0"] = /count (\d+) (\d+)/.exec(text) ?? [];
  // An answer is no longer than it may be.
  const [, most = output] = /"max_(?:completion_)?tokens":(\d+)/.exec(text) ?? [];
  const completion = Math.min(Number(output), Number(most));
  const usage = {
    prompt_tokens: Number(input),
    completion_tokens: completion,
    total_tokens: Number(input) + completion,
  };
  const head = { id: "chatcmpl-1", created: 1, model: "m" };
  await sleep(Math.random() * pauseMs);
  if (failure === "refused") {
    response.writeHead(500, { "content-type": "application/json" }).end('{"error":{"message":"no"}}');
    return;
  }
  if (failure === "nonsense") {
    response.setHeader("content-type", "application/json").end("<html>");
    return;
  }
  if (!text.includes('"stream":true')) {
    const message = { role: "assistant", content: "Here.", refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ...head, object: "chat.completion", choices, usage }));
    return;
  }
  response.setHeader("content-type", "text/event-stream");
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  response.write(chunk({ role: "assistant", content: "He" }, null));
  await sleep(Math.random() * pauseMs);
  if (failure === "cut") {
    response.destroy();
    return;
  }
  response.write(chunk({ content: "re." }, null) + chunk({}, "stop"));
  response.end(
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [], usage })}\n\ndata: [DONE]\n\n`,
  );
}
