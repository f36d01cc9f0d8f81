import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { Facts, Translated } from "../../dialect.ts";
import { factsOf } from "../models.ts";
import type { FunctionCallingConfig, FunctionDeclaration, GenerateContentRequest } from "../types.ts";
import type { GeminiContext } from "./context.ts";
import { addResponseFormat, answerSchema, toGenerationConfig } from "./generation.ts";
import { toConversation } from "./messages.ts";
import { type Tools, toCallingConfig, toTools } from "./tools.ts";

/**
 * Turns a chat request into Gemini's `generateContent` body, the same for unary and streamed calls.
 *
 * Shape: {@link ChatRequest} → {@link GenerateContentRequest}; pure.
 * Fails: `invalid_request` on calls and results that do not pair up; `invalid_value` on a tool choice or media that
 * cannot be said. What Gemini has no word for was reported or refused by the fate table before.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerateContentRequest
 */
export function toGenerateContent(
  request: ChatRequest,
  facts: Facts,
): Translated<GenerateContentRequest, GeminiContext> {
  const model = factsOf(facts.upstreamModel);
  const tools = toTools(request);
  const changes: Change[] = [...tools.changes];
  const { systemInstruction, contents } = toConversation(request.messages, { facts, model, names: tools.names });
  const generationConfig = toGenerationConfig(request, model, changes);
  const chosen = toCallingConfig(request, tools);
  const answerTool = model.jsonWithTools ? undefined : toAnswerTool(request, tools, chosen);
  if (answerTool === undefined) addResponseFormat(generationConfig, request.response_format);
  const body: GenerateContentRequest = { contents };
  if (systemInstruction !== undefined) body.systemInstruction = systemInstruction;
  const declarations = answerTool === undefined ? tools.declarations : [...tools.declarations, answerTool];
  if (declarations.length > 0) body.tools = [{ functionDeclarations: [...declarations] }];
  const calling = answerTool === undefined ? chosen : withAnswer(chosen, answerTool.name);
  if (calling !== undefined) body.toolConfig = { functionCallingConfig: calling };
  if (Object.keys(generationConfig).length > 0) body.generationConfig = generationConfig;
  return { body, changes, context: contextOf(request, facts, tools, answerTool) };
}

function contextOf(
  request: ChatRequest,
  facts: Facts,
  tools: Tools,
  answerTool: FunctionDeclaration | undefined,
): GeminiContext {
  return {
    facts,
    tools: tools.byDeclaredName,
    legacyCalls: request.tools == null && request.functions != null,
    onlyFirstCall: request.parallel_tool_calls === false,
    answerTool: answerTool?.name,
  };
}

/**
 * Before Gemini 3 a model cannot have both functions and structured output: a function that takes the answer stands
 * in for the output, and some function must be called. Its call comes back as content. Where the client forces a tool
 * anyway there is no answer to shape.
 */
function toAnswerTool(
  request: ChatRequest,
  tools: Tools,
  chosen: FunctionCallingConfig | undefined,
): FunctionDeclaration | undefined {
  const format = request.response_format;
  if (format == null || format.type === "text") return undefined;
  if (tools.declarations.length === 0 || chosen?.mode === "ANY") return undefined;
  const schema = format.type === "json_schema" ? answerSchema(format.json_schema) : { type: "object" };
  let name = "answer";
  while (tools.byDeclaredName.has(name)) name = `_${name}`;
  const description = "Gives the final answer to the user. Call this when no other function is needed.";
  return schema === undefined ? { name, description } : { name, description, parametersJsonSchema: schema };
}

function withAnswer(chosen: FunctionCallingConfig | undefined, answer: string): FunctionCallingConfig {
  if (chosen?.mode === "NONE") return { mode: "ANY", allowedFunctionNames: [answer] };
  const allowed = chosen?.allowedFunctionNames;
  return allowed === undefined ? { mode: "ANY" } : { mode: "ANY", allowedFunctionNames: [...allowed, answer] };
}
