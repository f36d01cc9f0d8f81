import type { Shape } from "../../../generated/fields/shape.ts";
import type { OperationName } from "../../operations/types.ts";
import { type ConditionalFate, type Fate, gateway, ignored, mapped, reported, when } from "../fates.ts";
import type { OpenAICondition } from "./conditions.ts";
import { type HostFacts, type HostName, hostFacts, knownHosts } from "./hosts.ts";

/** A fate table of this dialect: complete by its making. */
export type PassTable = Readonly<Record<string, Fate | ConditionalFate<OpenAICondition>>>;

/** Members below the top that OpenAI itself refuses, and that change no answer of its. */
const replayed: readonly RegExp[] = [
  /^messages\[\]<assistant>\.(?:annotations|id|provider_specific_fields)(?:[.[]|$)/,
  /^messages\[\]<assistant>\.(?:reasoning|reasoning_content|reasoning_details|thinking_blocks)(?:[.[]|$)/,
  /^messages\[\]<assistant>\.tool_calls\[\]<\w+>\.(?:index|provider_specific_fields)$/,
  /^messages\[\]<assistant>\.tool_calls\[\]<function>\.function\.(?:provider_specific_fields|thought_signature)$/,
  /^messages\[\]<(?:user|tool)>\.content\[\]<image_url>\.image_url\.(?:format|mime_type)$/,
  /^messages\[\]<tool>\.name$/,
  /(?:^|\.)(?:cache_control|extra_content)(?:[.=]|$)/,
];
/** The same, where an answer could differ. */
const missed = /^messages\[\]<assistant>\.(images|prefix)(?:[.[]|$)/;
/** Members of messages that only some servers refuse. Of results the name is that of the call. */
const ofMessage = /^messages\[\]<(?:assistant|developer|system|user)>\.(name|refusal|audio)(?:[.[]|$)/;

/**
 * The table of a dialect that speaks the client's own language: each field goes where it came from, save what a
 * server lacks. A field that is new in the spec passes like the others; that is what this dialect is for.
 */
export function passRequest(operation: OperationName, shape: Shape): PassTable {
  return Object.fromEntries(keysOf(shape).map((key) => [key, fateOf(operation, key)]));
}

/** The same for what comes back. */
export function passResponse(...shapes: readonly Shape[]): PassTable {
  return Object.fromEntries(shapes.flatMap(keysOf).map((key) => [key, passed(key)]));
}

const notStreamed: Partial<Record<OpenAICondition, Fate>> = { "not-streamed": ignored("nothing is streamed") };

/** The same fate at each of some servers. */
function at(hosts: readonly HostName[], fate: Fate): Partial<Record<OpenAICondition, Fate>> {
  return Object.fromEntries(hosts.map((host) => [host, fate]));
}

/** Counts in every chunk of a stream, which vLLM gives and OpenAI refuses to hear of. */
export const countsInChunks: ConditionalFate<OpenAICondition> = when<OpenAICondition>(
  {
    ...notStreamed,
    ...at(
      knownHosts.filter((host) => hostFacts(host).strict || hostFacts(host).streamOptions !== "all"),
      ignored("clients get the counts once in any case, and the server would refuse it"),
    ),
  },
  mapped("stream_options.continuous_usage_stats"),
);

/** Counts at the end of a stream. */
export const countsAtEnd: ConditionalFate<OpenAICondition> = when<OpenAICondition>(
  { "uncounted-stream": reported("this version of Azure's API counts no streams") },
  gateway("reply"),
);

/** Padding, so that chunks of all sizes look alike. */
export const obfuscation: ConditionalFate<OpenAICondition> = when<OpenAICondition>(
  {
    ...notStreamed,
    ...at(
      knownHosts.filter((host) => hostFacts(host).streamOptions !== "all"),
      ignored("it changes no answer, and the server knows nothing of it"),
    ),
  },
  mapped("stream_options.include_obfuscation"),
);

/** The model's name in an answer. */
export const modelName: ConditionalFate<OpenAICondition> = when<OpenAICondition>(
  { "model-as-asked": ignored("the answer names the model that was asked for") },
  mapped("model"),
);

function fateOf(operation: OperationName, key: string): Fate | ConditionalFate<OpenAICondition> {
  const cases: Partial<Record<OpenAICondition, Fate>> = {};
  for (const host of knownHosts) {
    const fate = fateAt(hostFacts(host), operation, key);
    if (fate !== undefined) cases[host] = fate;
  }
  return Object.keys(cases).length === 0 ? passed(key) : when(cases, passed(key));
}

/** What becomes of a field that a server does not take as it is; undefined of any other. */
function fateAt(host: HostFacts, operation: OperationName, key: string): Fate | undefined {
  const { lacks, messagesLack, prefixes, strict, why } = host;
  const [top = key] = /^\w+/.exec(key) ?? [];
  if (lacks[operation].has(top)) return reported(why);
  if (messagesLack.has(ofMessage.exec(key)?.[1] ?? "")) return reported(why);
  if (!strict) return undefined;
  const [, beginning] = missed.exec(key) ?? [];
  if (beginning !== undefined) return prefixes && beginning === "prefix" ? undefined : reported(why);
  return replayed.some((one) => one.test(key))
    ? ignored("it changes no answer, and the server would refuse it")
    : undefined;
}

/** To the place it has among the client's own; `messages[]<user>.name` is `messages[].name` to a reader of JSON. */
function passed(key: string): Fate {
  const place = key.replace(/<[^>]*>|=[^.]*$/g, "");
  return mapped(place, `${place}.**`);
}

/** Every key of a shape: places, variants and words. */
function keysOf(shape: Shape): readonly string[] {
  const below = [...Object.values(shape.properties ?? {}), ...Object.values(shape.variants ?? {})];
  const words = (shape.values ?? []).map((word) => `${shape.key}=${word}`);
  const items = shape.items === undefined ? [] : keysOf(shape.items).filter((key) => key !== shape.items?.key);
  const own = shape.key === "" ? [] : [shape.key];
  return [...own, ...words, ...below.flatMap(keysOf), ...items];
}
