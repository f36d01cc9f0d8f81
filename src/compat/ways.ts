import { parseChat } from "../operations/chat.ts";
import type { ToClientPath } from "../operations/client-paths.ts";
import { parseCompletion } from "../operations/completions/parse.ts";
import { commonHabits, fanOutPrompts } from "../operations/completions/prompts.ts";
import { commonBatches, fanOutInputs } from "../operations/embeddings/batches.ts";
import { parseEmbeddings } from "../operations/embeddings/parse.ts";
import type {
  ChatChunk,
  ChatCompletion,
  Completion,
  CompletionHabits,
  EmbeddingHabits,
  EmbeddingList,
  OperationName,
  Part,
} from "../operations/types.ts";
import { fanOut } from "../routing/fan-out.ts";
import type { Route } from "../routing/resolve.ts";
import type { OperationTarget, Target } from "../upstream/target.ts";
import type { RequestOf } from "./read.ts";

/** A checked request, and how it is told of. */
export interface Call<Request> {
  readonly request: Request;
  readonly stream: boolean;
  readonly toClientPath?: ToClientPath;
}

/** The first steps of an operation, as src/gateway.ts takes them. */
export interface Way<Name extends OperationName, Body, Chunk> {
  readonly operation: Name;
  readonly path: string;
  readonly parse: (body: object, route: Route<Target>) => Call<RequestOf[Name]> | Promise<Call<RequestOf[Name]>>;
  readonly fanOut: (request: RequestOf[Name], route: Route<Target>) => readonly Part<RequestOf[Name]>[];
  readonly servedBy: (target: Target) => OperationTarget<RequestOf[Name], Body, Chunk> | undefined;
}

/** Every operation. */
export const ways: {
  readonly chat: Way<"chat", ChatCompletion, ChatChunk>;
  readonly completions: Way<"completions", Completion, Completion>;
  readonly embeddings: Way<"embeddings", EmbeddingList, never>;
} = {
  chat: {
    operation: "chat",
    path: "/v1/chat/completions",
    parse: (body, { requestedModel }) => parseChat(body, requestedModel),
    fanOut: (request) => fanOut(request),
    servedBy: ({ chat }) => chat,
  },
  completions: {
    operation: "completions",
    path: "/v1/completions",
    parse: (body, route) =>
      parseCompletion(body, route.requestedModel, { takes: takenBy(route), tokenizer: route.model.tokenizer }),
    fanOut: (request, route) => fanOutPrompts(request, takenBy(route)),
    servedBy: ({ completions }) => completions,
  },
  embeddings: {
    operation: "embeddings",
    path: "/v1/embeddings",
    parse: (body, route) =>
      parseEmbeddings(body, route.requestedModel, { takes: batchesOf(route), tokenizer: route.model.tokenizer }),
    fanOut: (request, route) => fanOutInputs(request, batchesOf(route)),
    servedBy: ({ embeddings }) => embeddings,
  },
};

function takenBy({ targets }: Route<Target>): CompletionHabits {
  return commonHabits(targets.flatMap((target) => target.completions?.takes ?? []));
}

function batchesOf({ targets }: Route<Target>): EmbeddingHabits {
  return commonBatches(targets.flatMap((target) => target.embeddings?.takes ?? []));
}
