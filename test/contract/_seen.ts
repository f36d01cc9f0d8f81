import type { Chunk, Completion } from "../_setup.ts";

/** A call as a client sees it. */
export interface SeenCall {
  readonly name: string;
  /** Arguments as JSON text, or a custom tool's input. */
  readonly text: string;
}

/** A choice as a client sees it, whichever way it came. */
export interface SeenChoice {
  readonly content: string;
  readonly refusal: string;
  readonly calls: readonly SeenCall[];
  /** The deprecated `function_call`. */
  readonly functionCall: SeenCall | undefined;
  readonly finish: string | null;
  /** The tokens that likelihoods are told of, put together; undefined where none are. */
  readonly likely: string | undefined;
}

type Call = NonNullable<Completion["choices"][number]["message"]["tool_calls"]>[number];

const seenCall = (call: Call): SeenCall =>
  call.type === "function"
    ? { name: call.function.name, text: call.function.arguments }
    : { name: call.custom.name, text: call.custom.input };

/** The choices of a whole answer. */
export function seenWhole({ choices }: Completion): readonly SeenChoice[] {
  return choices.map(({ message, finish_reason, logprobs }) => ({
    content: message.content ?? "",
    refusal: message.refusal ?? "",
    calls: (message.tool_calls ?? []).map(seenCall),
    functionCall: message.function_call
      ? { name: message.function_call.name, text: message.function_call.arguments }
      : undefined,
    finish: finish_reason,
    likely: logprobs?.content?.map(({ token }) => token).join(""),
  }));
}

interface Growing {
  content: string;
  refusal: string;
  readonly calls: { name: string; text: string }[];
  functionCall: { name: string; text: string } | undefined;
  finish: string | null;
  likely: string | undefined;
}

/** The choices that chunks add up to, put together as clients do it. */
export function seenStreamed(chunks: readonly Chunk[]): readonly SeenChoice[] {
  const choices: Growing[] = [];
  for (const { index, delta, finish_reason, logprobs } of chunks.flatMap((chunk) => chunk.choices)) {
    choices[index] ??= {
      content: "",
      refusal: "",
      calls: [],
      functionCall: undefined,
      finish: null,
      likely: undefined,
    };
    const choice = choices[index];
    choice.content += delta.content ?? "";
    for (const { token } of logprobs?.content ?? []) choice.likely = (choice.likely ?? "") + token;
    choice.refusal += delta.refusal ?? "";
    choice.finish = finish_reason ?? choice.finish;
    for (const call of delta.tool_calls ?? []) addCall(choice.calls, call);
    if (delta.function_call !== undefined) {
      choice.functionCall ??= { name: "", text: "" };
      choice.functionCall.name += delta.function_call.name ?? "";
      choice.functionCall.text += delta.function_call.arguments ?? "";
    }
  }
  return choices;
}

type CallDelta = NonNullable<Chunk["choices"][number]["delta"]["tool_calls"]>[number];

/** The SDK's type has functions only. */
type CustomDelta = CallDelta & { readonly custom?: { readonly name?: string; readonly input?: string } };

function addCall(calls: Growing["calls"], delta: CustomDelta): void {
  calls[delta.index] ??= { name: "", text: "" };
  const call = calls[delta.index];
  if (call === undefined) return;
  call.name += delta.function?.name ?? delta.custom?.name ?? "";
  call.text += delta.function?.arguments ?? delta.custom?.input ?? "";
}
