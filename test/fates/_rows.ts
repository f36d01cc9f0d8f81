import { expect } from "vitest";
import {
  validateCreateMessageRequest,
  validateVertexMessageRequest,
} from "../../generated/validators/anthropic.closed.mjs";
import {
  validateCohereEmbedRequest,
  validateConverseRequest,
  validateTitanMultimodalEmbeddingRequest,
  validateTitanTextEmbeddingRequest,
} from "../../generated/validators/bedrock.closed.mjs";
import { validateBatchEmbedContentsRequest } from "../../generated/validators/gemini.closed.mjs";
import {
  validateCreateChatCompletionRequest,
  validateCreateCompletionRequest,
  validateCreateEmbeddingRequest,
} from "../../generated/validators/openai.received.mjs";
import type { Validator } from "../../generated/validators/validator.ts";
import {
  validateEmbedContentRequest,
  validateGenerateContentRequest,
  validateTextEmbeddingRequest,
} from "../../generated/validators/vertex.closed.mjs";
import { type Field, fieldsOf } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import { chat as anthropicChat } from "../../src/dialects/anthropic/chat/index.ts";
import { type Audit, compileAudit } from "../../src/dialects/audit.ts";
import { chat as converseChat } from "../../src/dialects/converse/chat/index.ts";
import {
  type EmbeddingForm as BedrockForm,
  factsOfEmbedder as bedrockEmbedder,
} from "../../src/dialects/converse/embeddings/forms.ts";
import { embeddings as converseEmbeddings } from "../../src/dialects/converse/embeddings/index.ts";
import type { Facts, Operation, OperationFates } from "../../src/dialects/dialect.ts";
import { chat as geminiChat } from "../../src/dialects/gemini/chat/index.ts";
import { type EmbeddingForm, formOf } from "../../src/dialects/gemini/embeddings/forms.ts";
import { embeddings as geminiEmbeddings } from "../../src/dialects/gemini/embeddings/index.ts";
import { chat as openaiChat } from "../../src/dialects/openai/chat/index.ts";
import { completions as openaiCompletions } from "../../src/dialects/openai/completions/index.ts";
import { embeddings as openaiEmbeddings } from "../../src/dialects/openai/embeddings/index.ts";
import { knownHosts } from "../../src/dialects/openai/hosts.ts";
import { strangerInChat, strangerInCompletion, strangerInEmbeddings } from "../../src/emulators/openai/strict.ts";
import { GatewayError } from "../../src/errors.ts";
import type { Change } from "../../src/operations/types.ts";
import { anthropicSurroundings, anthropicValues } from "./_anthropic.ts";
import type { ValuesByPath } from "./_arbitrary.ts";
import { converseSurroundings, converseValues, vectorValues } from "./_converse.ts";
import type { SurroundingsByPath } from "./_surroundings.ts";

/** What the gateway makes of a request: the upstream's body and what the client is told, or the refusal. */
export interface Outcome {
  readonly body: unknown;
  readonly changes: readonly Change[];
  readonly refusal: GatewayError | undefined;
}

/** One operation of one dialect, as the suites see it. */
export interface Row {
  readonly name:
    | "anthropic chat"
    | "converse chat"
    | "converse embeddings"
    | "gemini chat"
    | "gemini embeddings"
    | "openai chat"
    | "openai completions"
    | "openai embeddings";
  /** Every field of the request, from the spec. */
  readonly root: Field;
  readonly lines: OperationFates["request"];
  /** The same, with the words that no spec has and the dialect knows. */
  readonly tried: OperationFates["request"];
  readonly responseLines: OperationFates["response"];
  readonly unknown: OperationFates["unknown"];
  /** Fields at the top that a host is known to lack, whether the operation's spec has them or not. */
  readonly lackedAt: (facts: Facts) => ReadonlySet<string>;
  /** The names of all conditions. */
  readonly conditions: readonly string[];
  /** Where lines are tried: a model of each family, or a server of each kind. */
  readonly situations: readonly Facts[];
  /** The shortest request there is. */
  readonly base: object;
  /** The dialect looks for the other half of what belongs together: a call and its result, a choice and its tool. */
  readonly pairs: boolean;
  /** A field that is mapped to its own place keeps its value. */
  readonly passes: boolean;
  /** Values and surroundings that only this dialect needs. */
  readonly own?: { readonly values: ValuesByPath; readonly surroundings: SurroundingsByPath };
  /** What triggers a condition. */
  readonly exampleOf: (condition: string) => { readonly facts: Facts; readonly request: object };
  readonly holds: (condition: string, facts: Facts, request: object) => boolean;
  readonly audit: (request: object, facts: Facts, unsupported: Parameters<Audit<object>>[2]) => readonly Change[];
  /** Unless told otherwise the body is one that the upstream takes, or the test fails. */
  readonly translate: (request: object, facts: Facts, isTaken?: boolean) => Outcome;
}

/** What a row is made of, typed by its operation. */
interface Source<Request extends object, Body, Chunk>
  extends Pick<Row, "name" | "situations" | "base" | "pairs" | "passes" | "own"> {
  readonly component: string;
  readonly operation: Operation<Request, Body, Chunk>;
  readonly received: Validator<Request>;
  /** What the upstream would say against a body. */
  readonly problemIn: (body: unknown, facts: Facts) => string | undefined;
}

const { schemas } = loadSpec("openai").components;

/** Every field of a component of OpenAI's spec. Specs take a while to read. */
export const openaiFields = (component: string): Field => fieldsOf(component, schemas);

function toRow<Request extends object, Body, Chunk>(source: Source<Request, Body, Chunk>): Row {
  const { component, operation, received, problemIn, ...same } = source;
  const { fates } = operation;
  const judge = compileAudit(fates);
  const [usual] = same.situations;
  if (usual === undefined) throw new Error(`${same.name} is tried nowhere`);

  // The same request is asked about under every condition.
  const valid = new WeakMap<object, Request>();

  function checked(request: object): Request {
    const known = valid.get(request);
    if (known !== undefined) return known;
    const value: unknown = request;
    if (received(value)) {
      valid.set(request, value);
      return value;
    }
    throw new Error(`no request: ${JSON.stringify(received.errors)} ${JSON.stringify(request)}`);
  }

  function send(request: Request, facts: Facts, isTaken: boolean): Pick<Outcome, "body" | "changes"> {
    const before = JSON.stringify(request);
    const kind = Reflect.get(request, "stream") === true ? "stream" : "unary";
    const { body, headers, changes } = operation.open(request, facts, kind);
    expect(JSON.stringify(request), "translation must not touch its input").toBe(before);
    const problem = isTaken ? problemIn(body, facts) : undefined;
    expect(problem, `${facts.host} must take ${JSON.stringify(body)}`).toBeUndefined();
    // What is said in headers is said: it counts as a member of the body.
    return { body: headers === undefined ? body : Object.assign({ headers }, body), changes };
  }

  return {
    ...same,
    root: openaiFields(component),
    lines: fates.request,
    tried: { ...fates.otherWords, ...fates.request },
    responseLines: fates.response,
    unknown: fates.unknown,
    lackedAt: (facts) => fates.lacking?.(facts).names ?? new Set(),
    conditions: Object.keys(fates.conditions),
    exampleOf(condition) {
      const example = fates.conditions[condition]?.example;
      if (example === undefined) throw new Error(`no condition called ${condition}`);
      const { upstreamModel = usual.upstreamModel, host = usual.host, request = {} } = example;
      return { facts: { ...usual, upstreamModel, host }, request };
    },
    holds: (condition, facts, request) => fates.conditions[condition]?.holds(facts, checked(request)) === true,
    audit: (request, facts, unsupported) => judge(checked(request), facts, unsupported),
    translate(given, facts, isTaken = true) {
      const request = checked(given);
      try {
        const reported = judge(request, facts, "report");
        const { body, changes } = send(request, facts, isTaken);
        return { body, changes: [...reported, ...changes], refusal: undefined };
      } catch (thrown) {
        if (thrown instanceof GatewayError) return { body: undefined, changes: [], refusal: thrown };
        throw thrown;
      }
    },
  };
}

/** Facts as the gateway would hand them over. */
export function factsFor(upstreamModel: string, host = "vertex"): Facts {
  return { upstreamModel, host, responseModel: "some-model", callId: "0123456789ab", createdSec: 1_790_000_000 };
}

function complaint<T>(validate: Validator<T>, body: unknown): string | undefined {
  return validate(body) ? undefined : JSON.stringify(validate.errors);
}

/** A server nobody knows first: what no condition asks for is what it gets. */
const servers = ["other", ...knownHosts].map((host) => factsFor("some/model", host));
const messages = [{ role: "user", content: "Hi there." }];

/** What Google's calls for vectors take. */
const vectorCalls: Readonly<Record<EmbeddingForm, Validator<unknown>>> = {
  predict: validateTextEmbeddingRequest,
  embedContent: validateEmbedContentRequest,
  batchEmbedContents: validateBatchEmbedContentsRequest,
};

/** What the makers of Bedrock's models take. */
const makersForms: Readonly<Record<BedrockForm, Validator<unknown>>> = {
  "titan-v1": validateTitanTextEmbeddingRequest,
  "titan-v2": validateTitanTextEmbeddingRequest,
  "titan-multimodal": validateTitanMultimodalEmbeddingRequest,
  "cohere-v3": validateCohereEmbedRequest,
  "cohere-v4": validateCohereEmbedRequest,
};

/** A dialect's operation that is to be proved is a line here. */
export const rows: readonly Row[] = [
  toRow({
    name: "gemini chat",
    component: "CreateChatCompletionRequest",
    operation: geminiChat,
    received: validateCreateChatCompletionRequest,
    problemIn: (body) => complaint(validateGenerateContentRequest, body),
    situations: [
      ...["gemini-2.5-flash", "gemini-3-flash-preview", "gemini-3.6-flash", "gemini-2.0-flash-001"],
      ...["gemini-2.5-flash-preview-tts", "gemini-2.5-flash-image"],
    ].map((model) => factsFor(model)),
    base: { model: "some-model", messages },
    pairs: true,
    passes: false,
  }),
  toRow({
    name: "anthropic chat",
    component: "CreateChatCompletionRequest",
    operation: anthropicChat,
    received: validateCreateChatCompletionRequest,
    problemIn: (body, { host }) =>
      host === "anthropic"
        ? complaint(validateCreateMessageRequest, body)
        : complaint(validateVertexMessageRequest, body),
    situations: [
      ...["claude-opus-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-3-5-haiku", "claude-haiku-5-5"].map(
        (model) => factsFor(model, "anthropic"),
      ),
      ...["claude-sonnet-4-5@20250929", "claude-opus-4-8"].map((model) => factsFor(model, "vertex-anthropic")),
    ],
    base: { model: "some-model", messages },
    pairs: true,
    passes: false,
    own: { values: anthropicValues, surroundings: anthropicSurroundings },
  }),
  toRow({
    name: "converse chat",
    component: "CreateChatCompletionRequest",
    operation: converseChat,
    received: validateCreateChatCompletionRequest,
    problemIn: (body) => complaint(validateConverseRequest, body),
    situations: [
      ...["us.amazon.nova-pro-v1:0", "us.amazon.nova-2-lite-v1:0", "us.amazon.nova-2-omni-v1:0"],
      ...["openai.gpt-oss-120b-1:0", "us.openai.gpt-5.6-terra", "qwen.qwen3-32b-v1:0", "us.deepseek.r1-v1:0"],
      ...["us.meta.llama3-3-70b-instruct-v1:0", "mistral.mistral-large-2402-v1:0", "cohere.command-r-plus-v1:0"],
      ...["amazon.titan-text-express-v1", "someone.new-model-v1:0"],
    ].map((model) => factsFor(model, "bedrock")),
    base: { model: "some-model", messages },
    pairs: true,
    passes: false,
    own: { values: converseValues, surroundings: converseSurroundings },
  }),
  toRow({
    name: "converse embeddings",
    component: "CreateEmbeddingRequest",
    operation: converseEmbeddings,
    received: validateCreateEmbeddingRequest,
    problemIn: (body, facts) => complaint(makersForms[bedrockEmbedder(facts).form], body),
    situations: [
      ...["cohere.embed-v4:0", "cohere.embed-english-v3", "amazon.titan-embed-text-v2:0"],
      ...["amazon.titan-embed-image-v1", "amazon.titan-embed-text-v1"],
    ].map((model) => factsFor(model, "bedrock")),
    base: { model: "some-model", input: "Hi there." },
    pairs: false,
    passes: false,
    own: { values: vectorValues, surroundings: [] },
  }),
  toRow({
    name: "openai chat",
    component: "CreateChatCompletionRequest",
    operation: openaiChat,
    received: validateCreateChatCompletionRequest,
    problemIn: (body, { host }) =>
      complaint(validateCreateChatCompletionRequest, body) ?? stranger(host, strangerInChat(body)),
    situations: servers,
    base: { model: "some-model", messages },
    pairs: false,
    passes: true,
  }),
  toRow({
    name: "gemini embeddings",
    component: "CreateEmbeddingRequest",
    operation: geminiEmbeddings,
    received: validateCreateEmbeddingRequest,
    problemIn: (body, facts) => complaint(vectorCalls[formOf(facts)], body),
    situations: [
      ...["gemini-4-embedding", "text-embedding-005", "gemini-embedding-001", "gemini-embedding-2"].map((model) =>
        factsFor(model),
      ),
      factsFor("gemini-embedding-001", "gemini"),
    ],
    base: { model: "some-model", input: "Hi there." },
    pairs: false,
    passes: false,
  }),
  toRow({
    name: "openai embeddings",
    component: "CreateEmbeddingRequest",
    operation: openaiEmbeddings,
    received: validateCreateEmbeddingRequest,
    problemIn: (body, { host }) =>
      complaint(validateCreateEmbeddingRequest, body) ?? stranger(host, strangerInEmbeddings(body)),
    situations: servers,
    base: { model: "some-model", input: "Hi there." },
    pairs: false,
    passes: true,
  }),
  toRow({
    name: "openai completions",
    component: "CreateCompletionRequest",
    operation: openaiCompletions,
    received: validateCreateCompletionRequest,
    problemIn: (body, { host }) =>
      complaint(validateCreateCompletionRequest, body) ?? stranger(host, strangerInCompletion(body)),
    situations: servers,
    base: { model: "some-model", prompt: "Hi there." },
    pairs: false,
    passes: true,
  }),
];

/** OpenAI refuses members it does not know. */
function stranger(host: string, found: { readonly path: readonly string[] } | undefined): string | undefined {
  return host === "openai" && found !== undefined ? `OpenAI does not know ${found.path.join(".")}` : undefined;
}

/** The row of one name. */
export function rowOf(name: Row["name"]): Row {
  const found = rows.find((row) => row.name === name);
  if (found === undefined) throw new Error(`no row called ${name}`);
  return found;
}
