import type OpenAI from "openai";
import { fates as overChat } from "../../src/operations/completions/over-chat.ts";
import type { CompletionRequest } from "../../src/operations/types.ts";
import { says, type TestGateway } from "../_setup.ts";
import { type AnyChunk, type Streamed, type TextChunk, toStreamed } from "../_wire.ts";
import { targetOf, type Verdict, verdictOf } from "./_fates.ts";
import { type ContractProvider, contractProviders } from "./_providers.ts";

/** An operation of the client API, as suites see it that hold for several. */
export interface ContractOperation {
  readonly name: "chat" | "completions";
  readonly path: string;
  /** A request that says a text. */
  readonly ask: (text: string) => object;
  /** What errors call the place of that text. */
  readonly param: string;
  /** OpenAI's SDK asks for a whole answer. Tells the text of its first choice. */
  readonly create: (client: OpenAI, text: string, options?: OpenAI.RequestOptions) => Promise<string>;
  /** The same, streamed: the text of each chunk. */
  readonly createStream: (client: OpenAI, text: string, n?: number) => Promise<AsyncIterable<string>>;
  /** What a whole answer says in its first choice. */
  readonly textOf: (body: unknown) => string;
  /** What chunks add up to, by choice. */
  readonly seen: (chunks: readonly AnyChunk[]) => readonly SeenText[];
  /** Where a stream's text begins with these words, as it is on the wire. */
  readonly onWire: (text: string) => string;
}

/** The text of a streamed choice, and why it ended. */
export interface SeenText {
  readonly text: string;
  readonly finish: string | null;
}

const model = "test-model";

/** Every operation that passes the suites of all. A new one is a row here. */
export const contractOperations: readonly ContractOperation[] = [
  {
    name: "chat",
    path: "/v1/chat/completions",
    ask: says,
    param: "messages",
    async create(client, text, options) {
      const { choices } = await client.chat.completions.create({ model, ...says(text) }, options);
      return choices[0]?.message.content ?? "";
    },
    async createStream(client, text, n = 1) {
      const request = { model, ...says(text), n, stream: true } as const;
      return mapped(await client.chat.completions.create(request), (chunk) => chunk.choices[0]?.delta.content ?? "");
    },
    textOf: (body) => String(at(body, "choices", 0, "message", "content") ?? ""),
    seen: (chunks) => gather(chunks, (choice) => ("delta" in choice ? (choice.delta.content ?? "") : "")),
    onWire: (text) => `"content":"${text}`,
  },
  {
    name: "completions",
    path: "/v1/completions",
    ask: (prompt) => ({ prompt }),
    param: "prompt",
    async create(client, prompt, options) {
      const { choices } = await client.completions.create({ model, prompt }, options);
      return choices[0]?.text ?? "";
    },
    async createStream(client, prompt, n = 1) {
      const stream = await client.completions.create({ model, prompt, n, stream: true });
      return mapped(stream, (chunk) => chunk.choices[0]?.text ?? "");
    },
    textOf: (body) => String(at(body, "choices", 0, "text") ?? ""),
    seen: (chunks) => gather(chunks, (choice) => ("text" in choice ? choice.text : "")),
    onWire: (text) => `"text":"${text}`,
  },
];

/** One of them by its name. */
export function operationOf(name: ContractOperation["name"]): ContractOperation {
  const found = contractOperations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
}

/** What legacy completions may ask for and a provider cannot do. */
export type TextFeature = (typeof textFeatures)[number];
const textFeatures = ["tokens", "suffix", "echo", "logprobs", "ranking", "many-stops"] as const;

/** A provider as legacy completions see it. */
export interface TextProvider extends ContractProvider {
  readonly texts: {
    /** Whether the provider completes texts itself or is asked by chat. */
    readonly by: "itself" | "chat";
    readonly lacks: readonly TextFeature[];
    /** What the table tells of a request. */
    readonly told: (request: Partial<CompletionRequest>) => readonly string[];
  };
}

/** What of legacy completions a provider takes: by the fate tables, and by what its dialect says of its host. */
function textsOf(provider: ContractProvider): TextProvider["texts"] {
  const { completions } = targetOf(provider);
  if (completions === undefined) throw new Error(`${provider.name} completes no texts`);
  const verdict = (more: Partial<CompletionRequest>): Verdict =>
    verdictOf(provider, "completions", { model, prompt: "alpha", ...more });
  const takes = (more: Partial<CompletionRequest>): boolean => verdict(more).kind === "taken";
  const has: Readonly<Record<TextFeature, boolean>> = {
    tokens: completions.takes.tokens,
    ranking: completions.takes.ranking,
    echo: takes({ echo: true }),
    suffix: takes({ suffix: ")" }),
    logprobs: takes({ logprobs: 2 }),
    "many-stops": completions.takes.manyStops,
  };
  const by = completions.operation.fates === overChat ? "chat" : "itself";
  const told = (more: Partial<CompletionRequest>): readonly string[] => {
    const said = verdict(more);
    return said.kind === "reported" ? said.changes : [];
  };
  return { by, lacks: textFeatures.filter((feature) => !has[feature]), told };
}

/** The last of OpenAI's models that complete texts themselves, where they are. */
const completing: ReadonlyMap<string, string> = new Map([
  ["OpenAI", "gpt-3.5-turbo-instruct"],
  ["Azure OpenAI", "gpt-35-turbo-instruct"],
  ["Azure OpenAI by deployment", "gpt-35-turbo-instruct"],
  ["Azure OpenAI of older days", "gpt-35-turbo-instruct"],
]);

/** Every provider that legacy completions are asked of, and these models too. */
export const textProviders: readonly TextProvider[] = contractProviders.flatMap((provider) => {
  const row = { ...provider, texts: textsOf(provider) };
  const named = completing.get(provider.name);
  if (named === undefined) return [row];
  const older = { ...provider, use: `up/${named}`, name: `${named} at ${provider.name}` };
  return [row, { ...older, texts: textsOf(older) }];
});

/** An operation at a provider. */
export interface ContractRow {
  readonly operation: ContractOperation;
  readonly provider: ContractProvider;
}

const [chat, completions] = [operationOf("chat"), operationOf("completions")];

/** Every operation at every provider. */
export const contractRows: readonly ContractRow[] = [
  ...contractProviders.map((provider) => ({ operation: chat, provider })),
  ...textProviders.map((provider) => ({ operation: completions, provider })),
];

/** Asks for a stream and reads it to its end. */
export async function streamOf(
  { post }: TestGateway,
  { path }: ContractOperation,
  request: object,
): Promise<Streamed<AnyChunk>> {
  return toStreamed(await post({ model, stream: true, ...request }, undefined, path));
}

type AnyChoice = AnyChunk["choices"][number] | TextChunk["choices"][number];

function gather(chunks: readonly AnyChunk[], textOf: (choice: AnyChoice) => string): readonly SeenText[] {
  const choices: { text: string; finish: string | null }[] = [];
  for (const choice of chunks.flatMap((chunk): readonly AnyChoice[] => chunk.choices)) {
    choices[choice.index] ??= { text: "", finish: null };
    const seen = choices[choice.index];
    if (seen === undefined) continue;
    seen.text += textOf(choice);
    seen.finish = choice.finish_reason ?? seen.finish;
  }
  return choices;
}

/** Leaves the stream it maps where its own reader does. */
async function* mapped<From, To>(items: AsyncIterable<From>, to: (item: From) => To): AsyncGenerator<To, undefined> {
  for await (const item of items) yield to(item);
}

function at(value: unknown, ...steps: readonly (string | number)[]): unknown {
  return steps.reduce<unknown>(
    (place, step) => (typeof place === "object" && place !== null ? Reflect.get(place, step) : undefined),
    value,
  );
}
