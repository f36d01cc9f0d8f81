import type { AnsweredTurn } from "../dialects/dialect.ts";
import type { ChatChunk } from "../operations/types.ts";

type Choice = ChatChunk["choices"][number];
type CallDelta = NonNullable<Choice["delta"]["tool_calls"]>[number];
type ToolCall = NonNullable<AnsweredTurn["tool_calls"]>[number];

/** Puts the turns of a streamed answer together, as a client does. */
export interface TurnReader {
  /** The turn that a choice's last chunk completes; undefined while it goes on. */
  readonly read: (choice: Choice) => AnsweredTurn | undefined;
}

/** A call as it grows. */
interface Draft {
  readonly custom: boolean;
  readonly id: string;
  readonly name: string;
  said: string;
  extra: ToolCall["extra_content"];
}

/** A turn as it grows. */
interface Growing {
  text: string;
  readonly calls: Map<number, Draft>;
  legacy: { name: string; arguments: string } | undefined;
  extra: AnsweredTurn["extra_content"];
  reasoning: string;
  readonly thoughts: NonNullable<AnsweredTurn["thinking_blocks"]>;
}

/** Makes a reader with nothing read. */
export function createTurnReader(): TurnReader {
  const choices = new Map<number, Growing>();
  return {
    read({ index, delta, finish_reason: reason }) {
      let growing = choices.get(index);
      if (growing === undefined) {
        growing = { text: "", calls: new Map(), legacy: undefined, extra: undefined, reasoning: "", thoughts: [] };
        choices.set(index, growing);
      }
      add(growing, delta);
      if (reason == null) return undefined;
      choices.delete(index);
      return toTurn(growing);
    },
  };
}

function add(turn: Growing, delta: Choice["delta"]): void {
  if (delta.content) turn.text += delta.content;
  if (delta.tool_calls != null) for (const call of delta.tool_calls) addCall(turn.calls, call);
  if (delta.function_call != null) {
    turn.legacy ??= { name: delta.function_call.name ?? "", arguments: "" };
    turn.legacy.arguments += delta.function_call.arguments ?? "";
  }
  if (delta.reasoning_content) turn.reasoning += delta.reasoning_content;
  if (delta.extra_content != null) turn.extra = delta.extra_content;
  if (delta.thinking_blocks != null) turn.thoughts.push(...delta.thinking_blocks);
}

function addCall(calls: Map<number, Draft>, { index, id, extra_content: extra, ...call }: CallDelta): void {
  const custom = "custom" in call && call.custom != null ? call.custom : undefined;
  const said = custom === undefined ? call.function?.arguments : custom.input;
  const known = calls.get(index);
  if (known !== undefined) {
    known.said += said ?? "";
    known.extra = extra ?? known.extra;
    return;
  }
  const name = (custom ?? call.function)?.name ?? "";
  calls.set(index, { custom: custom !== undefined, id: id ?? "", name, said: said ?? "", extra });
}

function toTurn({ text, calls, legacy, extra, reasoning, thoughts }: Growing): AnsweredTurn {
  const turn: AnsweredTurn = { content: text };
  if (calls.size > 0) turn.tool_calls = [...calls.values()].map(toCall);
  if (legacy !== undefined) turn.function_call = legacy;
  if (extra !== undefined) turn.extra_content = extra;
  if (reasoning !== "") turn.reasoning_content = reasoning;
  if (thoughts.length > 0) turn.thinking_blocks = thoughts;
  return turn;
}

function toCall({ custom, id, name, said, extra }: Draft): ToolCall {
  const kept = extra === undefined ? {} : { extra_content: extra };
  return custom
    ? { id, type: "custom", custom: { name, input: said }, ...kept }
    : { id, type: "function", function: { name, arguments: said }, ...kept };
}
