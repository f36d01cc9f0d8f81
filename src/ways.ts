import type { Continuity } from "./continuity/continuity.ts";
import type { Work } from "./http/abort.ts";
import type { Media } from "./media/media.ts";
import { parseChat } from "./operations/chat.ts";
import type { ToClientPath } from "./operations/client-paths.ts";
import { parseCompletion } from "./operations/completions/parse.ts";
import { commonHabits, fanOutPrompts } from "./operations/completions/prompts.ts";
import { commonBatches, fanOutInputs, joinVectors } from "./operations/embeddings/batches.ts";
import { parseEmbeddings } from "./operations/embeddings/parse.ts";
import type {
  Answer,
  ChatChunk,
  ChatCompletion,
  ChatRequest,
  Completion,
  CompletionHabits,
  CompletionRequest,
  EmbeddingHabits,
  EmbeddingList,
  EmbeddingRequest,
  OperationName,
  Part,
} from "./operations/types.ts";
import { fanOut, joinAnswers } from "./routing/fan-out.ts";
import type { Route } from "./routing/resolve.ts";
import type { OperationTarget, Target } from "./upstream/target.ts";

/** A checked request, and how it wants to be answered. */
interface Call<Request> {
  readonly request: Request;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** For notices and refusals: clients have forms of their own. */
  readonly toClientPath?: ToClientPath;
}

/** What sets one operation apart from another on the same way. */
export interface Way<Request extends object, Body, Chunk> {
  readonly operation: OperationName;
  /** Whether it can be streamed at all; where not, `stream` is a member like any other. */
  readonly streams: boolean;
  readonly parse: (body: object, route: Route<Target>) => Call<Request> | Promise<Call<Request>>;
  readonly fanOut: (request: Request, route: Route<Target>) => readonly Part<Request>[];
  /** Most parts that are asked for at a time. */
  readonly atOnce: (route: Route<Target>) => number;
  /** The answers of the parts as one. */
  readonly join: (answers: readonly Answer<Body>[]) => Answer<Body>;
  readonly servedBy: (target: Target) => OperationTarget<Request, Body, Chunk> | undefined;
  /** Where answers come back as part of later requests. */
  readonly continuity?: Continuity<Request, Body, Chunk>;
  /** Where a request may name things by their address. */
  readonly media?: Media<Work, Request, Body, Chunk>;
}

/** What the ways need besides. */
export interface WaysDeps {
  readonly continuity: Continuity<ChatRequest, ChatCompletion, ChatChunk>;
  readonly media: Media<Work, ChatRequest, ChatCompletion, ChatChunk>;
}

/** The operations that all go through the same pipeline. */
export interface Ways {
  readonly chat: Way<ChatRequest, ChatCompletion, ChatChunk>;
  readonly completions: Way<CompletionRequest, Completion, Completion>;
  readonly embeddings: Way<EmbeddingRequest, EmbeddingList, never>;
}

export function createWays(deps: WaysDeps): Ways {
  const chat: Way<ChatRequest, ChatCompletion, ChatChunk> = {
    operation: "chat",
    streams: true,
    parse: (body, { requestedModel }) => parseChat(body, requestedModel),
    fanOut,
    atOnce: () => Infinity,
    join: joinAnswers,
    servedBy: (target) => target.chat,
    continuity: deps.continuity,
    media: deps.media,
  };
  const completions: Way<CompletionRequest, Completion, Completion> = {
    operation: "completions",
    streams: true,
    parse: (body, route) => {
      const options = { takes: takenBy(route), tokenizer: route.model.tokenizer };
      return parseCompletion(body, route.requestedModel, options);
    },
    fanOut: (request, route) => fanOutPrompts(request, takenBy(route)),
    atOnce: () => Infinity,
    join: joinAnswers,
    servedBy: (target) => target.completions,
  };
  const embeddings: Way<EmbeddingRequest, EmbeddingList, never> = {
    operation: "embeddings",
    streams: false,
    parse: (body, route) => {
      const options = { takes: batchesOf(route), tokenizer: route.model.tokenizer };
      return parseEmbeddings(body, route.requestedModel, options);
    },
    fanOut: (request, route) => fanOutInputs(request, batchesOf(route)),
    atOnce: (route) => batchesOf(route).maxCalls,
    join: joinVectors,
    servedBy: (target) => target.embeddings,
  };

  return { chat, completions, embeddings };
}

/** What all targets take that may be asked for completions. */
function takenBy({ targets }: Route<Target>): CompletionHabits {
  return commonHabits(targets.flatMap((target) => target.completions?.takes ?? []));
}

/** How much of a request for vectors all targets take that may be asked for them. */
function batchesOf({ targets }: Route<Target>): EmbeddingHabits {
  return commonBatches(targets.flatMap((target) => target.embeddings?.takes ?? []));
}
