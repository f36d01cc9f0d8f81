import { randomBytes } from "node:crypto";
import { parseJson } from "../json.ts";
import type { Rules } from "../rules.ts";
import type { Answer, Script } from "../script.ts";
import type { Faults, Reply } from "../write.ts";
import { type Case, responsesFor } from "./answer.ts";
import { promptOf } from "./ask.ts";
import { checkRequest } from "./check.ts";
import { familyOf } from "./families.ts";
import { type StreamForm, streamFrames } from "./frames.ts";
import { readRequest } from "./read.ts";
import { badRequest, fromFailure, type Refusal, refusal } from "./refusals.ts";
import type { Surface } from "./surface.ts";

/** Who says what is answered. */
export interface Director extends Rules {
  readonly otherwise: NonNullable<Script["otherwise"]>;
}

/** A request whose path and credential are fine. */
export interface IncomingCall {
  readonly text: string;
  readonly model: string;
  readonly surface: Surface;
  /** The form of the stream that is asked for; undefined for an answer in one piece. */
  readonly stream: StreamForm | undefined;
}

/** Reads and checks a request, then finds its answer. A script never hides a bad request. */
export function respond(call: IncomingCall, director: Director): Reply {
  const { model, surface } = call;
  const { texts } = surface;
  const body = parseJson(call.text);
  if (body === undefined) return respondRefused(badRequest([{ field: "", description: texts.noJson() }]), call);
  const read = readRequest(body, surface);
  if ("refusal" in read) return respondRefused(read.refusal, call);
  const { request } = read;
  const family = familyOf(model);
  const refused = checkRequest({ request, family, model, surface });
  if (refused !== undefined) return respondRefused(refused, call);
  const prompt = promptOf(request, model, call.stream !== undefined);
  const answer = director.pick(prompt);
  if (answer === undefined && director.otherwise === "fail")
    return respondRefused(refusal(500, texts.noAnswer()), call);
  if (answer?.error !== undefined) return respondRefused(fromFailure(answer.error), call, answer);
  return send({ request, prompt, family, answer: answer ?? {}, frame: frameFor(model, answer) }, call);
}

const json = { "content-type": "application/json; charset=UTF-8" } as const;

/** An error. Streams that are not server-sent events have it in their array. */
export function respondRefused(
  { status, body }: Refusal,
  { stream }: Pick<IncomingCall, "stream">,
  faults?: Faults,
): Reply {
  return { status, headers: json, frames: [JSON.stringify(stream === "array" ? [body] : body, null, 2)], faults };
}

const frameFor = (model: string, answer: Answer | undefined): Case["frame"] => ({
  modelVersion: answer?.model_version ?? model,
  createTime: new Date().toISOString().replace("Z", "000Z"),
  responseId: randomBytes(16).toString("base64url"),
});

function send(one: Case, { stream, surface }: IncomingCall): Reply {
  const { answer, request } = one;
  if (answer.raw !== undefined) {
    const { status = 200, type = "text/html; charset=UTF-8", body } = answer.raw;
    return { status, headers: { "content-type": type }, frames: [body], faults: answer };
  }
  const events = answer.events ?? responsesFor(one).map(surface.dress);
  const extra = surface.headers(request);
  if (stream === undefined)
    return { status: 200, headers: { ...json, ...extra }, frames: [JSON.stringify(events[0])], faults: answer };
  const headers = { ...(stream === "sse" ? { "content-type": "text/event-stream" } : json), ...extra };
  return { status: 200, headers, frames: streamFrames(events, stream, answer.stream_error), faults: answer };
}
