import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { AnswerKind, Facts, Translated } from "../../dialect.ts";
import { type HostFacts, hostOf } from "../hosts.ts";
import { type ModelFacts, modelOf } from "../models.ts";
import type { CacheControl, CreateMessageRequest, MessageBody, TextBlock, ThinkingConfig } from "../types.ts";
import { type Marks, markableIn, settleMarks, toControl } from "./cache.ts";
import type { AnthropicContext, ClientTool } from "./context.ts";
import { toConversation } from "./messages.ts";
import { type AnswerForm, type AnswerTool, toAnswerForm, toAnswerTool, toFormText } from "./output.ts";
import { createPlaces } from "./places.ts";
import { type Limit, toLimit, toSampling, toService, toStops } from "./sampling.ts";
import { goesOn, isOn, replaysThoughts, type ThinkingPlan, toThinking } from "./thinking.ts";
import { wishesOf } from "./thinking-wishes.ts";
import { keepsFirstCall, toToolChoice } from "./tool-choice.ts";
import { toTools } from "./tools.ts";
import { toWebSearch } from "./web-search.ts";

/**
 * Turns a chat request into the body of Anthropic's Messages API, as the host takes it.
 *
 * Shape: {@link ChatRequest} → {@link MessageBody}; pure. The same conversation always becomes the same text, for what
 * is cached and what thoughts are bound to is the text before them.
 * Fails: `invalid_request` on calls and results that do not pair up; `invalid_value` on a tool choice, media or a
 * setting that cannot be said. What Claude has no word for was reported or refused by the fate table before.
 *
 * @see specs/anthropic.yaml#/components/schemas/CreateMessageRequest
 * @see reference: openai-chat-to-anthropic §§1–8
 */
export function toMessageRequest(
  request: ChatRequest,
  facts: Facts,
  kind: AnswerKind,
): Translated<MessageBody, AnthropicContext> {
  const host = hostOf(facts);
  const model = modelOf(facts);
  const changes: Change[] = [];
  const betas = new Set<string>();
  const marks: Marks = new Map();
  const search = toWebSearch(request, host, changes);
  const tools = toTools(request, model, host, search, marks, changes);
  const form = toAnswerForm(request, model, host, tools, changes);
  const answer = toAnswerTool(form, tools, changes);
  const limit = toLimit(request, model, changes);
  const plan = planFor(request, model, limit, answer, changes);
  const thinks = isOn(plan.thinking);
  const conversation = toConversation(request.messages, {
    host,
    model,
    names: tools.names,
    members: tools.members,
    replays: replaysThoughts(model, plan.thinking),
    prefill: goesOn(request, model),
    marks,
    betas,
    changes,
  });
  const blocks = markableIn(tools.declarations, conversation.system, conversation.messages);
  const caching = settleMarks(marks, blocks, toCaching(request, host), changes);
  const body: Around = { max_tokens: limit.tokens };
  const stops = toStops(request, changes);
  if (stops.length > 0) body.stop_sequences = stops;
  Object.assign(body, toSampling(request, model, thinks, changes));
  const thinking = conversation.thoughts ? bound(plan.thinking, model, host, betas) : plan.thinking;
  if (thinking !== undefined) body.thinking = thinking;
  addOutput(body, plan, form);
  const declarations = answer === undefined ? tools.declarations : [...tools.declarations, answer.tool];
  const all = search === undefined ? declarations : [...declarations, search];
  if (all.length > 0) body.tools = [...all];
  const choice = toToolChoice(request, tools, model, host, answer?.tool.name, changes);
  if (choice !== undefined) body.tool_choice = choice;
  const service = toService(request, host, model, betas, changes);
  const system = withForm(conversation.system, form);
  if (system.length > 0) body.system = system;
  const context: AnthropicContext = {
    facts,
    tools: withAnswer(tools.byDeclaredName, answer),
    legacyCalls: request.tools == null && request.functions != null,
    onlyFirstCall: keepsFirstCall(request, host),
    answerTool: answer?.tool.name,
    fenced: form?.kind === "prompt",
    showsThoughts: wishesOf(request).shown !== false,
    places: createPlaces(request, { tools: tools.places, messages: conversation.sources }),
  };
  const direct = { ...service, ...(caching !== undefined && { cache_control: caching }) };
  // Long texts last: what comes behind them in a body takes JSON.stringify three times as long.
  const whole = { ...body, messages: conversation.messages };
  const headers = host.betas === "header" && betas.size > 0 ? { "anthropic-beta": [...betas].join(",") } : undefined;
  const asked = isLong(limit, model, host) ? "stream" : kind;
  return { body: toBody(whole, direct, facts, host, asked, betas), asks: asked, headers, changes, context };
}

/**
 * Whether an answer may take so long that it is asked for as a stream in any case: Anthropic's own SDK refuses to wait
 * for it in silence. Amazon's frames are no text, and are left to the client who asks for them.
 */
function isLong({ tokens }: Limit, { longAnswer }: ModelFacts, { saysStream }: HostFacts): boolean {
  return saysStream && tokens > longAnswer;
}

/** What all hosts take. */
type Whole = Pick<
  CreateMessageRequest,
  | "messages"
  | "max_tokens"
  | "system"
  | "stop_sequences"
  | "temperature"
  | "top_p"
  | "top_k"
  | "thinking"
  | "output_config"
  | "tools"
  | "tool_choice"
>;
type Around = Omit<Whole, "messages">;
/** What Anthropic's own API takes besides. */
type Direct = Pick<CreateMessageRequest, "metadata" | "service_tier" | "speed" | "cache_control">;

function toBody(
  whole: Whole,
  direct: Direct,
  { upstreamModel }: Facts,
  { namesModel, saysStream, version = "", ...host }: HostFacts,
  kind: AnswerKind,
  betas: ReadonlySet<string>,
): MessageBody {
  const stream = saysStream && kind === "stream" ? { stream: true } : {};
  if (namesModel) return { model: upstreamModel, ...stream, ...direct, ...whole };
  const features = host.betas === "body" && betas.size > 0 ? { anthropic_beta: [...betas] } : {};
  return { anthropic_version: version, ...features, ...stream, ...whole };
}

function planFor(
  request: ChatRequest,
  model: ModelFacts,
  { tokens, isSet }: Limit,
  answer: AnswerTool | undefined,
  changes: Change[],
): ThinkingPlan {
  const around = { limit: tokens, isLimited: isSet, answerTool: answer !== undefined };
  return toThinking(request, model, around, changes);
}

const bindingBeta = "thinking-binding-controls-2026-08-01";

/** Clients change instructions and tools between turns: thoughts that do not fit any more are dropped, not refused. */
function bound(
  thinking: ThinkingConfig | undefined,
  { boundThoughts }: ModelFacts,
  { binding }: HostFacts,
  betas: Set<string>,
): ThinkingConfig | undefined {
  if (!boundThoughts) return thinking;
  const config = thinking ?? { type: "adaptive" };
  if (config.type !== "adaptive") return config;
  betas.add(bindingBeta);
  return { ...config, block_binding: { [binding]: "drop_block" } };
}

function addOutput(body: Around, { effort }: ThinkingPlan, form: AnswerForm | undefined): void {
  const format = form?.kind === "native" ? { type: "json_schema" as const, schema: form.schema } : undefined;
  if (effort === undefined && format === undefined) return;
  body.output_config = { ...(effort !== undefined && { effort }), ...(format !== undefined && { format }) };
}

/** The form comes last, so that what the client says stays cached. */
function withForm(system: TextBlock[], form: AnswerForm | undefined): TextBlock[] {
  const text = toFormText(form);
  return text === undefined ? system : [...system, { type: "text", text }];
}

/** The way back finds the renamed members of an answer as it finds those of a call. */
function withAnswer(
  tools: ReadonlyMap<string, ClientTool>,
  answer: AnswerTool | undefined,
): ReadonlyMap<string, ClientTool> {
  if (answer === undefined) return tools;
  const { name } = answer.tool;
  return new Map([...tools, [name, { name, kind: "function", members: answer.members }]]);
}

function toCaching({ cache_control: hint }: ChatRequest, { automaticCaching }: HostFacts): CacheControl | undefined {
  return hint == null || !automaticCaching ? undefined : toControl(hint["ttl"]);
}
