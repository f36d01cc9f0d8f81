import { chat } from "../../../src/dialects/anthropic/chat/index.ts";
import { compileAudit } from "../../../src/dialects/audit.ts";
import type { AnswerKind, Facts } from "../../../src/dialects/dialect.ts";
import { GatewayError } from "../../../src/errors.ts";
import { checked, factsFor, translate } from "./_translate.ts";

/** What leaves for Claude, and what the client is told as the header has it: `reported:logit_bias`. */
export interface Asked {
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly told: readonly string[];
}

const judge = compileAudit(chat.fates);

/** A request as the gateway takes it there: judged by the fate table, then translated; the body held against the spec. */
export function ask(
  members: object,
  model = "claude-sonnet-4-5",
  more: Partial<Facts> = {},
  kind: AnswerKind = "unary",
): Asked {
  const request = checked({ model: "m", messages: [{ role: "user", content: "Hi." }], ...members });
  const reported = judge(request, factsFor(model, more), "report");
  const { body, headers, changes } = translate(members, model, more, kind);
  const told = [...reported, ...changes].map(({ verb, path }) => `${verb}:${path}`);
  return { body: { ...body }, headers, told };
}

/** The blocks of the first message that a content becomes. */
export function blocksOf(content: unknown, model?: string, more?: Partial<Facts>): unknown {
  const messages: unknown = ask({ messages: [{ role: "user", content }] }, model, more).body["messages"];
  return Array.isArray(messages) ? messages[0].content : undefined;
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
