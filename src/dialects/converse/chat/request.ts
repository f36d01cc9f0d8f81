import { hasTools, wantsNoTools } from "../../anthropic/chat/choice.ts";
import { createPlaces } from "../../anthropic/chat/places.ts";
import { wishesOf } from "../../anthropic/chat/thinking-wishes.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { AnswerKind, Facts, Translated } from "../../dialect.ts";
import { type ModelFacts, modelOf } from "../models.ts";
import type { ConverseRequest, Tool, ToolSpecification } from "../types.ts";
import type { ConverseContext } from "./context.ts";
import { createDocumentNames } from "./media.ts";
import { toConversation } from "./messages.ts";
import { toAnswerForm, toAnswerTool, toFormText, toOutputConfig } from "./output.ts";
import { toExtras, toInference, toService } from "./sampling.ts";
import { toThinking } from "./thinking.ts";
import { toToolChoice } from "./tool-choice.ts";
import { type Tools, toTools } from "./tools.ts";

/**
 * Turns a chat request into the body of Converse; ConverseStream takes the same. The path says the model and whether it
 * streams.
 *
 * Shape: {@link ChatRequest} → {@link ConverseRequest}; pure. The same conversation always becomes the same text.
 * Fails: `invalid_request` on calls and results that do not pair up; `invalid_value` on a tool choice, media or a
 * setting that cannot be said. What the model has no place for was reported or refused by the fate table before.
 *
 * @see specs/bedrock.yaml#/components/schemas/ConverseRequest
 */
export function toConverseRequest(
  request: ChatRequest,
  facts: Facts,
  kind: AnswerKind,
): Translated<ConverseRequest, ConverseContext> {
  const model = modelOf(facts);
  const changes: Change[] = [];
  const searches = request.web_search_options != null && model.searches;
  const tools = toTools(request, model, changes);
  const form = toAnswerForm(request, model, searches, changes);
  const answer = toAnswerTool(form, tools, model, changes);
  const plan = toThinking(request, model, changes);
  const demand = toToolChoice(request, tools, model, answer?.name, changes);
  const shown = showsTools(request, model) ? tools.declarations : [];
  const conversation = toConversation(request.messages, {
    model,
    names: tools.names,
    calls: shown.length > 0,
    prefill: model.prefill && form === undefined,
    lastText: toFormText(form) ?? demand.text,
    hint: request.cache_control,
    points: new Map(),
    nameDocument: createDocumentNames(),
    changes,
  });
  const declared = toolsOf(shown, answer, searches);
  const inference = toInference(request, model, plan.hard, changes);
  const extras = { ...toExtras(request, model), ...plan.fields };
  const body: ConverseRequest = {
    ...(conversation.system.length > 0 && { system: [...conversation.system] }),
    ...(Object.keys(inference).length > 0 && { inferenceConfig: inference }),
    ...(declared.length > 0 && {
      toolConfig: { tools: declared, ...(demand.forced && { toolChoice: demand.forced }) },
    }),
    ...(Object.keys(extras).length > 0 && { additionalModelRequestFields: extras }),
    ...toOutputConfig(form),
    ...toService(request, model),
    // Long texts last: what comes behind them in a body takes JSON.stringify three times as long.
    messages: conversation.messages,
  };
  const context = contextFor(
    request,
    facts,
    { tools, answer: answer?.name, fenced: form?.kind === "prompt" },
    conversation,
  );
  const asks = kind === "stream" && declared.length > 0 && model.tools === "whole" ? "unary" : kind;
  return { body, asks, changes, context };
}

/** Where none is to be called none is shown: there is no other way to say so. */
function showsTools(request: ChatRequest, model: ModelFacts): boolean {
  return hasTools(request) && !wantsNoTools(request) && model.tools !== "none";
}

/** Amazon's search of the web, by its name. */
const search: Tool = { systemTool: { name: "nova_grounding" } };

function toolsOf(
  shown: readonly ToolSpecification[],
  answer: ToolSpecification | undefined,
  searches: boolean,
): Tool[] {
  const own = answer === undefined ? shown : [...shown, answer];
  const declared = own.map((toolSpec): Tool => ({ toolSpec }));
  return searches ? [...declared, search] : declared;
}

interface Asked {
  readonly tools: Tools;
  readonly answer: string | undefined;
  readonly fenced: boolean;
}

function contextFor(
  request: ChatRequest,
  facts: Facts,
  { tools, answer, fenced }: Asked,
  { sources }: { readonly sources: readonly number[] },
): ConverseContext {
  return {
    facts,
    tools: tools.byDeclaredName,
    legacyCalls: request.tools == null && request.functions != null,
    onlyFirstCall: request.parallel_tool_calls === false,
    answerTool: answer,
    fenced,
    showsThoughts: wishesOf(request).shown !== false,
    places: createPlaces(request, { tools: tools.places, messages: sources }),
  };
}
