import type OpenAI from "openai";

type Message = OpenAI.ChatCompletionMessageParam;
type Completion = OpenAI.ChatCompletion;
type AnsweredMessage = Completion["choices"][number]["message"];
type ToolCall = NonNullable<AnsweredMessage["tool_calls"]>[number];
type Result = OpenAI.ChatCompletionToolMessageParam;

/** How a kind of client keeps an answer, and what its tools said. */
export interface ClientKind {
  readonly name: string;
  /** Whether it sends back what it does not know; undefined where the order of calls may have to be looked up still. */
  readonly echoes: boolean | undefined;
  readonly keep: (message: AnsweredMessage, results: readonly Result[], turn: number) => readonly Message[];
}

/** What OpenAI's own description knows of an answer, and nothing else. */
function bare({ content, tool_calls: calls }: AnsweredMessage): OpenAI.ChatCompletionAssistantMessageParam {
  const kept = (calls ?? []).map(bareCall);
  return { role: "assistant", content, ...(kept.length > 0 && { tool_calls: kept }) };
}

function bareCall(call: ToolCall): ToolCall {
  if (call.type !== "function") return call;
  const { id, type, function: said } = call;
  return { id, type, function: { name: said.name, arguments: said.arguments } };
}

/** The same with other ids, on calls and results alike. */
function renamed(
  message: OpenAI.ChatCompletionAssistantMessageParam,
  results: readonly Result[],
  toId: (id: string, at: number) => string,
): readonly Message[] {
  const ids = (message.tool_calls ?? []).map((call, at) => toId(call.id, at));
  const calls = (message.tool_calls ?? []).map((call, at) => ({ ...call, id: ids[at] ?? call.id }));
  return [
    calls.length > 0 ? { ...message, tool_calls: calls } : message,
    ...results.map((result, at) => ({ ...result, tool_call_id: ids[at] ?? result.tool_call_id })),
  ];
}

const reversed = (message: AnsweredMessage, results: readonly Result[]): readonly Message[] => {
  const { tool_calls: calls } = message;
  return [calls === undefined ? message : { ...message, tool_calls: calls.toReversed() }, ...results.toReversed()];
};

/** Arguments as another JSON writer has them. */
function rewritten(message: AnsweredMessage): OpenAI.ChatCompletionAssistantMessageParam {
  const calls = (message.tool_calls ?? []).map((call) => {
    if (call.type !== "function") return call;
    const args: Record<string, unknown> = JSON.parse(call.function.arguments);
    const turned = Object.fromEntries(Object.entries(args).reverse());
    return { ...bareCall(call), function: { name: call.function.name, arguments: JSON.stringify(turned, null, 2) } };
  });
  return { role: "assistant", content: message.content, ...(calls.length > 0 && { tool_calls: calls }) };
}

export const clientKinds: readonly ClientKind[] = [
  { name: "echoes extras", echoes: true, keep: (message, results) => [message, ...results] },
  { name: "strips extras", echoes: false, keep: (message, results) => [bare(message), ...results] },
  {
    name: "truncates ids",
    echoes: false,
    keep: (message, results) => renamed(bare(message), results, (id) => id.slice(0, 9)),
  },
  {
    name: "truncates ids until they are the same",
    echoes: false,
    keep: (message, results) => renamed(bare(message), results, (id) => id.slice(0, 1)),
  },
  {
    name: "rewrites ids",
    echoes: false,
    keep: (message, results, turn) => renamed(bare(message), results, (_, at) => `mine_${turn}_${at}`),
  },
  {
    name: "reorders parallel calls",
    echoes: false,
    keep: (message, results) => reversed({ ...message, ...stripped(message) }, results),
  },
  { name: "echoes extras, and reorders parallel calls", echoes: undefined, keep: reversed },
  {
    name: "rewrites ids and arguments, and reorders parallel calls",
    echoes: false,
    keep: (message, results, turn) => {
      const [kept, ...answers] = renamed(rewritten(message), results, (_, at) => `mine_${turn}_${at}`);
      if (kept?.role !== "assistant" || kept.tool_calls === undefined) return kept === undefined ? [] : [kept];
      return [{ ...kept, tool_calls: kept.tool_calls.toReversed() }, ...answers.toReversed()];
    },
  },
];

/** Takes away all that OpenAI's description does not know. */
function stripped(message: AnsweredMessage): AnsweredMessage {
  const { content, refusal, tool_calls: calls } = message;
  const plain: AnsweredMessage = { role: "assistant", content, refusal };
  const bareCalls = calls?.map(bareCall);
  const extras = Object.fromEntries(Object.keys(message).map((name) => [name, undefined]));
  return { ...extras, ...plain, ...(bareCalls && { tool_calls: bareCalls }) };
}

/** A request, in one piece or streamed, with all that the answer holds: as the loosest of clients puts it together. */
export async function ask(
  client: OpenAI,
  request: OpenAI.ChatCompletionCreateParamsNonStreaming,
  stream: boolean,
): Promise<AnsweredMessage> {
  if (!stream) {
    const { choices } = await client.chat.completions.create(request);
    const message = choices[0]?.message;
    if (message === undefined) throw new Error("no answer");
    return message;
  }
  const chunks = await client.chat.completions.create({ ...request, stream: true });
  const message: Record<string, unknown> = { role: "assistant", content: null };
  const calls: Record<string, unknown>[] = [];
  for await (const { choices } of chunks) {
    for (const [name, value] of Object.entries(choices[0]?.delta ?? {})) {
      if (name === "tool_calls") addCalls(calls, value);
      else if ((name === "content" || name === "reasoning_content") && typeof value === "string")
        message[name] = `${message[name] ?? ""}${value}`;
      else if (Array.isArray(value)) message[name] = [...listAt(message, name), ...value];
      else if (name !== "role") message[name] = value;
    }
  }
  if (calls.length > 0) message["tool_calls"] = calls;
  if (!isMessage(message)) throw new Error("no answer");
  return message;
}

const isMessage = (value: object): value is AnsweredMessage => "role" in value && "content" in value;

function listAt(message: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const value = message[name];
  return Array.isArray(value) ? value : [];
}

function addCalls(calls: Record<string, unknown>[], value: unknown): void {
  const deltas: readonly { index: number; function?: { arguments?: string } }[] = Array.isArray(value) ? value : [];
  for (const { index, ...delta } of deltas) {
    const known = calls[index];
    if (known === undefined) {
      calls[index] = { ...delta };
      continue;
    }
    const said = known["function"];
    if (typeof said !== "object" || said === null) continue;
    const before: unknown = Reflect.get(said, "arguments");
    known["function"] = { ...said, arguments: `${before ?? ""}${delta.function?.arguments ?? ""}` };
  }
}

/** What the tools say to a turn's calls. */
export function resultsFor({ tool_calls: calls }: AnsweredMessage): readonly Result[] {
  return (calls ?? []).map((call) => ({
    role: "tool",
    tool_call_id: call.id,
    content: call.type === "function" ? `said to ${call.function.arguments}` : "",
  }));
}
