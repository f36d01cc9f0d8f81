import type { Answer } from "../script.ts";
import { splitText } from "../text.ts";
import { frameOf, padding } from "./frames.ts";
import type { Block, BlockDelta, ConverseResponse, StreamEvent } from "./types.ts";

/** An answer bit by bit. */
export function eventsOf(response: ConverseResponse, answer: Answer): readonly StreamEvent[] {
  const { output, stopReason, additionalModelResponseFields: fields } = response;
  const { usage, metrics, trace, performanceConfig, serviceTier } = response;
  const content = output.message?.content ?? [];
  const length = content.reduce((sum, block) => sum + textOf(block).length, 0);
  return [
    { messageStart: { role: "assistant" } },
    ...content.flatMap((block, index) => blockEvents(block, index, answer, length)),
    // A stream without a reason for its end has no such event.
    ...(stopReason === undefined
      ? []
      : [{ messageStop: { stopReason, ...(fields !== undefined && { additionalModelResponseFields: fields }) } }]),
    {
      metadata: {
        usage,
        metrics,
        ...(trace !== undefined && { trace }),
        ...(performanceConfig !== undefined && { performanceConfig }),
        ...(serviceTier !== undefined && { serviceTier }),
      },
    },
  ];
}

/** Events as frames, with the padding that each of them carries. */
export const framesOf = (events: readonly StreamEvent[]): readonly Uint8Array[] =>
  events.flatMap((event) =>
    Object.entries(event).map(([name, payload]) => frameOf(name, { ...payload, p: padding() })),
  );

/** Events as a script writes them: objects with one member, the name of the event. Texts are payloads as they are. */
export const framesAsWritten = (events: readonly unknown[]): readonly Uint8Array[] =>
  events.flatMap((event) =>
    typeof event === "object" && event !== null
      ? Object.entries(event).map(([name, payload]) => frameOf(name, payload))
      : [frameOf("contentBlockDelta", String(event))],
  );

const textOf = ({ text, citationsContent }: Block): string =>
  text ?? (citationsContent?.content ?? []).map((part) => part.text ?? "").join("");

/** Only calls tell that they begin. */
function blockEvents(block: Block, index: number, answer: Answer, length: number): readonly StreamEvent[] {
  const at = { contentBlockIndex: index };
  const { toolUse } = block;
  const start = toolUse === undefined ? undefined : { toolUse: { toolUseId: toolUse.toolUseId, name: toolUse.name } };
  return [
    ...(start === undefined ? [] : [{ contentBlockStart: { start, ...at } }]),
    ...deltasOf(block, answer, length).map((delta) => ({ contentBlockDelta: { delta, ...at } })),
    { contentBlockStop: at },
  ];
}

function deltasOf(block: Block, answer: Answer, length: number): readonly BlockDelta[] {
  const { toolUse, reasoningContent, citationsContent } = block;
  if (toolUse !== undefined) {
    return inputPieces(
      toolUse.input,
      answer.calls?.find(({ name }) => name === toolUse.name),
    ).map((input) => ({ toolUse: { input } }));
  }
  if (reasoningContent !== undefined) return reasoningDeltas(reasoningContent);
  const text = textOf(block);
  const pieces = text === "" ? [] : splitText(text, textPieces(text, answer.chunks, length));
  const texts = pieces.map((piece): BlockDelta => ({ text: piece }));
  const spread = answer.empty_parts === true ? texts.flatMap((delta) => [{ text: "" }, delta]) : texts;
  return [...spread, ...(citationsContent?.citations ?? []).map((citation): BlockDelta => ({ citation }))];
}

function reasoningDeltas({
  reasoningText,
  redactedContent,
}: NonNullable<Block["reasoningContent"]>): readonly BlockDelta[] {
  if (reasoningText === undefined) return [{ reasoningContent: { redactedContent: redactedContent ?? "" } }];
  const { text, signature } = reasoningText;
  const pieces = text === "" ? [] : splitText(text, 2);
  return [
    ...pieces.map((piece) => ({ reasoningContent: { text: piece } })),
    ...(signature === undefined ? [] : [{ reasoningContent: { signature } }]),
  ];
}

/** A script's number of events is shared out among the blocks, by their length. */
function textPieces(text: string, chunks: number | undefined, length: number): number {
  if (chunks !== undefined) return Math.max(1, Math.round((chunks * text.length) / length));
  return Math.min(50, Math.max(3, Math.ceil(text.length / 32)));
}

/** JSON cut anywhere, behind an empty piece. A call without arguments has the empty piece alone. */
function inputPieces(input: unknown, call: NonNullable<Answer["calls"]>[number] | undefined): readonly string[] {
  if (call !== undefined && call.args === undefined) return [""];
  const json = JSON.stringify(input);
  return ["", ...splitText(json, call?.pieces === true ? json.length : Math.max(2, Math.ceil(json.length / 11)))];
}
