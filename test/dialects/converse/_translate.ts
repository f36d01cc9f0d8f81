import { validateConverseRequest } from "../../../generated/validators/bedrock.closed.mjs";
import { validateCreateChatCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import { type Audit, compileAudit } from "../../../src/dialects/audit.ts";
import type { ConverseContext } from "../../../src/dialects/converse/chat/context.ts";
import { chat } from "../../../src/dialects/converse/chat/index.ts";
import { toConverseRequest } from "../../../src/dialects/converse/chat/request.ts";
import type { ConverseRequest } from "../../../src/dialects/converse/types.ts";
import type { AnswerKind, Facts, Translated } from "../../../src/dialects/dialect.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { ChatRequest } from "../../../src/operations/types.ts";

/** Models of each kind, by the name they go by in the tests. */
export const nova = "us.amazon.nova-pro-v1:0";
export const nova2 = "us.amazon.nova-2-lite-v1:0";
export const gptOss = "openai.gpt-oss-120b-1:0";
export const llama = "us.meta.llama3-3-70b-instruct-v1:0";
export const mistral = "mistral.mistral-large-2402-v1:0";
export const qwen = "qwen.qwen3-32b-v1:0";
export const deepseek = "us.deepseek.r1-v1:0";
export const command = "cohere.command-r-plus-v1:0";
export const titan = "amazon.titan-text-express-v1";
export const gpt = "us.openai.gpt-5.6-terra";
export const unknown = "someone.new-model-v1:0";

/** Facts as the gateway hands them over. */
export function factsFor(upstreamModel: string, more: Partial<Facts> = {}): Facts {
  const usual = { host: "bedrock", responseModel: "some-model", callId: "c0ffee", createdSec: 1_790_000_000 };
  return { upstreamModel, ...usual, ...more };
}

/** A request as the gateway would hand it over. */
export function checked(request: unknown): ChatRequest {
  if (validateCreateChatCompletionRequest(request)) return request;
  throw new Error(JSON.stringify(validateCreateChatCompletionRequest.errors));
}

/** What the spec says against a body. */
export function complaintOf(body: unknown): string | undefined {
  return validateConverseRequest(body) ? undefined : JSON.stringify(validateConverseRequest.errors);
}

/** A request on its way, its body held against the spec. */
export function translate(
  members: object,
  upstreamModel: string = nova,
  more: Partial<Facts> = {},
  kind: AnswerKind = "unary",
): Translated<ConverseRequest, ConverseContext> {
  const request = checked({ model: "m", messages: [{ role: "user", content: "Hi." }], ...members });
  const translated = toConverseRequest(request, factsFor(upstreamModel, more), kind);
  const complaint = complaintOf(translated.body);
  if (complaint !== undefined) throw new Error(complaint);
  return translated;
}

/** Holds a request against the fate table. Fails: throws the refusal. */
export const judge: Audit<ChatRequest> = compileAudit(chat.fates);

/** What leaves for Bedrock, and what the client is told as the header has it: `reported:logit_bias`. */
export interface Asked {
  readonly body: Record<string, unknown>;
  readonly told: readonly string[];
}

/** A request as the gateway takes it there: judged by the fate table, then translated; the body held against the spec. */
export function ask(members: object, model: string = nova, more: Partial<Facts> = {}): Asked {
  const request = checked({ model: "m", messages: [{ role: "user", content: "Hi." }], ...members });
  const reported = judge(request, factsFor(model, more), "report");
  const { body, changes } = translate(members, model, more);
  return { body: { ...body }, told: [...reported, ...changes].map(({ verb, path }) => `${verb}:${path}`) };
}

/** The blocks of the first message that a content becomes. */
export function blocksOf(content: unknown, model?: string): unknown {
  const messages: unknown = ask({ messages: [{ role: "user", content }] }, model).body["messages"];
  return Array.isArray(messages) ? messages[0].content : undefined;
}

/** The refusal of a request as `code param`. */
export function refusalOf(members: object, model?: string): string {
  try {
    ask(members, model);
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.status === 400) return `${thrown.errorName} ${thrown.param}`;
    throw thrown;
  }
  return "taken";
}
