import {
  validateCreateChatCompletionRequest,
  validateCreateCompletionRequest,
} from "../../../generated/validators/openai.received.mjs";
import { type Audit, compileAudit, type Unsupported } from "../../../src/dialects/audit.ts";
import type { AnswerKind, Facts, Fold, Open } from "../../../src/dialects/dialect.ts";
import { chat } from "../../../src/dialects/openai/chat/index.ts";
import { completions } from "../../../src/dialects/openai/completions/index.ts";
import { GatewayError } from "../../../src/errors.ts";
import { violationOf } from "../../../src/operations/conformance.ts";
import type {
  Answer,
  AnyBody,
  ChatChunk,
  ChatCompletion,
  ChatRequest,
  Completion,
  CompletionRequest,
  Piece,
} from "../../../src/operations/types.ts";
import type { Usage } from "../../../src/usage/usage.ts";

/** A request, and how it is asked. */
export interface Asking {
  readonly host?: string;
  readonly kind?: AnswerKind;
  /** Members of the request beside `model` and a user's word. */
  readonly request?: object;
  /** The name clients ask for; `null` where the upstream's own may be seen. */
  readonly responseModel?: string | null;
}

/** What the gateway says of itself in these tests. */
export const createdSec = 1_790_000_000;
export const callId = "c0ffee";

/** Facts as the gateway hands them over. */
export function factsFor(host = "other", responseModel: string | null = "asked"): Facts {
  return { upstreamModel: "org/up", host, responseModel: responseModel ?? undefined, callId, createdSec };
}

const messages = [{ role: "user", content: "Hi." }];

/** A chat request, valid by the spec. */
export function toChatRequest(members: object): ChatRequest {
  const request: unknown = { model: "m", messages, ...members };
  if (validateCreateChatCompletionRequest(request)) return request;
  throw new Error(JSON.stringify(validateCreateChatCompletionRequest.errors));
}

function toCompletionRequest(members: object): CompletionRequest {
  const request: unknown = { model: "m", prompt: "Once", ...members };
  if (validateCreateCompletionRequest(request)) return request;
  throw new Error(JSON.stringify(validateCreateCompletionRequest.errors));
}

/** A chat request on its way. */
export function openChat({
  host,
  kind = "unary",
  request = {},
  responseModel,
}: Asking = {}): Open<ChatCompletion, ChatChunk> {
  return chat.open(toChatRequest(request), factsFor(host, responseModel), kind);
}

/** The same for legacy completions. */
export function openText({
  host,
  kind = "unary",
  request = {},
  responseModel,
}: Asking = {}): Open<Completion, Completion> {
  return completions.open(toCompletionRequest(request), factsFor(host, responseModel), kind);
}

const chatAudit: Audit<ChatRequest> = compileAudit(chat.fates);
const textAudit: Audit<CompletionRequest> = compileAudit(completions.fates);

/** What a client is told about its request: `reported:store`. */
export function toldOf(
  members: object,
  host: string,
  operation: "chat" | "completions" = "chat",
  unsupported: Unsupported = "report",
): readonly string[] {
  const audited =
    operation === "chat"
      ? chatAudit(toChatRequest(members), factsFor(host), unsupported)
      : textAudit(toCompletionRequest(members), factsFor(host), unsupported);
  const { changes } = (operation === "chat" ? openChat : openText)({ host, request: members });
  return [...audited, ...changes].map(({ verb, path }) => `${verb}:${path}`);
}

/** A whole answer, read; what goes out is valid, and its text says what its value says. */
export function read<Body extends AnyBody>(open: Open<Body, unknown>, answer: unknown): Answer<Body> | GatewayError {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  const made = open.response(JSON.parse(text), text);
  if (made instanceof GatewayError) return made;
  mustBeValid(made);
  return made;
}

/** The same for an answer that must be one. */
export function readWell<Body extends AnyBody>(open: Open<Body, unknown>, answer: unknown): Answer<Body> {
  return orThrow(read(open, answer));
}

/** A stream that was folded to its end, or to what broke it. */
export interface Folded<Chunk> {
  readonly pieces: readonly Piece<Chunk>[];
  readonly failure: GatewayError | undefined;
  readonly usage: Usage | undefined;
}

/** Folds events: objects as JSON, texts as they are. What goes out is valid. */
export function fold<Chunk extends AnyBody>(
  open: Open<unknown, Chunk>,
  events: readonly (object | string)[],
): Folded<Chunk> {
  const folding = open.stream();
  const pieces: Piece<Chunk>[] = [];
  const folded = (failure?: GatewayError): Folded<Chunk> => ({ pieces, failure, usage: folding.usage() });
  for (const step of stepsOf(folding, events)) {
    const made = step();
    if (made instanceof GatewayError) return folded(made);
    for (const piece of made) {
      mustBeValid({ body: piece.chunk, text: piece.text });
      mustBeLine(piece.text);
    }
    pieces.push(...made);
  }
  return folded();
}

function stepsOf<Chunk>(
  folding: Fold<Chunk>,
  events: readonly (object | string)[],
): readonly (() => readonly Piece<Chunk>[] | GatewayError)[] {
  const texts = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  return [...texts.map((text) => () => folding.onEvent(text)), folding.onEnd];
}

function mustBeValid({ body, text }: { readonly body: AnyBody; readonly text?: string | undefined }): void {
  const violation = violationOf(body);
  if (violation !== undefined) throw new Error(`not valid at ${violation}: ${JSON.stringify(body)}`);
  if (text === undefined) return;
  if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(JSON.parse(JSON.stringify(body)))) {
    throw new Error(`the text ${text} is not ${JSON.stringify(body)}`);
  }
}

/** A frame of the client's stream is one line, and the gateway adds a member before its last brace. */
function mustBeLine(text: string | undefined): void {
  if (text !== undefined && !/^\{[^\r\n]*\}$/.test(text)) throw new Error(`no line of its own: ${text}`);
}

export function orThrow<T>(value: T | GatewayError): T {
  if (value instanceof GatewayError) throw value;
  return value;
}
