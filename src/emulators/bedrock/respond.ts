import type { IncomingHttpHeaders } from "node:http";
import {
  validateConverseRequest,
  validateConverseStreamRequest,
  validateCountTokensRequest,
} from "../../../generated/validators/bedrock.closed.mjs";
import { promptOf as claudePromptOf } from "../anthropic/ask.ts";
import type { Checked as ClaudeChecked } from "../anthropic/rule.ts";
import { promptTokens as claudeTokens } from "../anthropic/usage.ts";
import { parseJson } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Rules } from "../rules.ts";
import type { Answer, Script } from "../script.ts";
import type { Reply } from "../write.ts";
import { type Case, responseFor } from "./answer.ts";
import { promptOf } from "./ask.ts";
import { checkConverse } from "./check.ts";
import { openClaude } from "./claude.ts";
import { claudeBodyOf } from "./claude-request.ts";
import { eventsOf, framesAsWritten, framesOf } from "./events.ts";
import { claudeName, type Family, type Model } from "./families.ts";
import { type Read, readAs } from "./read.ts";
import { fromFailure, invalid, type Refusal, refusal } from "./refusals.ts";
import { replyFrames, replyJson, replyRefused } from "./reply.ts";
import type { Checked } from "./rule.ts";
import { texts } from "./texts.ts";
import type { ConverseRequest, CountTokensResponse } from "./types.ts";
import { promptTokens } from "./usage.ts";

/** Who says what is answered. */
export interface Director extends Rules {
  readonly otherwise: NonNullable<Script["otherwise"]>;
}

/** What a request is answered by. */
export interface Setting {
  readonly director: Director;
  readonly script: Script;
}

/** A request whose path, credential and model are fine. */
export interface IncomingCall {
  readonly text: string;
  readonly model: Model;
  readonly family: Family;
  readonly stream: boolean;
  readonly headers: IncomingHttpHeaders;
}

/** A request that keeps to all rules; in Claude's own form too, where Claude answers. */
interface Opened {
  readonly checked: Checked;
  readonly claude: ClaudeChecked | undefined;
}

/** Reads and checks a conversation, then finds its answer. A script never hides a bad request. */
export function respondConverse(call: IncomingCall, { director, script }: Setting): Reply {
  const body = parseJson(call.text);
  const read: Read<ConverseRequest> = call.stream
    ? readAs(body, validateConverseStreamRequest)
    : readAs(body, validateConverseRequest);
  if ("refused" in read) return replyRefused(read.refused);
  const opened = open(read.request, call, script);
  if ("refused" in opened) return replyRefused(opened.refused);
  const prompt = promptFor(opened, call);
  const answer = director.pick(prompt);
  if (answer === undefined && director.otherwise === "fail") return replyRefused(refusal(500, texts.noAnswer()));
  return send({ ...opened, prompt, answer: answer ?? {} });
}

function open(
  request: ConverseRequest,
  { model, family, stream }: IncomingCall,
  script: Script,
): Opened | { readonly refused: Refusal } {
  const checked = { request, family, model: model.id, stream };
  const refused = checkConverse(checked);
  if (refused !== undefined) return { refused };
  const name = claudeName(model.id);
  if (name === undefined) return { checked, claude: undefined };
  const opened = openClaude(claudeBodyOf(request, usualMaxTokens), name, stream, script);
  return "wrong" in opened ? { refused: invalid(texts.fromModel(opened.wrong)) } : { checked, claude: opened.checked };
}

/** What every Claude can write, where a request sets no limit. */
const usualMaxTokens = 4096;

function promptFor({ checked, claude }: Opened, { model, stream }: IncomingCall): Prompt {
  const prompt = claude === undefined ? promptOf(checked) : claudePromptOf(claude, stream);
  return { ...prompt, model: model.id };
}

function send(one: Case): Reply {
  const { checked, answer } = one;
  const early = unusual(answer);
  if (early !== undefined) return early;
  if (answer.events !== undefined) {
    return checked.stream ? replyFrames(framesAsWritten(answer.events), answer) : replyJson(answer.events[0], answer);
  }
  const response = responseFor(one);
  return checked.stream ? replyFrames(framesOf(eventsOf(response, answer)), answer) : replyJson(response, answer);
}

/** A body that is not Bedrock's own, or an error, where a script wants one. */
export function unusual(answer: Answer): Reply | undefined {
  if (answer.raw !== undefined) {
    const { status = 200, type = "text/html; charset=utf-8", body } = answer.raw;
    return { status, headers: { "content-type": type }, frames: [body], faults: answer };
  }
  return answer.error === undefined ? undefined : replyRefused(fromFailure(answer.error), answer);
}

/** How long a request is. A script may fail it. */
export function respondCount(call: IncomingCall, { director, script }: Setting): Reply {
  const read = readAs(parseJson(call.text), validateCountTokensRequest);
  if ("refused" in read) return replyRefused(read.refused);
  if (!call.family.counts) return replyRefused(invalid(texts.noCount()));
  const { converse, invokeModel } = read.request.input;
  if ((converse === undefined) === (invokeModel === undefined)) {
    return replyRefused(invalid(texts.oneKey("CountTokensInput", "input", ["invokeModel", "converse"])));
  }
  const counted =
    converse === undefined ? countOwn(invokeModel?.body ?? "", call, script) : countTalk(converse, call, script);
  if ("refused" in counted) return replyRefused(counted.refused);
  const answer = director.pick(counted.prompt) ?? {};
  const response: CountTokensResponse = { inputTokens: answer.usage?.input ?? counted.tokens };
  return unusual(answer) ?? replyJson(response, answer);
}

type Counted = { readonly tokens: number; readonly prompt: Prompt } | { readonly refused: Refusal };

function countTalk(request: ConverseRequest, call: IncomingCall, script: Script): Counted {
  const opened = open(request, call, script);
  if ("refused" in opened) return opened;
  const tokens = opened.claude === undefined ? promptTokens(request) : claudeTokens(opened.claude.request);
  return { tokens, prompt: promptFor(opened, call) };
}

function countOwn(body: string, { model }: IncomingCall, script: Script): Counted {
  const value = parseJson(Buffer.from(body, "base64").toString("utf8"));
  const opened = openClaude(value, claudeName(model.id) ?? "", false, script);
  if ("wrong" in opened) return { refused: invalid(opened.wrong) };
  return {
    tokens: claudeTokens(opened.checked.request),
    prompt: { ...claudePromptOf(opened.checked, false), model: model.id },
  };
}
