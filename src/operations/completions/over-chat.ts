import { chatResponseShape, completionRequestShape } from "../../../generated/fields/openai.ts";
import { type Audit, compileAudit, type Unsupported } from "../../dialects/audit.ts";
import type { ChatOperation, CompletionOperation, Facts, Fold, OperationFates } from "../../dialects/dialect.ts";
import { GatewayError } from "../../errors.ts";
import type { Change, ChatRequest, Completion, CompletionHabits, CompletionRequest, Piece } from "../types.ts";
import { conditions } from "./conditions.ts";
import { completionFates } from "./fates.ts";
import { type CompletionForm, fromChat } from "./from-chat.ts";
import { toOwnChanges, toOwnError } from "./paths.ts";
import { responseFates } from "./response-fates.ts";
import { foldChat } from "./stream.ts";
import { type ChatPlan, foreignIn, toChatPlan } from "./to-chat.ts";

/** The way to chat and back. What chat makes of a request is said by the dialect's own table. */
export const fates: OperationFates<CompletionRequest> = {
  requestShape: completionRequestShape,
  request: completionFates,
  responseShape: chatResponseShape,
  response: responseFates,
  conditions,
  // Chat's table judges what is new.
  unknown: "passed",
};

const ownAudit = compileAudit(fates);

/** Chat has neither token ids nor a rank among its choices; texts to stop at that it does not know are looked for here. */
const plainText: CompletionHabits = { tokens: false, ranking: false, manyStops: true };

/**
 * Legacy completions at an upstream that has chat alone: two tables, one after the other. Notices and errors speak of
 * the client's own fields.
 *
 * @see reference: openai-surface §5
 */
export function completionsOverChat(
  chat: ChatOperation,
  chatAudit: Audit<ChatRequest>,
): { readonly operation: CompletionOperation; readonly audit: Audit<CompletionRequest> } {
  const audit: Audit<CompletionRequest> = (request, facts, unsupported) => {
    const changes = [...ownAudit(request, facts, unsupported), ...auditForeign(request, unsupported)];
    const theirs = inOwnWords(request, () => chatAudit(withoutStops(toChatPlan(request).request), facts, unsupported));
    return [...changes, ...toOwnChanges(theirs, request)];
  };
  const operation: CompletionOperation = {
    fates,
    answers: chat.answers,
    takes: () => plainText,
    open(request, facts, kind) {
      const plan = toChatPlan(request);
      const open = inOwnWords(request, () => chat.open(toChatRequest(plan, chat, facts), facts, kind));
      const form: CompletionForm = { plan, id: `cmpl-${facts.callId}`, echo: request.echo === true ? plan.prompt : "" };
      return {
        body: open.body,
        asks: open.asks,
        standIns: open.standIns,
        headers: open.headers,
        changes: toOwnChanges(open.changes, request).filter(({ path }) => !heardHere.test(path)),
        parse: open.parse,
        response(body, text) {
          const answer = open.response(body, text);
          if (answer instanceof GatewayError) return toOwnError(answer, request);
          const { changes, ...rest } = fromChat(answer, form);
          return { ...rest, changes: toOwnChanges(changes, request) };
        },
        stream: () => inOwnWordsToo(foldChat(open.stream(), form), request),
      };
    },
  };
  return { operation, audit };
}

/** Texts to stop at are looked for in the reply, whatever chat makes of them. */
const withoutStops = ({ stop: _, ...request }: ChatRequest): ChatRequest => request;
export const heardHere: RegExp = /^stop(?:\[\d+\])?$/;

/** Thinking would eat the few tokens of a short answer; what the client says of it counts more. */
function toChatRequest({ request, brief }: ChatPlan, chat: ChatOperation, facts: Facts): ChatRequest {
  const effort = brief && request.reasoning_effort == null ? chat.leastEffort?.(facts) : undefined;
  return effort == null ? request : { ...request, reasoning_effort: effort };
}

function auditForeign(request: CompletionRequest, unsupported: Unsupported): readonly Change[] {
  if (unsupported === "ignore") return [];
  return foreignIn(request).map((path) => {
    if (unsupported === "report") return { verb: "reported", path };
    throw new GatewayError("unknown_parameter", `Unknown parameter: '${path}'.`, { param: path });
  });
}

function inOwnWords<T>(request: CompletionRequest, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    throw thrown instanceof GatewayError ? toOwnError(thrown, request) : thrown;
  }
}

function inOwnWordsToo(fold: Fold<Completion>, request: CompletionRequest): Fold<Completion> {
  const told = (pieces: readonly Piece<Completion>[] | GatewayError) =>
    pieces instanceof GatewayError ? toOwnError(pieces, request) : pieces;
  return {
    onEvent: (data) => told(fold.onEvent(data)),
    onBody: (text) => {
      const pieces = fold.onBody?.(text);
      return pieces && told(pieces);
    },
    onEnd: () => told(fold.onEnd()),
    isOver: fold.isOver,
    usage: fold.usage,
    isCounted: fold.isCounted,
    changes: () => toOwnChanges(fold.changes(), request),
  };
}
