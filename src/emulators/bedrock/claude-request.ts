import { isObject, type JsonObject, parseJson } from "../json.ts";
import { messagesOf } from "./rule.ts";
import type {
  ConverseRequest,
  DocumentBlock,
  ImageBlock,
  InputBlock,
  InputSystem,
  ResultContent,
  Tool,
} from "./types.ts";

type Marked = { readonly cachePoint?: { readonly ttl?: string } };

/**
 * A conversation in Claude's own form, as Bedrock makes it for the model. What the form has no place for stays as it is,
 * so that Claude's rules speak of it.
 */
export function claudeBodyOf(request: ConverseRequest, maxTokens: number): JsonObject {
  const { system, inferenceConfig: { temperature, topP, stopSequences, ...limits } = {}, toolConfig } = request;
  const fields = request.additionalModelRequestFields;
  return {
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: limits.maxTokens ?? maxTokens,
    messages: messagesOf(request).map(({ role, content }) => ({ role, content: marked(content, blocksOf) })),
    ...(system !== undefined && { system: marked(system, systemOf) }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stopSequences !== undefined && { stop_sequences: stopSequences }),
    ...(toolConfig !== undefined && { tools: marked(toolConfig.tools, toolOf) }),
    ...(toolConfig?.toolChoice !== undefined && { tool_choice: choiceOf(toolConfig.toolChoice) }),
    ...outputOf(request),
    ...(isObject(fields) ? fields : {}),
  };
}

/** Pieces in Claude's form. The end of what is cached is a mark on the piece before it. */
function marked<Piece extends Marked>(
  pieces: readonly Piece[],
  make: (piece: Piece) => readonly JsonObject[],
): JsonObject[] {
  const made: JsonObject[] = [];
  for (const piece of pieces) {
    if (piece.cachePoint === undefined) {
      made.push(...make(piece));
      continue;
    }
    const { ttl } = piece.cachePoint;
    const last = made.pop();
    if (last !== undefined)
      made.push({ ...last, cache_control: { type: "ephemeral", ...(ttl !== undefined && { ttl }) } });
  }
  return made;
}

function blocksOf(block: InputBlock): readonly JsonObject[] {
  const { text, image, document, toolUse, toolResult, reasoningContent, guardContent, citationsContent, ...others } =
    block;
  if (text !== undefined) return [textBlock(text)];
  if (image !== undefined) return [imageBlock(image)];
  if (document !== undefined) return [documentBlock(document)];
  if (toolUse !== undefined)
    return [{ type: "tool_use", id: toolUse.toolUseId, name: toolUse.name, input: toolUse.input }];
  if (toolResult !== undefined) return [resultBlock(toolResult)];
  if (reasoningContent !== undefined) return [thinkingBlock(reasoningContent)];
  if (guardContent !== undefined) return systemOf({ guardContent });
  if (citationsContent !== undefined) {
    return [textBlock((citationsContent.content ?? []).map((part) => part.text ?? "").join(""))];
  }
  const { searchResult } = others;
  if (searchResult !== undefined) {
    const content = searchResult.content.map((part) => textBlock(part.text));
    return [{ ...searchResult, type: "search_result", content }];
  }
  return [{ type: Object.keys(others)[0] ?? "unknown" }];
}

const textBlock = (text: string): JsonObject => ({ type: "text", text });

function systemOf({ text, guardContent }: InputSystem): readonly JsonObject[] {
  if (guardContent?.image !== undefined) return [imageBlock(guardContent.image)];
  return [textBlock(text ?? guardContent?.text?.text ?? "")];
}

const imageBlock = ({ format, source }: Pick<ImageBlock, "format" | "source">): JsonObject => ({
  type: "image",
  source: { type: "base64", media_type: `image/${format}`, data: source.bytes ?? "" },
});

function documentBlock({ format, name, source, context, citations }: DocumentBlock): JsonObject {
  return {
    type: "document",
    source: documentSource(format, source),
    title: name,
    ...(context !== undefined && { context }),
    ...(citations !== undefined && { citations }),
  };
}

/** Claude reads PDFs by itself; Bedrock takes the text out of everything else. */
function documentSource(
  format: string | undefined,
  { bytes = "", text, content }: DocumentBlock["source"],
): JsonObject {
  if (content !== undefined) return { type: "content", content: content.map((part) => textBlock(part.text ?? "")) };
  if (text === undefined && format === "pdf") return { type: "base64", media_type: "application/pdf", data: bytes };
  return { type: "text", media_type: "text/plain", data: text ?? Buffer.from(bytes, "base64").toString("utf8") };
}

function resultBlock({ toolUseId, content, status }: NonNullable<InputBlock["toolResult"]>): JsonObject {
  return {
    type: "tool_result",
    tool_use_id: toolUseId,
    content: content.map(resultPart),
    ...(status === "error" && { is_error: true }),
  };
}

function resultPart({ text, json, image, document }: ResultContent): JsonObject {
  if (image !== undefined) return imageBlock(image);
  if (document !== undefined) return documentBlock(document);
  return textBlock(text ?? JSON.stringify(json));
}

function thinkingBlock({
  reasoningText,
  redactedContent = "",
}: NonNullable<InputBlock["reasoningContent"]>): JsonObject {
  if (reasoningText === undefined) {
    return { type: "redacted_thinking", data: Buffer.from(redactedContent, "base64").toString("utf8") };
  }
  const { text, signature } = reasoningText;
  return { type: "thinking", thinking: text, ...(signature !== undefined && { signature }) };
}

function toolOf({ toolSpec, systemTool }: Tool): readonly JsonObject[] {
  if (toolSpec === undefined) return [{ type: systemTool?.name ?? "unknown" }];
  const { name, description, inputSchema, strict } = toolSpec;
  return [
    {
      name,
      input_schema: inputSchema.json,
      ...(description !== undefined && { description }),
      ...(strict !== undefined && { strict }),
    },
  ];
}

function choiceOf({ any, tool }: NonNullable<NonNullable<ConverseRequest["toolConfig"]>["toolChoice"]>): JsonObject {
  if (tool !== undefined) return { type: "tool", name: tool.name };
  return { type: any === undefined ? "auto" : "any" };
}

function outputOf({ outputConfig: { textFormat, effort } = {} }: ConverseRequest): JsonObject {
  const schema = parseJson(textFormat?.structure.jsonSchema?.schema ?? "");
  const config = {
    ...(effort !== undefined && { effort }),
    ...(schema !== undefined && { format: { type: "json_schema", schema } }),
  };
  return Object.keys(config).length === 0 ? {} : { output_config: config };
}
