import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { Facts, Translated } from "../../dialect.ts";
import { isObject } from "../../schema/json.ts";
import { developerApi, type ModelFacts, modelOf } from "../models.ts";
import type { Said } from "../schema/index.ts";
import type { FunctionCallingConfig, FunctionDeclaration, GenerateContentRequest, Tool, ToolConfig } from "../types.ts";
import type { GeminiContext } from "./context.ts";
import { toGenerationConfig } from "./generation.ts";
import { toCachedContent, toSafetySettings } from "./google-options.ts";
import { toConversation } from "./messages.ts";
import { type AnswerForm, addAnswerForm, addModalities, toAnswerForm } from "./output.ts";
import { createPlaces } from "./places.ts";
import { toServerTools } from "./server-tools.ts";
import { serviceTier, tierHeaders } from "./tier.ts";
import { type Tools, toCallingConfig, toMembers, toTools } from "./tools.ts";

/**
 * Turns a chat request into Gemini's `generateContent` body, the same for unary and streamed calls.
 *
 * Shape: {@link ChatRequest} → {@link GenerateContentRequest}; pure.
 * Fails: `invalid_request` on calls and results that do not pair up; `invalid_value` on a tool choice, media or a
 * setting that cannot be said. What Gemini has no word for was reported or refused by the fate table before.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerateContentRequest
 */
export function toGenerateContent(
  request: ChatRequest,
  facts: Facts,
): Translated<GenerateContentRequest, GeminiContext> {
  const model = modelOf(facts);
  const changes: Change[] = [];
  const form = toAnswerForm(request, model, changes);
  const tools = toTools(request, model, form === undefined || form.kind === "choice" ? "text" : "json");
  changes.unshift(...tools.changes);
  const draft = { facts, model, names: tools.names, links: [], standIns: { count: 0 } };
  const { systemInstruction, contents } = toConversation(request.messages, draft);
  const generationConfig = toGenerationConfig(request, model, changes);
  const audio = addModalities(generationConfig, request, model);
  const chosen = toCallingConfig(request, tools);
  const answerTool = model.jsonWithTools ? undefined : toAnswerTool(form, tools, chosen);
  if (answerTool === undefined) addAnswerForm(generationConfig, form);
  const around: Around = {};
  if (systemInstruction !== undefined) around.systemInstruction = systemInstruction;
  const declarations = answerTool === undefined ? tools.declarations : [...tools.declarations, answerTool];
  const serverTools = toServerTools(request, model, changes);
  addTools(around, declarations, serverTools);
  const calling = answerTool === undefined ? chosen : withAnswer(chosen, answerTool.name);
  const toolConfig = toToolConfig(calling, around.tools ?? [], facts);
  if (toolConfig !== undefined) around.toolConfig = toolConfig;
  if (Object.keys(generationConfig).length > 0) around.generationConfig = generationConfig;
  addSettings(around, request, facts, model, changes);
  const context: GeminiContext = {
    facts,
    tools: tools.byDeclaredName,
    legacyCalls: request.tools == null && request.functions != null,
    onlyFirstCall: request.parallel_tool_calls === false,
    answerTool: answerTool?.name,
    quoted: form?.kind === "pattern",
    audio,
    codeExecution: serverTools.some((tool) => tool.codeExecution !== undefined),
    places: createPlaces(request, tools.places),
  };
  // Long texts last: what comes behind them in a body takes JSON.stringify three times as long.
  const standIns = draft.standIns.count || undefined;
  return { body: { ...around, contents }, standIns, headers: tierHeaders(request, facts), changes, context };
}

/** A body but for the conversation. */
type Around = Omit<GenerateContentRequest, "contents">;

function addTools(body: Around, declarations: readonly FunctionDeclaration[], others: Tool[]): void {
  const functions = declarations.length > 0 ? [{ functionDeclarations: [...declarations] }] : [];
  if (functions.length + others.length > 0) body.tools = [...functions, ...others];
}

/** The Developer API wants to be told that the client copes with calls of its own tools beside the client's. */
function toToolConfig(
  calling: FunctionCallingConfig | undefined,
  tools: readonly Tool[],
  { host }: Facts,
): ToolConfig | undefined {
  const config: ToolConfig = {};
  if (calling !== undefined) config.functionCallingConfig = calling;
  const mixed = tools.length > 1 && tools.some((tool) => tool.functionDeclarations !== undefined);
  if (mixed && host === developerApi) config.includeServerSideToolInvocations = true;
  return Object.keys(config).length > 0 ? config : undefined;
}

function addSettings(body: Around, request: ChatRequest, facts: Facts, model: ModelFacts, changes: Change[]): void {
  const safetySettings = toSafetySettings(request, facts, changes);
  if (safetySettings.length > 0) body.safetySettings = safetySettings;
  const cachedContent = toCachedContent(request, model, changes);
  if (cachedContent !== undefined) body.cachedContent = cachedContent;
  const tier = serviceTier(request);
  if (tier !== undefined && facts.host === developerApi) body.serviceTier = tier;
}

/**
 * Before Gemini 3 a model cannot have both functions and structured output: a function that takes the answer stands
 * in for the output, and some function must be called. Its call comes back as content.
 */
function toAnswerTool(
  form: AnswerForm | undefined,
  tools: Tools,
  chosen: FunctionCallingConfig | undefined,
): FunctionDeclaration | undefined {
  if (form?.kind !== "json" || tools.declarations.length === 0 || chosen?.mode === "ANY") return undefined;
  const any: Said = tools.form === "json-schema" ? { json: { type: "object" } } : { older: { type: "OBJECT" } };
  const members = toMembers(form.schema === undefined ? any : asParameters(form.schema));
  let name = "answer";
  while (tools.byDeclaredName.has(name)) name = `_${name}`;
  const description = "Gives the final answer to the user. Call this when no other function is needed.";
  return { name, description, ...members };
}

function withAnswer(chosen: FunctionCallingConfig | undefined, answer: string): FunctionCallingConfig {
  if (chosen?.mode === "NONE") return { mode: "ANY", allowedFunctionNames: [answer] };
  const allowed = chosen?.allowedFunctionNames;
  return allowed === undefined ? { mode: "ANY" } : { mode: "ANY", allowedFunctionNames: [...allowed, answer] };
}

/** Arguments are an object, also where a schema leaves open what it is for. */
function asParameters({ json, older }: Said): Said {
  if (older !== undefined) return { older: { ...older, type: "OBJECT" } };
  return { json: isObject(json) ? { type: "object", ...json } : json };
}
