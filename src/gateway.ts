import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "./config/config.ts";
import { type GatewayError, toGatewayError } from "./errors.ts";
import { abortOnDisconnect } from "./http/abort.ts";
import { type Journey, toJourneyHeaders } from "./http/journey.ts";
import { receiveJson } from "./http/receive.ts";
import type { Headers } from "./http/reply.ts";
import { type ChunkStream, replyStream, replyWhole } from "./http/reply-chat.ts";
import { parseChat } from "./operations/chat.ts";
import type { Conform } from "./operations/conformance.ts";
import { denyParams } from "./operations/deny.ts";
import type { Change } from "./operations/types.ts";
import type { VirtualKey } from "./policy/keys.ts";
import { fanOut, joinAnswers, joinUsage } from "./routing/fan-out.ts";
import { joinStreams } from "./routing/join-streams.ts";
import type { Router } from "./routing/resolve.ts";
import { AttemptError, type Attempted, attemptStream, attemptWhole } from "./upstream/attempt.ts";
import type { Transport } from "./upstream/send.ts";
import type { Target } from "./upstream/target.ts";
import type { Usage } from "./usage/usage.ts";

/** What the pipeline is built from. Clock, chance and ids are arguments, so that tests can hold them still. */
export interface GatewayDeps {
  readonly config: Config;
  readonly router: Router<Target>;
  readonly transport: Transport;
  readonly conform: Conform;
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
  readonly usage?: Usage | undefined;
  readonly error?: GatewayError | undefined;
}

/** A client's request and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Who calls: let in at the door, as the route declares, before a byte of the body is read. */
  readonly key: VirtualKey;
  /** Headers every answer bears, the request's id among them. */
  readonly headers: Headers;
}

/** The operations of the client API. */
export interface Gateway {
  /**
   * Answers a chat request.
   * Fails: throws what is refused before a model is known; what fails later is in the outcome, and is still to be sent
   * where no byte has left.
   */
  readonly chat: (exchange: Exchange) => Promise<Served>;
}

/**
 * The pipeline, and the only file that knows its order. Each step takes what the one before made and returns a value of
 * its own; the key was checked at the door, as the route declares (src/app.ts).
 */
export function createGateway(deps: GatewayDeps): Gateway {
  const { config, router, transport, conform } = deps;

  return {
    async chat({ request, response, key, headers }) {
      // http/receive.ts: bytes → object. Too large, not JSON, gone.
      const body = await receiveJson(request, config.server.maxBodyBytes);
      // routing/resolve.ts: model name → model and targets, in the order they are tried. Missing, unknown.
      const route = router.resolve(Reflect.get(body, "model"), deps.chance());
      const { model, requestedModel } = route;
      const served = { key: key.name, model: requestedModel, stream: Reflect.get(body, "stream") === true };
      const work = abortOnDisconnect(response);
      try {
        // operations/chat.ts: object → call, by the compiled validator. One precise 400.
        const call = parseChat(body, requestedModel);
        const allowed = denyParams(call.request, model.paramsDeny, model.unsupported);
        // routing/fan-out.ts: call → one call per choice.
        const about = { ...route, callId: deps.randomId(), createdSec: deps.nowSec(), signal: work.signal };
        const calls = fanOut(allowed.request).map((single, choice) => ({ ...about, request: single, choice }));

        if (!call.stream) {
          // upstream/attempt.ts: audit → translate → send → translate back, until a target answers.
          const attempts = await Promise.all(calls.map((one) => attemptWhole(one, transport)));
          const { completion, usage, changes } = joinAnswers(attempts.map((attempt) => attempt.answer));
          const journey = toJourney(attempts, [...allowed.changes, ...changes]);
          conform(completion, model.conformance);
          // http/reply-chat.ts: value → JSON.
          await replyWhole(response, completion, { ...headers, ...toJourneyHeaders(journey) });
          return { ...served, journey, usage };
        }

        // The same, up to the first chunks: until then a failure has a status and falls back.
        const attempts = await Promise.all(calls.map((one) => attemptStream(one, transport)));
        const streams = attempts.map((attempt) => attempt.answer);
        const early = toJourney(attempts, [...allowed.changes, ...streams.flatMap((one) => one.changes)]);
        const reply: ChunkStream = {
          batches: joinStreams(streams.map((one) => one.batches)),
          check: (chunk) => conform(chunk, model.conformance),
          includeUsage: call.includeUsage,
          usage: () => joinUsage(streams.map((one) => one.usage())),
        };
        // http/reply-chat.ts: chunks → events. A failure from here on is an error event.
        const error = await replyStream(response, reply, { ...headers, ...toJourneyHeaders(early) });
        if (error !== undefined) work.abort();
        const changes = [...early.changes, ...streams.flatMap((one) => one.lateChanges())];
        return { ...served, journey: { ...early, changes }, usage: reply.usage(), error };
      } catch (thrown) {
        // What is still under way is of no use to anybody.
        work.abort();
        if (!(thrown instanceof AttemptError)) return { ...served, error: toGatewayError(thrown) };
        const { target, attempts, error } = thrown;
        return { ...served, journey: { deployment: target.label, attempts, changes: [] }, error };
      }
    },
  };
}

function toJourney(attempts: readonly Attempted<unknown>[], changes: readonly Change[]): Journey {
  const [first] = attempts;
  const single = attempts.length === 1 && first !== undefined;
  return {
    deployment: single ? first.target.label : [...new Set(attempts.map(({ target }) => target.label))].join(", "),
    attempts: attempts.reduce((sum, attempt) => sum + attempt.attempts, 0),
    changes,
  };
}
