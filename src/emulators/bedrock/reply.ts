import { randomUUID } from "node:crypto";
import type { Answer, StreamError } from "../script.ts";
import type { Faults, Reply } from "../write.ts";
import { errorFrame, frameOf } from "./frames.ts";
import { type Refusal, refusal, streamException } from "./refusals.ts";

/** Headers that go with one kind of answer. */
export type Extra = Readonly<Record<string, string>>;

const usualHeaders = (): Record<string, string> => ({ "x-amzn-requestid": randomUUID() });

/** A value as a JSON body. */
export function replyJson(value: unknown, faults?: Faults, extra: Extra = {}): Reply {
  const headers = { "content-type": "application/json", ...usualHeaders(), ...extra };
  return { status: 200, headers, frames: [JSON.stringify(value)], faults };
}

/** An error. Its name stands in a header, its message in the body. */
export function replyRefused({ status, type, message, outside, retryAfter, facts }: Refusal, faults?: Faults): Reply {
  const headers = {
    "content-type": "application/json",
    "x-amzn-errortype": outside === true ? type : `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
    ...usualHeaders(),
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  };
  const body = { ...(outside === true ? { Message: message } : { message }), ...facts };
  return { status, headers, frames: [JSON.stringify(body)], faults };
}

/** A stream of frames, with the exception that ends it early, if a script wants one. */
export function replyFrames(frames: readonly Uint8Array[], answer: Answer, extra: Extra = {}): Reply {
  const error = answer.stream_error;
  const sent = error === undefined ? frames : frames.slice(0, error.after_events);
  const headers = { "content-type": "application/vnd.amazon.eventstream", ...usualHeaders(), ...extra };
  return { status: 200, headers, frames: [...sent, ...(error === undefined ? [] : [failed(error)])], faults: answer };
}

/** `bare` gives the body without a frame, and `no_code` an error that the service has no exception for. */
function failed({ status = 503, message, reason, bare, no_code }: StreamError): string | Uint8Array {
  const text = refusal(status, message).message;
  if (bare === true) return JSON.stringify({ message: text });
  if (no_code === true) return errorFrame(reason ?? "InternalFailure", text);
  const name = streamException(status, reason);
  const facts = name === "modelStreamErrorException" ? { originalStatusCode: status, originalMessage: text } : {};
  return frameOf(name, { message: text, ...facts });
}

/** A path there is not: Amazon's servers answer in a shape of their own. */
export function replyUnknownPath(): Reply {
  const headers = {
    "content-type": "application/json",
    "x-amzn-errortype": "UnknownOperationException",
    ...usualHeaders(),
  };
  const body = { Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" };
  return { status: 404, headers, frames: [JSON.stringify(body)] };
}
