import {
  validateCountMessageTokensRequest,
  validateCreateMessageRequest,
  validateVertexMessageRequest,
} from "../../../generated/validators/anthropic.closed.mjs";
import { isObject, parseJson } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Rules } from "../rules.ts";
import type { Answer, Script } from "../script.ts";
import type { Reply } from "../write.ts";
import { messageFor } from "./answer.ts";
import { promptOf } from "./ask.ts";
import { checkBetas, checkVersion, isNewer } from "./auth.ts";
import { checkRequest } from "./check.ts";
import { eventsOf } from "./events.ts";
import { familyOf } from "./families.ts";
import { isModel } from "./models.ts";
import { type Read, readAs } from "./read.ts";
import { badRequest, fromFailure, type Refusal, refusal } from "./refusals.ts";
import { replyEvents, replyJson, replyRefused } from "./reply.ts";
import type { Checked } from "./rule.ts";
import type { Surface } from "./surface.ts";
import { texts } from "./texts.ts";
import type { MessageRequest, MessageTokensCount } from "./types.ts";
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

/** A request whose path and credential are fine. */
export interface IncomingCall {
  readonly text: string;
  readonly surface: Surface;
  readonly operation: "message" | "count";
  /** What the path says beside the operation; undefined at Anthropic's own API, where the body says it. */
  readonly path: { readonly model: string; readonly stream: boolean } | undefined;
  /** Version in the headers. */
  readonly version: string;
  /** Beta features in the headers. */
  readonly betas: readonly string[];
}

/** Reads and checks a request, then finds its answer. A script never hides a bad request. */
export function respond(call: IncomingCall, { director, script }: Setting): Reply {
  const { surface } = call;
  const opened = open(call, script);
  if ("refused" in opened) return replyRefused(opened.refused, surface);
  const { checked } = opened;
  const refused = checkRequest(checked);
  if (refused !== undefined) return replyRefused(refused, surface);
  const prompt = promptOf(checked, checked.request.stream === true);
  const answer = director.pick(prompt);
  if (answer === undefined && director.otherwise === "fail") {
    return replyRefused(refusal(500, texts.noAnswer()), surface);
  }
  return call.operation === "count" ? count(checked, answer) : send(checked, prompt, answer ?? {});
}

type Opened = { readonly checked: Checked } | { readonly refused: Refusal };

/** What is looked at before the rules: size, version, beta features, shape, and that there is such a model. */
function open(call: IncomingCall, script: Script): Opened {
  const { text, surface, path, version } = call;
  if (Buffer.byteLength(text) > surface.maxBytes) return { refused: refusal(413, texts.tooLarge()) };
  const body = parseJson(text);
  const isDirect = surface.name === "direct";
  const early = isDirect ? (checkVersion(version, surface) ?? checkBetas(call.betas, surface)) : undefined;
  if (early !== undefined) return { refused: early };
  if (!isObject(body)) return { refused: badRequest(texts.noJson()) };
  const read = readBody(body, call);
  if ("wrong" in read) return { refused: badRequest(read.wrong) };
  const { request, spoken, more } = read.request;
  const betas = [...call.betas, ...more];
  const late = isDirect ? undefined : (checkVersion(spoken, surface) ?? checkBetas(betas, surface));
  if (late !== undefined) return { refused: late };
  if (isDirect && !isModel(request.model)) return { refused: refusal(404, texts.unknownModel(request.model)) };
  if (path !== undefined && call.operation === "message" && (request.stream ?? false) !== path.stream) {
    return { refused: badRequest(texts.streamPath()) };
  }
  const checked = {
    request,
    family: familyOf(request.model),
    model: request.model,
    surface,
    betas: new Set(betas),
    newerVersion: isNewer(isDirect ? version : spoken),
    scripted: new Set(script.answers.flatMap(({ signature = "" }) => (signature === "" ? [] : [signature]))),
    olderAccount: script.server?.includes("older") === true,
  };
  return { checked };
}

/** A request with what only Vertex AI has in the body: the version, and beta features. */
interface Envelope {
  readonly request: MessageRequest;
  readonly spoken: string;
  readonly more: readonly string[];
}

function readBody(body: Record<string, unknown>, { operation, surface, path }: IncomingCall): Read<Envelope> {
  const plain = (request: MessageRequest): Envelope => ({ request, spoken: "", more: [] });
  if (surface.name === "direct") {
    return operation === "count"
      ? enclose(readAs(body, validateCountMessageTokensRequest), plain)
      : enclose(readAs(body, validateCreateMessageRequest), plain);
  }
  if (operation === "count") {
    const { anthropic_version: spoken, anthropic_beta: _beta, ...rest } = body;
    if (spoken === undefined) return { wrong: texts.missing("anthropic_version") };
    return enclose(readAs(rest, validateCountMessageTokensRequest), (request) => {
      return { request, spoken: String(spoken), more: [] };
    });
  }
  return enclose(readAs(body, validateVertexMessageRequest), ({ anthropic_version, anthropic_beta = [], ...rest }) => {
    return { request: { ...rest, model: path?.model ?? "" }, spoken: anthropic_version, more: anthropic_beta };
  });
}

const enclose = <From, To>(read: Read<From>, make: (request: From) => To): Read<To> =>
  "wrong" in read ? read : { request: make(read.request) };

/** How long a conversation is. A script may fail it. */
function count({ request, surface }: Checked, answer: Answer | undefined): Reply {
  if (answer?.error !== undefined) return replyRefused(fromFailure(answer.error, surface), surface, answer);
  const counted: MessageTokensCount = { input_tokens: answer?.usage?.input ?? promptTokens(request) };
  return replyJson(counted, surface, answer);
}

function send(checked: Checked, prompt: Prompt, answer: Answer): Reply {
  const { surface } = checked;
  if (answer.raw !== undefined) {
    const { status = 200, type = "text/html; charset=utf-8", body } = answer.raw;
    return { status, headers: { "content-type": type }, frames: [body], faults: answer };
  }
  if (answer.error !== undefined) return replyRefused(fromFailure(answer.error, surface), surface, answer);
  if (answer.events !== undefined) {
    if (!prompt.stream) return replyJson(answer.events[0], surface, answer);
    return replyEvents(answer.events, surface, answer);
  }
  const message = messageFor({ checked, prompt, answer });
  return prompt.stream ? replyEvents(eventsOf(message, answer), surface, answer) : replyJson(message, surface, answer);
}
