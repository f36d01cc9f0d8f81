import {
  validateCreateChatCompletionRequest,
  validateCreateCompletionRequest,
} from "../../../generated/validators/openai.received.mjs";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Rules } from "../rules.ts";
import type { Answer, Script } from "../script.ts";
import type { Reply } from "../write.ts";
import { promptOf, promptTokens } from "./ask.ts";
import { chatChunks, wholeChat } from "./chat.ts";
import { promptsOf, textChunks, textPromptOf, wholeText } from "./completions.ts";
import { embeddingAnswer, embeddingPrompt, readEmbeddings } from "./embeddings.ts";
import { done, jsonEvent, type StreamEvent } from "./frames.ts";
import { unixNow } from "./ids.ts";
import { hasModel, type ModelOptions } from "./models.ts";
import type { Rule, RuleSetting } from "./personality.ts";
import { fromFailure, type Problem } from "./problem.ts";
import { type Quirks, quirksOf } from "./quirks.ts";
import { readRequest } from "./read.ts";
import { type ReplySetting, replyEvents, replyJson, replyProblem, replyRefused } from "./reply.ts";
import { strangerInChat, strangerInCompletion } from "./strict.ts";
import { texts } from "./texts.ts";
import type { Head } from "./turn.ts";

/** Who says what is answered. */
export interface Director extends Rules {
  readonly otherwise: NonNullable<Script["otherwise"]>;
}

/** What a request is answered by. */
export interface Setting extends ReplySetting, ModelOptions {
  readonly director: Director;
}

/** A request whose answer is picked. */
interface Picked {
  readonly answer: Answer;
  readonly quirks: Quirks;
  readonly head: Head;
}

/** Reads and checks a chat request, then finds its answer. A script never hides a bad request. */
export function respondChat(text: string, setting: Setting): Reply {
  const { personality, switches } = setting;
  const opened = openBody(text, setting);
  if ("problem" in opened) return replyRefused(opened.problem, setting);
  const read = readRequest(opened.body, {
    validate: validateCreateChatCompletionRequest,
    reads: personality.chat.reads,
    strict: personality.strict,
    findStranger: personality.chat.strangers ?? strangerInChat,
  });
  if ("mistake" in read) return replyRefused(personality.errors.mistake(read.mistake, switches), setting);
  const { request } = read;
  const tokens = Math.min(promptTokens(request), personality.chat.window ?? Infinity);
  const problem = firstProblem(personality.chat.rules, request, { switches, promptTokens: promptTokens(request) });
  if (problem !== undefined) return replyRefused(problem, setting);
  const prompt = promptOf(request, personality.chat);
  return answerWith(prompt, personality.chat.ids.answer(), setting, ({ answer, quirks, head }) => {
    const one = { request, prompt, tokens, answer, personality, switches, quirks, head };
    if (!prompt.stream) return replyJson(wholeChat(one), setting, answer);
    const preface = personality.chat.preface?.();
    const events = withPreface(eventsOf(chatChunks(one), quirks), preface);
    return replyEvents(events, setting, quirks, answer, {
      ...head,
      object: "chat.completion.chunk",
    });
  });
}

/** The same for the older completions. */
export function respondCompletion(text: string, setting: Setting): Reply {
  const { personality, switches } = setting;
  const opened = openBody(text, setting);
  if ("problem" in opened) return replyRefused(opened.problem, setting);
  const read = readRequest(opened.body, {
    validate: validateCreateCompletionRequest,
    reads: personality.completions.reads,
    strict: personality.strict,
    findStranger: personality.completions.strangers ?? strangerInCompletion,
  });
  if ("mistake" in read) return replyRefused(personality.errors.mistake(read.mistake, switches), setting);
  const { request } = read;
  const tokens = promptsOf(request).reduce((total, one) => total + one.tokens, 0);
  const problem = firstProblem(personality.completions.rules, request, { switches, promptTokens: tokens });
  if (problem !== undefined) return replyRefused(problem, setting);
  const prompt = textPromptOf(request, personality);
  return answerWith(prompt, personality.completions.id(), setting, ({ answer, quirks, head }) => {
    const one = { request, prompt, answer, personality, switches, quirks, head };
    if (!prompt.stream) return replyJson(wholeText(one), setting, answer);
    return replyEvents(eventsOf(textChunks(one), quirks), setting, quirks, answer, {
      ...head,
      object: "text_completion",
    });
  });
}

/** The same for embeddings. */
export function respondEmbeddings(text: string, setting: Setting): Reply {
  const { personality, switches } = setting;
  const opened = openBody(text, setting);
  if ("problem" in opened) return replyRefused(opened.problem, setting);
  const request = readEmbeddings(opened.body, opened.model, personality.strict, personality.embeddings.form);
  if ("keyword" in request) return replyRefused(personality.errors.mistake(request, switches), setting);
  const problem = personality.embeddings.refuse(request.model, request.dimensions);
  if (problem !== undefined) return replyRefused(problem, setting);
  return answerWith(embeddingPrompt(request), "", setting, ({ answer, quirks }) =>
    replyJson(embeddingAnswer(request, answer, personality, quirks), setting, answer),
  );
}

type Opened = { readonly body: JsonObject; readonly model: string } | { readonly problem: Problem };

/** What is looked at before the shape: that it is JSON, and that there is such a model. */
function openBody(text: string, setting: Setting): Opened {
  const { personality, switches } = setting;
  const { errors } = personality;
  const body = parseJson(text);
  if (!isObject(body)) return { problem: errors.noJson() };
  const { model } = body;
  if (model === undefined || model === null || model === "") return { problem: errors.noModel() };
  if (typeof model !== "string") {
    const mistake = { keyword: "type", path: ["model"], value: model, types: ["string"], words: [], limit: 0 };
    return { problem: errors.mistake(mistake, switches) };
  }
  return hasModel(model, setting, personality) ? { body, model } : { problem: errors.unknownModel(model, switches) };
}

function firstProblem<Request>(
  rules: readonly Rule<Request>[],
  request: Request,
  setting: RuleSetting,
): Problem | undefined {
  for (const rule of rules) {
    const problem = rule(request, setting);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Picks an answer. Bodies as they are and errors are the same for every operation; `make` makes the rest. */
function answerWith(prompt: Prompt, id: string, setting: Setting, make: (picked: Picked) => Reply): Reply {
  const { director, personality } = setting;
  const answer = director.pick(prompt);
  const quirks = quirksOf(answer ?? {});
  if (answer === undefined && director.otherwise === "fail") {
    const problem = fromFailure({ status: 500, message: texts.noAnswer() }, personality.errors.usual);
    return replyProblem(problem, setting, quirks, prompt.stream);
  }
  const given = answer ?? {};
  const model = given.model_version ?? personality.models.answersAs(prompt.model);
  const head = { id, created: unixNow(), model };
  if (given.raw !== undefined) return replyRaw(given.raw, given);
  if (given.error !== undefined)
    return replyProblem(fromFailure(given.error, personality.errors.usual), setting, quirks, prompt.stream, given);
  if (given.events !== undefined) {
    if (!prompt.stream) return replyJson(given.events[0], setting, given);
    return replyEvents(given.events.map(writtenEvent), setting, quirks, given, { ...head, object: "event" });
  }
  if (given.blocked !== undefined) {
    const failure = { status: 400, code: given.blocked, message: given.text ?? blockedText };
    return replyProblem(fromFailure(failure, personality.errors.usual), setting, quirks, prompt.stream, given);
  }
  return make({ answer: given, quirks, head });
}

const blockedText = "Your request was rejected as a result of our safety system.";

function replyRaw(
  { status = 200, type = "text/html; charset=utf-8", body }: NonNullable<Answer["raw"]>,
  answer: Answer,
): Reply {
  return { status, headers: { "content-type": type }, frames: [body], faults: answer };
}

/** The events of a stream, and its end where the quirks leave it one. */
const eventsOf = (chunks: readonly JsonObject[], quirks: Quirks): readonly StreamEvent[] => [
  ...chunks.map(jsonEvent),
  ...(quirks.has("no_done") ? [] : [done]),
];

/** What a server says before its first event goes out with that one: scripts count the events of the answer. */
function withPreface(events: readonly StreamEvent[], preface: JsonObject | undefined): readonly StreamEvent[] {
  const [first, ...others] = events;
  if (first === undefined || preface === undefined) return events;
  return [{ ...first, before: JSON.stringify(preface) }, ...others];
}

/** An event a script wrote. Texts go out as they are, so that `[DONE]` can be one, and so can broken JSON. */
const writtenEvent = (event: unknown): StreamEvent => (typeof event === "string" ? { data: event } : jsonEvent(event));
