import { validateCreateChatCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import { validateGenerateContentRequest } from "../../../generated/validators/vertex.closed.mjs";
import { compileAudit } from "../../../src/dialects/audit.ts";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { chat } from "../../../src/dialects/gemini/chat/index.ts";
import { GatewayError } from "../../../src/errors.ts";
import { factsFor } from "./_translate.ts";

/** What leaves for Google, and what the client is told as the header has it: `reported:logit_bias`. */
export interface Asked {
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly told: readonly string[];
}

const judge = compileAudit(chat.fates);

/** A request as the gateway takes it there: judged by the fate table, then translated; the body held against the spec. */
export function ask(members: object, model = "gemini-2.5-flash", more: Partial<Facts> = {}): Asked {
  const request: unknown = { model: "m", messages: [{ role: "user", content: "Hi." }], ...members };
  if (!validateCreateChatCompletionRequest(request))
    throw new Error(JSON.stringify(validateCreateChatCompletionRequest.errors));
  const facts = factsFor(model, more);
  const reported = judge(request, facts, "report");
  const { body, headers, changes } = chat.open(request, facts, "unary");
  if (!validateGenerateContentRequest(body)) throw new Error(JSON.stringify(validateGenerateContentRequest.errors));
  const told = [...reported, ...changes].map(({ verb, path }) => `${verb}:${path}`);
  return { body: { ...body }, headers, told };
}

/** Facts of the Gemini Developer API. */
export const developer: Partial<Facts> = { host: "gemini" };

/** The parts of the first turn that a content becomes. */
export function partsOf(content: unknown, model?: string, more?: Partial<Facts>): unknown {
  const contents: unknown = ask({ messages: [{ role: "user", content }] }, model, more).body["contents"];
  return Array.isArray(contents) ? contents[0].parts : undefined;
}

/** The refusal of a request as `code param`. */
export function refusalOf(members: object, model?: string, more?: Partial<Facts>): string {
  try {
    ask(members, model, more);
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.status === 400) return `${thrown.errorName} ${thrown.param}`;
    throw thrown;
  }
  return "taken";
}
