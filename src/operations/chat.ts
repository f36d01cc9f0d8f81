import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { refuse, toInvalidRequest, tooLittle, tooMuch, wrongLength } from "./invalid.ts";
import { type Mended, mendChat } from "./lenient/mend-chat.ts";
import type { ChatRequest } from "./types.ts";

/** A chat request that has the right shape, and how it wants to be answered. */
export interface ChatCall {
  readonly request: ChatRequest;
  readonly stream: boolean;
  /** The client wants a last chunk with the counts. */
  readonly includeUsage: boolean;
  /** A path into `request` as the client's own, for errors and notices: clients have forms of their own. */
  readonly toClientPath: (path: string) => string;
}

/**
 * Mends what clients are known to say otherwise, and checks the outcome against the compiled spec and what the spec
 * cannot say.
 *
 * @param model the resolved client-facing name, for requests that left theirs out
 * Fails: throws a 400 that names the client's own parameter.
 */
export function parseChat(body: object, model: string): ChatCall {
  const mended = mendChat(body);
  const request: unknown = withModel(mended.body, model);
  if (!validateCreateChatCompletionRequest(request)) {
    throw toInvalidRequest(validateCreateChatCompletionRequest.errors?.[0], request, mended.toClientPath);
  }
  checkRules(request, mended);
  // Notes that were made into labels are the client's own, and not held to the bounds of labels.
  if (request.metadata != null && request.metadata === Reflect.get(body, "metadata")) checkLabels(request.metadata);
  const stream = request.stream === true;
  const includeUsage = stream && request.stream_options?.include_usage === true;
  return { request, stream, includeUsage, toClientPath: mended.toClientPath };
}

function withModel(body: object, model: string): object {
  return "model" in body && body.model !== null && body.model !== "" ? body : { ...body, model };
}

/** What OpenAI refuses beyond the types and bounds of its spec. */
function checkRules(request: ChatRequest, { toClientPath }: Mended): void {
  if (request.top_logprobs != null && request.logprobs !== true) {
    const message = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.";
    throw refuse("invalid_request", "top_logprobs", message);
  }
  for (const name of ["max_completion_tokens", "max_tokens"] as const) {
    const limit = request[name];
    if (limit != null && limit < 1) throw tooLittle("integer", toClientPath(name), limit, 1);
  }
  for (const [token, bias] of Object.entries(request.logit_bias ?? {})) {
    if (bias > 100) throw tooMuch("integer", `logit_bias.${token}`, bias, 100);
    if (bias < -100) throw tooLittle("integer", `logit_bias.${token}`, bias, -100);
  }
}

const maxLabels = 16;
const maxLabelName = 64;
const maxLabel = 512;

function checkLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels);
  if (entries.length > maxLabels) {
    const message = `Invalid 'metadata': too many properties. Expected an object with at most ${maxLabels} properties, but got an object with ${entries.length} properties instead.`;
    throw refuse("object_above_max_properties", "metadata", message);
  }
  for (const [name, label] of entries) {
    if (name.length > maxLabelName) {
      const message = `Invalid property name in 'metadata': '${name.slice(0, 3)}...${name.slice(-3)}' is too long. Expected a string with maximum length ${maxLabelName}, but got a string with length ${name.length} instead.`;
      throw refuse("property_name_above_max_length", `metadata.${name}`, message);
    }
    if (label.length > maxLabel) throw wrongLength("string", "maxLength", `metadata.${name}`, label.length, maxLabel);
  }
}
