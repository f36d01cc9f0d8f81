import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "./config/config.ts";
import { type Continuity, toConversation } from "./continuity/continuity.ts";
import { GatewayError, toGatewayError } from "./errors.ts";
import { abortOnDisconnect, type Work } from "./http/abort.ts";
import { type Journey, withJourney } from "./http/journey.ts";
import { receiveJson } from "./http/receive.ts";
import type { Headers } from "./http/reply.ts";
import { type ChunkStream, replyStream, replyWhole } from "./http/reply-answer.ts";
import { elapsedMs, timing } from "./http/timing.ts";
import type { Media } from "./media/media.ts";
import { type ToClientPath, toClientChanges, toClientError } from "./operations/client-paths.ts";
import type { Conform } from "./operations/conformance.ts";
import { denyParams } from "./operations/deny.ts";
import { outputLimitPath, withOutputLimit } from "./operations/output-limit.ts";
import type {
  Answer,
  AnyAnswer,
  AnyBody,
  Change,
  ChatChunk,
  ChatCompletion,
  ChatRequest,
  OperationName,
} from "./operations/types.ts";
import type { WatchAnswer } from "./operations/upstream-conformance.ts";
import { type Asked, toEnding, toJourney } from "./outcome.ts";
import type { Admission, Admit } from "./policy/admit.ts";
import type { Caller } from "./policy/caller.ts";
import type { Contents, Recording } from "./policy/contents.ts";
import { createSettle, isPaidAnyway, type Spent, spentStream, spentUnheard, spentWhole } from "./policy/settle.ts";
import { joinUsage, mapAtMost } from "./routing/fan-out.ts";
import { joinStreams } from "./routing/join-streams.ts";
import type { Router } from "./routing/resolve.ts";
import { AttemptError, type Attempted, attemptStream, attemptWhole } from "./upstream/attempt.ts";
import { createEncode } from "./upstream/encode.ts";
import type { Transport } from "./upstream/send.ts";
import type { OperationTarget, Target } from "./upstream/target.ts";
import type { Bill } from "./usage/bill.ts";
import { toDecimalUsd } from "./usage/decimal.ts";
import { createHearing } from "./usage/hearing.ts";
import type { SumCheck } from "./usage/sum-check.ts";
import type { Usage } from "./usage/usage.ts";
import { createWays, type Way } from "./ways.ts";

/** What the pipeline is built from. Clock, chance and ids are arguments, so that tests can hold them still. */
export interface GatewayDeps {
  readonly config: Config;
  readonly router: Router<Target>;
  readonly transport: Transport;
  readonly conform: Conform<About>;
  /** Hears of every upstream call that fails, also when another one makes it good. */
  readonly onUpstreamFailure: (about: About, error: GatewayError) => void;
  /** Compares what an upstream counts with its own sum. */
  readonly checkSum: SumCheck<About>;
  readonly continuity: Continuity<ChatRequest, ChatCompletion, ChatChunk>;
  /** Looks at what upstreams answer. */
  readonly watchAnswer: WatchAnswer<About>;
  readonly media: Media<Work, ChatRequest, ChatCompletion, ChatChunk>;
  readonly admit: Admit;
  /** Keeps what is said, of callers who want it; undefined: of nobody. */
  readonly contents: Contents | undefined;
  readonly nowSec: () => number;
  readonly chance: () => number;
  /** 24 hex digits. */
  readonly randomId: () => string;
}

/** What came of a request: the access log's line, and the error that is still to be sent if no byte has left. */
export interface Served {
  readonly key: string | undefined;
  readonly model: string;
  readonly stream: boolean;
  readonly journey?: Journey | undefined;
  /** All that was used, also where the client was not told; gaps are estimated. */
  readonly usage?: Usage | undefined;
  /** Whole nanodollars, rounded up; undefined where no price is known. */
  readonly costNanoUsd?: number | undefined;
  readonly error?: GatewayError | undefined;
  /** What the answer to an error bears besides, as how the caller's limits stand. */
  readonly headers?: Headers | undefined;
}

/** A client's request and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The gateway's own id of the request, whatever the client calls it. */
  readonly id: string;
  /** Who calls: let in at the door, as the route declares, before a byte of the body is read. */
  readonly caller: Caller;
  /** Headers every answer bears, the request's id among them. */
  readonly headers: Headers;
  /** The model named by the path, as Azure's clients do. */
  readonly model: string | undefined;
}

/** The operations of the client API. */
export interface Gateway {
  /**
   * Answers a chat request.
   * Fails: throws what is refused before a model is known; what fails later is in the outcome, and is still to be sent
   * where no byte has left.
   */
  readonly chat: (exchange: Exchange) => Promise<Served>;
  /** Answers a request for legacy completions; fails as chat does. */
  readonly completions: (exchange: Exchange) => Promise<Served>;
  /** Answers a request for vectors; fails as chat does. */
  readonly embeddings: (exchange: Exchange) => Promise<Served>;
}

/** Where something happened: names of the config, and the model as the client said it. */
export interface About {
  readonly operation: OperationName;
  readonly model: string;
  readonly provider: string;
}

/**
 * The pipeline, and the only file that knows its order. Each step takes what the one before made and returns a value of
 * its own; the key was checked at the door, as the route declares (src/app.ts).
 */
export function createGateway(deps: GatewayDeps): Gateway {
  const { config, router, transport, conform, watchAnswer } = deps;
  const settle = createSettle<Omit<About, "provider">, Target>(deps.checkSum);

  async function serve<Request extends object, Body extends AnyAnswer, Chunk extends AnyBody>(
    way: Way<Request, Body, Chunk>,
    { id, request, response, caller, headers, model: named }: Exchange,
  ): Promise<Served> {
    // http/receive.ts: bytes → object. Too large, not JSON, gone.
    const body = await receiveJson(request, config.server.maxBodyBytes);
    // routing/resolve.ts: model name → model and targets, in the order they are tried. Missing, unknown.
    const route = router.resolve(named ?? Reflect.get(body, "model"), deps.chance(), caller.mayAsk);
    const { model, requestedModel } = route;
    const served = {
      key: caller.name,
      model: requestedModel,
      stream: way.streams && Reflect.get(body, "stream") === true,
    };
    const work = abortOnDisconnect(response);
    let toClientPath: ToClientPath | undefined;
    // What answered, and will have to be paid for, also where the request fails for something else.
    const spent: Spent<Target>[] = [];
    // Parts that were asked for and wait for their answer, or whose upstream may be at work all the same.
    const waiting = new Map<number, Request>();
    const waitFor = async <Got>(part: number, asked: Request, attempt: Promise<Attempted<Got>>) => {
      // Whose client is gone before is asked of nobody.
      if (!work.aborted) waiting.set(part, asked);
      const attempted = await attempt.catch((thrown: unknown) => {
        if (!(thrown instanceof AttemptError && isPaidAnyway(thrown.error))) waiting.delete(part);
        throw thrown;
      });
      waiting.delete(part);
      return attempted;
    };
    const counted = { operation: way.operation, model: requestedModel };
    let bill: Bill | undefined;
    // policy/settle.ts: usage → cost, once, also where the client has left.
    const total = (isOver: boolean): Bill => {
      bill ??= settle(spent, counted, isOver);
      return bill;
    };
    let admission: Admission | undefined;
    let recording: Recording | undefined;
    const settled = (
      journey: Journey | undefined,
      asked: readonly Asked[],
      error?: GatewayError,
    ): Promise<void> | undefined =>
      admission?.settle(toEnding(total(error === undefined), journey, asked, error, timesOf(headers)));
    try {
      // operations/<operation>: object → call, by the compiled validator. One precise 400.
      const parsed = way.parse(body, route);
      const call = parsed instanceof Promise ? await parsed : parsed;
      toClientPath = call.toClientPath;
      const allowed = denyParams(call.request, model.paramsDeny, model.unsupported, toClientPath);
      const { operation, continuity } = way;
      // routing/fan-out.ts, operations/<operation>: call → one call per choice, or per batch.
      const wanted = way.fanOut(allowed.request, route);
      // policy/admit.ts: call → let in, by limits and budgets. Too many, too fast, too dear.
      const admitting = deps.admit({
        ...{ id, caller, model, requestedModel, operation, request: allowed.request, calls: wanted.length },
        bidders: route.targets.map(toBidder),
        client: request.headers["user-agent"],
      });
      admission = admitting && (await admitting);
      // policy/contents.ts: what is said, where the caller's key wants it kept.
      if (caller.keepsContent) recording = deps.contents?.begin(caller, id, body);
      const { outputTokens } = admission ?? {};
      const lowered = outputTokens === undefined ? undefined : withOutputLimit(allowed.request, outputTokens);
      const parts = lowered === undefined ? wanted : way.fanOut(lowered, route);
      const asked = lowered ?? allowed.request;
      const clamped = lowered === undefined ? [] : toClientChanges(clampedIn(lowered), toClientPath);
      const early = [...allowed.changes, ...clamped];
      const ownHeaders = admission === undefined ? headers : { ...headers, ...admission.headers };
      // media/: what upstreams do not fetch by themselves, where the config lets us.
      const fetching = way.media?.(asked, route.targets, work);
      const media = fetching && (await fetching);
      const serving = media?.serving(way.servedBy) ?? way.servedBy;
      // continuity/: what the client did not send back of its conversation.
      const conversation = toConversation(asked, caller.tenant, requestedModel, headers["x-request-id"]);
      const recalling = continuity?.recall(conversation, route.targets);
      const recalled = recalling && (await recalling);
      const servedBy = recalled?.serving(serving) ?? serving;
      const onFailure = ({ deployment }: Target, error: GatewayError): void =>
        deps.onUpstreamFailure({ operation, model: requestedModel, provider: deployment.provider.name }, error);
      const about = {
        ...route,
        servedBy,
        onFailure,
        watch: ({ deployment, host, upstreamModel }: Target, at: OperationTarget<Request, Body, Chunk>) => {
          const provider = deployment.provider.name;
          const checks = at.operation.answers?.({ host, upstreamModel, family: deployment.family });
          return watchAnswer(checks, model.conformance, { operation, model: requestedModel, provider });
        },
        // Bytes are worth keeping only where parts share them.
        encode: createEncode(
          parts.length > 1 && new Set(parts.map((one) => one.request)).size < parts.length ? parts.length : 1,
        ),
        callId: deps.randomId(),
        createdSec: deps.nowSec(),
        signal: work,
      };
      const calls = parts.map(({ request, toWholePath }, part) => ({ ...about, request, part, toWholePath }));

      if (!call.stream) {
        // upstream/attempt.ts: audit → translate → send → translate back, until a target answers.
        const attempts = await mapAtMost(calls, way.atOnce(route), async (one) => {
          const attempted = await waitFor(
            one.part,
            one.request,
            inWhole(attemptWhole(one, transport), one.toWholePath),
          );
          spent.push(spentWhole(one.request, attempted));
          return attempted;
        });
        const answer = way.join(attempts.map((attempt) => attempt.answer));
        const { usage, costNanoUsd } = total(true);
        const journey = {
          ...toJourney(attempts, [...early, ...toClientChanges(answer.changes, toClientPath)]),
          costUsd: costNanoUsd === undefined ? undefined : toDecimalUsd(costNanoUsd),
        };
        conform(answer.body, model.conformance, { operation, model: requestedModel, provider: journey.provider });
        const keeping = continuity?.keep(conversation, attempts);
        if (keeping !== undefined) await keeping;
        // Before the client has its end: its next request finds the slot free.
        const settling = settled(journey, attempts);
        if (settling !== undefined) await settling;
        // http/reply-answer.ts: value → JSON.
        await replyWhole(response, answer, withJourney(ownHeaders, journey));
        recording?.whole(answer);
        recording?.end();
        return { ...served, journey, usage, costNanoUsd };
      }

      // The same, up to the first chunks: until then a failure has a status and falls back.
      const hearing = createHearing(parts.map(({ firstIndex }) => firstIndex));
      const attempts = await Promise.all(
        calls.map(async (one) => {
          const attempted = await waitFor(one.part, one.request, attemptStream(one, transport));
          spent.push(spentStream(one.request, attempted, hearing, one.part));
          return attempted;
        }),
      );
      const streams = attempts.map((attempt) => attempt.answer);
      const told = toClientChanges(
        streams.flatMap((one) => one.changes),
        toClientPath,
      );
      const begun = toJourney(attempts, [...early, ...told]);
      const over = (): Journey => ({
        ...begun,
        changes: [...begun.changes, ...streams.flatMap((one) => one.lateChanges())],
      });
      const place: About = { operation, model: requestedModel, provider: begun.provider };
      const reply: ChunkStream<Chunk> = {
        batches: joinStreams(streams.map(({ batches }, at) => ({ batches, firstIndex: parts[at]?.firstIndex ?? at }))),
        check: (piece) => {
          const { chunk, repeats } = piece;
          hearing.add(chunk);
          if (repeats === undefined) conform(chunk, model.conformance, place);
          recording?.chunk(piece);
        },
        watch: continuity?.watch(conversation, attempts, parts),
        includeUsage: call.includeUsage,
        usage: () => joinUsage(streams.map((one) => one.usage())),
        beforeEnd: admission && ((error) => settled(over(), attempts, error)),
      };
      // http/reply-answer.ts: chunks → events. A failure from here on is an error event.
      const error = await replyStream(response, reply, withJourney(ownHeaders, begun));
      if (error !== undefined) work.abort();
      recording?.end(error);
      return { ...served, journey: over(), ...total(error === undefined), error };
    } catch (thrown) {
      // What is still under way is of no use to anybody.
      work.abort();
      const failed = thrown instanceof AttemptError ? thrown : undefined;
      const error = failed?.error ?? toGatewayError(thrown);
      const asked = failed === undefined ? [...spent] : [failed, ...spent];
      const [first] = asked;
      const journey = first && { ...toJourney(asked, []), deployment: first.target.label };
      if (failed !== undefined) {
        for (const one of waiting.values()) spent.push(spentUnheard(one, failed.target));
      }
      const { headers } = admission ?? {};
      // What went wrong before is what the client hears of.
      await settled(journey, asked, error)?.catch(() => undefined);
      const told = toClientError(error, toClientPath);
      recording?.end(told);
      return { ...served, journey, ...total(false), error: told, headers };
    }
  }

  const { chat, completions, embeddings } = createWays(deps);
  return {
    chat: (exchange) => serve(chat, exchange),
    completions: (exchange) => serve(completions, exchange),
    embeddings: (exchange) => serve(embeddings, exchange),
  };
}

/** What came of a part, its places told as those of the whole request. */
function inWhole<Body>(
  attempt: Promise<Attempted<Answer<Body>>>,
  toWholePath: ToClientPath | undefined,
): Promise<Attempted<Answer<Body>>> {
  return toWholePath === undefined ? attempt : retold(attempt, toWholePath);
}

async function retold<Body>(
  attempt: Promise<Attempted<Answer<Body>>>,
  toWholePath: ToClientPath,
): Promise<Attempted<Answer<Body>>> {
  try {
    const attempted = await attempt;
    const { answer } = attempted;
    return { ...attempted, answer: { ...answer, changes: toClientChanges(answer.changes, toWholePath) } };
  } catch (thrown) {
    if (thrown instanceof AttemptError) {
      throw new AttemptError(toClientError(thrown.error, toWholePath), thrown.target, thrown.attempts);
    }
    throw thrown instanceof GatewayError ? toClientError(thrown, toWholePath) : thrown;
  }
}

function toBidder({ upstreamModel, price, deployment }: Target): Parameters<Admit>[0]["bidders"][number] {
  return { upstreamModel, price, provider: deployment.provider.name };
}

function clampedIn(request: object): readonly Change[] {
  return [{ verb: "clamped", path: outputLimitPath(request) }];
}

function timesOf({ [timing]: times }: Headers): {
  readonly latencyMs: number;
  readonly firstByteMs: number | undefined;
} {
  return { latencyMs: times === undefined ? 0 : elapsedMs(times), firstByteMs: times?.firstByteMs };
}
