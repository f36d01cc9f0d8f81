import type { Config, ModelConfig } from "../config/config.ts";
import type { FieldFate } from "../dialects/audit.ts";
import { type ErrorEnvelope, GatewayError } from "../errors.ts";
import { parseObject } from "../http/json.ts";
import { type ToClientPath, toClientChanges, toClientError } from "../operations/client-paths.ts";
import { denyParams } from "../operations/deny.ts";
import type { Change, OperationName, Part } from "../operations/types.ts";
import type { Route } from "../routing/resolve.ts";
import type { OperationTarget, Target } from "../upstream/target.ts";
import { toDecimalUsd } from "../usage/decimal.ts";
import { estimateCost } from "../usage/estimate.ts";
import { type Said, toSaid } from "./cell.ts";
import { type ExplainedCall, toExplainedCall } from "./explain-call.ts";
import { idleRouter } from "./model.ts";
import { factsOf, type RequestOf, readings } from "./read.ts";
import { type Way, ways } from "./ways.ts";
import { worded, wordsOf } from "./words.ts";

/** What would become of a request, and nothing was sent. */
export interface Explanation {
  readonly operation: OperationName;
  readonly path: string;
  /** As the client says it. */
  readonly requestedModel: string;
  /** The entry of routes.yaml that serves it. */
  readonly model: string;
  readonly strategy: ModelConfig["strategy"];
  readonly stream: boolean;
  /** Upstream calls that are made of it; none where it is refused before. */
  readonly calls: number;
  readonly targets: readonly ExplainedTarget[];
  /** What the client gets instead of an answer, where that is sure. */
  readonly refusal: Refusal | undefined;
}

/** A refusal as the client sees it. */
export interface Refusal {
  readonly status: number;
  readonly body: ErrorEnvelope;
}

/** One of the deployments, in the order in which they are asked. */
export interface ExplainedTarget {
  readonly deployment: string;
  readonly dialect: string;
  readonly host: string;
  /** Its part of the requests, of 1, where the strategy shares them out. */
  readonly share: number | undefined;
  /** Whether it serves the operation. Where not, the next one is asked. */
  readonly serves: boolean;
  readonly fields: readonly ExplainedField[];
  /** As `x-specgate-changes` tells them. */
  readonly changes: readonly string[];
  readonly refusal: Refusal | undefined;
  readonly requests: readonly ExplainedCall[];
  readonly estimate: Estimate | undefined;
}

/** A field of the request, and what becomes of it. */
export interface ExplainedField extends Omit<Said, "kind"> {
  readonly path: string;
  /** `nothing`: null, empty or what holds anyway. `denied`: the model's entry takes it out. */
  readonly kind: Said["kind"] | "nothing" | "denied";
  /** The condition that decided. */
  readonly when?: string;
}

/** What a request takes at the most usual. */
export interface Estimate {
  readonly prompt_tokens: number;
  readonly output_tokens: number;
  /** US dollars in decimal text; undefined where no price is known. */
  readonly cost_usd: string | undefined;
}

/**
 * Explains a request, as the bytes a client would send: who would get it, what becomes of each field, and what would be sent. Nothing is.
 *
 * Fails: throws what the client would get before any target is asked: for what is no JSON, a model that is not there, a
 * wrong request.
 */
export async function explain(
  config: Config,
  bytes: Uint8Array,
  asked: { readonly model?: string | undefined } = {},
): Promise<Explanation> {
  const body = parseObject(bytes);
  const named = asked.model === undefined ? body : { ...body, model: asked.model };
  const router = await idleRouter(config);
  const route = router.resolve(Reflect.get(named, "model"), 0);
  const operation = operationOf(named);
  switch (operation) {
    case "chat":
      return explainBy(ways.chat, named, route);
    case "completions":
      return explainBy(ways.completions, named, route);
    case "embeddings":
      return explainBy(ways.embeddings, named, route);
    default:
      return operation satisfies never;
  }
}

/** The operation that a body is meant for, by what no other has. */
function operationOf(body: object): OperationName {
  if ("messages" in body) return "chat";
  if ("prompt" in body) return "completions";
  return "input" in body ? "embeddings" : "chat";
}

async function explainBy<Name extends OperationName, Body, Chunk>(
  way: Way<Name, Body, Chunk>,
  body: object,
  route: Route<Target>,
): Promise<Explanation> {
  const { model, requestedModel, targets } = route;
  const call = await way.parse(body, route);
  const { toClientPath } = call;
  const allowed = denyParams(call.request, model.paramsDeny, model.unsupported, toClientPath);
  const parts = way.fanOut(allowed.request, route);
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  const about = { ...way, body, route, call, parts, allowed: allowed.request, denied: allowed.changes };
  const explained = targets.map((target) => ({
    share: model.strategy === "weighted" && targets.length > 1 ? target.weight / weights : undefined,
    ...explainTarget(about, target),
  }));
  const first = explained.find(({ serves }) => serves);
  const unserved = new GatewayError(
    "unsupported_operation",
    `The model \`${requestedModel}\` does not serve this operation.`,
    { param: "model" },
  );
  const refusal = first === undefined ? toRefusal(unserved) : first.refusal;
  return {
    operation: way.operation,
    path: way.path,
    requestedModel,
    model: model.name,
    strategy: model.strategy,
    stream: call.stream,
    calls: refusal === undefined ? parts.length : 0,
    targets: explained,
    refusal,
  };
}

/** What is the same for all targets of a request. */
interface Asked<Name extends OperationName, Body, Chunk> extends Way<Name, Body, Chunk> {
  readonly body: object;
  readonly route: Route<Target>;
  readonly call: { readonly stream: boolean; readonly toClientPath?: ToClientPath };
  /** The checked request without what the model's entry denies. */
  readonly allowed: RequestOf[Name];
  readonly denied: readonly Change[];
  readonly parts: readonly Part<RequestOf[Name]>[];
}

function explainTarget<Name extends OperationName, Body, Chunk>(
  asked: Asked<Name, Body, Chunk>,
  target: Target,
): Omit<ExplainedTarget, "share"> {
  const { route, allowed, call, servedBy } = asked;
  const { label: deployment, dialect, host, price } = target;
  const about = { deployment, dialect: dialect.name, host };
  const served = servedBy(target);
  if (served === undefined) {
    return { ...about, serves: false, fields: [], changes: [], refusal: undefined, requests: [], estimate: undefined };
  }
  const facts = factsOf(target, route.requestedModel);
  const read = orRefusal(() => readings[asked.operation](target, allowed, facts) ?? [], call.toClientPath);
  const opened = orRefusal(() => openParts(asked, target, served), call.toClientPath);
  const fields = "refused" in read ? [] : fieldsOf(asked, read.value);
  const estimate = estimateOf(allowed, price);
  if ("refused" in opened) {
    return { ...about, serves: true, fields, changes: [], refusal: toRefusal(opened.refused), requests: [], estimate };
  }
  const { requests, changes } = opened.value;
  return { ...about, serves: true, fields, changes, refusal: undefined, requests, estimate };
}

function estimateOf(request: object, price: Target["price"]): Estimate {
  const { promptTokens, outputTokens, costNanoUsd } = estimateCost(request, price);
  const cost = costNanoUsd === undefined ? undefined : toDecimalUsd(costNanoUsd);
  return { prompt_tokens: promptTokens, output_tokens: outputTokens, cost_usd: cost };
}

/** What is sent for each part, the same said once; judged and translated as for a request that is sent. */
function openParts<Name extends OperationName, Body, Chunk>(
  { route, parts, call, denied }: Asked<Name, Body, Chunk>,
  target: Target,
  served: OperationTarget<RequestOf[Name], Body, Chunk>,
): Pick<ExplainedTarget, "requests" | "changes"> {
  const kind = call.stream ? "stream" : "unary";
  const facts = { ...factsOf(target, route.requestedModel), callId: "0".repeat(24) };
  const requests = new Map<string, ExplainedCall>();
  const changes: Change[] = [...denied];
  for (const { request, toWholePath } of parts) {
    const judged = served.audit(request, facts, route.model.unsupported);
    const open = served.operation.open(request, facts, kind);
    const told = toClientChanges([...judged, ...open.changes], toWholePath);
    changes.push(...toClientChanges(told, call.toClientPath));
    const made = toExplainedCall(target, served.calls[open.asks ?? kind], open);
    const key = JSON.stringify(made.body);
    const known = requests.get(key);
    requests.set(key, known === undefined ? made : { ...known, times: known.times + 1 });
  }
  const said = new Set(changes.map(({ verb, path }) => `${verb}:${path}`));
  return { requests: [...requests.values()], changes: [...said] };
}

/** Every field that the client sent, in its own order. */
function fieldsOf<Name extends OperationName, Body, Chunk>(
  { body, allowed, call, denied }: Asked<Name, Body, Chunk>,
  read: readonly FieldFate[],
): readonly ExplainedField[] {
  const toOwn = call.toClientPath ?? ((path: string): string => path);
  const found = read.map(
    ({ path, fate, condition }): ExplainedField => ({
      path: toOwn(path),
      ...toSaid(fate),
      // What hangs on the model or the host alone is no news of this request.
      ...(condition !== undefined && worded.includes(condition) && { when: wordsOf(condition) }),
    }),
  );
  const taken = denied.map(
    ({ path }): ExplainedField => ({ path, kind: "denied", why: "the model's entry denies it" }),
  );
  const known = new Set([...found, ...taken].map(({ path }) => topOf(path)));
  const asksNothing = (name: string): boolean => name in allowed || isEmpty(Reflect.get(body, name));
  const silent = Object.keys(body).filter((name) => !known.has(name) && asksNothing(name));
  const nothing = silent.map(
    (path): ExplainedField => ({ path, kind: "nothing", why: "null, empty or what holds anyway" }),
  );
  const order = Object.keys(body);
  const place = ({ path }: ExplainedField): number => order.indexOf(topOf(path));
  return [...found.filter(isLastOfPath), ...taken, ...nothing].toSorted((a, b) => place(a) - place(b));
}

/** An item of a list is spoken of as an item first, and then as what it is. */
function isLastOfPath({ path }: ExplainedField, at: number, all: readonly ExplainedField[]): boolean {
  return all.findLastIndex((one) => one.path === path) === at;
}

function isEmpty(value: unknown): boolean {
  return value == null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

const topOf = (path: string): string => /^\w+/.exec(path)?.[0] ?? path;

/** A refusal as the client would get it. */
export function toRefusal(error: GatewayError): Refusal {
  return { status: error.status, body: error.toEnvelope() };
}

type Outcome<Value> = { readonly value: Value } | { readonly refused: GatewayError };

function orRefusal<Value>(act: () => Value, toClientPath: ToClientPath | undefined): Outcome<Value> {
  try {
    return { value: act() };
  } catch (thrown) {
    if (thrown instanceof GatewayError) return { refused: toClientError(thrown, toClientPath) };
    throw thrown;
  }
}
