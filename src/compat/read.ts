import { compileReading, type FieldFate, type Reading } from "../dialects/audit.ts";
import type { Facts, OperationFates } from "../dialects/dialect.ts";
import { emulated, type Fate } from "../dialects/fates.ts";
import { heardHere, fates as overChat } from "../operations/completions/over-chat.ts";
import { toOwnPath } from "../operations/completions/paths.ts";
import { promptsOf } from "../operations/completions/prompts.ts";
import { foreignIn, toChatPlan } from "../operations/completions/to-chat.ts";
import type { ChatRequest, CompletionRequest, EmbeddingRequest, OperationName } from "../operations/types.ts";
import type { Target } from "../upstream/target.ts";

/** A checked request for one of the operations: one choice, one batch. */
export interface RequestOf {
  readonly chat: ChatRequest;
  readonly completions: CompletionRequest;
  readonly embeddings: EmbeddingRequest;
}

/** What of a target decides about fates. */
export type Judged = Pick<Target, OperationName | "upstreamModel" | "host" | "deployment">;

/** What a translator would be told of a target, for a request that nobody has made yet. */
export function factsOf({ upstreamModel, deployment, host }: Judged, requestedModel: string): Facts {
  const { family, safety } = deployment;
  return { upstreamModel, family, host, safety, responseModel: requestedModel, callId: "", createdSec: 0 };
}

const chatOf = once<ChatRequest>();
const completionsOf = once<CompletionRequest>();
const embeddingsOf = once<EmbeddingRequest>();

/**
 * What becomes of each field that a request sets at a target, by the tables that the gateway judges by; undefined where
 * the target does not serve the operation.
 *
 * Where chat stands in for completions both tables speak: what is carried over has the fate that it meets in chat.
 */
export const readings: {
  readonly [Name in OperationName]: (
    target: Judged,
    request: RequestOf[Name],
    facts: Facts,
  ) => readonly FieldFate[] | undefined;
} = {
  chat: ({ chat }, request, facts) => chat && chatOf(chat.operation.fates)(request, facts),
  completions({ completions, chat }, request, facts) {
    if (completions === undefined) return undefined;
    const { fates } = completions.operation;
    const own = completionsOf(fates)(request, facts);
    return fates === overChat && chat !== undefined
      ? throughChat(own, request, chatOf(chat.operation.fates), facts)
      : own;
  },
  embeddings: ({ embeddings }, request, facts) =>
    embeddings && embeddingsOf(embeddings.operation.fates)(request, facts),
};

/** Fields that a host may drop, by how much that changes. */
const weights: Readonly<Record<FieldFate["fate"]["kind"], number>> = {
  refused: 5,
  reported: 4,
  emulated: 3,
  mapped: 2,
  gateway: 1,
  ignored: 0,
};

/** The weightiest of several fates that one field meets; the first of equals. */
export function weightiest<One extends { readonly fate: FieldFate["fate"] }>(fates: readonly One[]): One | undefined {
  return fates.reduce<One | undefined>(
    (so, one) => (so === undefined || weights[one.fate.kind] > weights[so.fate.kind] ? one : so),
    undefined,
  );
}

/** What becomes of texts to stop at that chat does not take. */
export const heardInReply: Fate = emulated("looked for in the reply", "completions/stop");

/** Two tables, one after the other. */
function throughChat(
  own: readonly FieldFate[],
  request: CompletionRequest,
  readChat: Reading<ChatRequest>,
  facts: Facts,
): readonly FieldFate[] {
  // Of several prompts the first stands for all: each becomes a call of its own.
  const [prompt = ""] = promptsOf(request.prompt);
  const single = { ...request, prompt };
  const inChat = readChat(toChatPlan(single).request, facts).map((one) => ({
    ...one,
    own: toOwnPath(one.path, single),
  }));
  const foreign = new Set(foreignIn(request));
  return own.map((one): FieldFate => {
    if (foreign.has(one.path)) return { ...one, fate: { kind: "reported", why: "a text has no place for it" } };
    if (one.fate.kind !== "mapped") return one;
    const place = one.path.replace(/^prompt\[\d+\]$/, "prompt");
    const met = weightiest(inChat.filter((theirs) => theirs.own === place));
    // The gateway looks for it by itself where chat does not.
    if (met?.fate.kind === "reported" && heardHere.test(one.path)) {
      return { ...one, fate: heardInReply };
    }
    // What is below a field that is dropped whole is dropped with it.
    return met === undefined ? one : { ...one, fate: met.fate, condition: met.condition ?? one.condition };
  });
}

/** Tables are compiled when they are first asked about, and kept: there are few. */
function once<Request extends object>(): (table: OperationFates<Request>) => Reading<Request> {
  const known = new Map<OperationFates<Request>, Reading<Request>>();
  return (table) => {
    const found = known.get(table);
    if (found !== undefined) return found;
    const made = compileReading(table);
    known.set(table, made);
    return made;
  };
}
