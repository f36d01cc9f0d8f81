import { randomUUID } from "node:crypto";
import {
  validateCohereEmbedRequest,
  validateTitanMultimodalEmbeddingRequest,
  validateTitanTextEmbeddingRequest,
} from "../../../generated/validators/bedrock.closed.mjs";
import type { Validator } from "../../../generated/validators/validator.ts";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import { plainPrompt } from "../prompt.ts";
import { countTokens } from "../text.ts";
import { vectorOf } from "../vectors.ts";
import type { Reply } from "../write.ts";
import type { EmbeddingFamily, Model } from "./families.ts";
import { invalid, type Refusal, refusal } from "./refusals.ts";
import { replyJson, replyRefused } from "./reply.ts";
import { type Setting, unusual } from "./respond.ts";
import { texts } from "./texts.ts";
import type {
  CohereEmbedRequest,
  CohereEmbedResponse,
  TitanMultimodalEmbeddingRequest,
  TitanMultimodalEmbeddingResponse,
  TitanTextEmbeddingRequest,
  TitanTextEmbeddingResponse,
} from "./types.ts";

/** A request for vectors whose path and credential are fine. */
export interface EmbeddingCall {
  readonly text: string;
  readonly model: Model;
  readonly family: EmbeddingFamily;
}

/** What is made of a request: the texts in it, and the answer for it, which costs so many tokens. */
interface Made {
  readonly says: string;
  readonly tokens: number;
  readonly answer: (
    tokens: number,
  ) => TitanTextEmbeddingResponse | TitanMultimodalEmbeddingResponse | CohereEmbedResponse;
}

type Outcome = Made | { readonly refused: Refusal };

/** Reads and checks a request for vectors, then answers it. A script never hides a bad request. */
export function respondEmbedding({ text, model, family }: EmbeddingCall, { director }: Setting): Reply {
  const body = parseJson(text);
  if (!isObject(body)) return replyRefused(invalid(texts.malformed("expected a JSON object")));
  const made = readers[family.kind](body, family);
  if ("refused" in made) return replyRefused(made.refused);
  const answer = director.pick(plainPrompt(model.id, made.says));
  if (answer === undefined && director.otherwise === "fail") return replyRefused(refusal(500, texts.noAnswer()));
  const given = answer ?? {};
  const tokens = given.usage?.input ?? made.tokens;
  const headers = { "x-amzn-bedrock-input-token-count": String(tokens), "x-amzn-bedrock-invocation-latency": "45" };
  return unusual(given) ?? replyJson(given.events?.[0] ?? made.answer(tokens), given, headers);
}

const readers: Readonly<Record<EmbeddingFamily["kind"], (body: JsonObject, family: EmbeddingFamily) => Outcome>> = {
  titanText: (body, family) =>
    readBody(body, validateTitanTextEmbeddingRequest, (request) => titanText(request, family)),
  titanMultimodal: (body) => readBody(body, validateTitanMultimodalEmbeddingRequest, titanMultimodal),
  cohere: (body, family) => readBody(body, validateCohereEmbedRequest, (request) => cohere(request, family)),
};

const refuse = (message: string): Outcome => ({ refused: invalid(message) });

/** Bodies of models are held against a schema, whose words Bedrock hands on. */
function readBody<T>(body: JsonObject, validate: Validator<T>, make: (request: T) => Outcome): Outcome {
  if (validate(body)) return make(body);
  const [error] = validate.errors ?? [];
  const place = `#${error?.instancePath ?? ""}`;
  const params = error?.params ?? {};
  switch (error?.keyword) {
    case "required":
      return refuse(texts.malformed(`${place}: required key [${params["missingProperty"]}] not found`));
    case "additionalProperties":
      return refuse(texts.malformed(`${place}: extraneous key [${params["additionalProperty"]}] is not permitted`));
    case "type":
      return refuse(texts.malformed(`${place}: expected type: ${[params["type"]].flat().map(String)[0]}`));
    case "enum":
      return refuse(texts.malformed(`${place}: value is not a valid enum value`));
    default:
      return refuse(texts.malformed(`${place}: expected ${error?.keyword}: ${params["limit"]}`));
  }
}

function titanText(
  request: TitanTextEmbeddingRequest,
  { version, dimensions: own, maxTokens }: EmbeddingFamily,
): Outcome {
  const { inputText, dimensions = own, normalize = true, embeddingTypes } = request;
  const extra = Object.keys(request).find((key) => key !== "inputText");
  if (version === 1 && extra !== undefined)
    return refuse(texts.malformed(`#: extraneous key [${extra}] is not permitted`));
  const tokens = countTokens(inputText);
  if (tokens > maxTokens) return refuse(texts.longText(tokens, maxTokens));
  const floats = [...vectorOf(inputText, dimensions)].map((value) => (normalize ? value : value * 4));
  const answer = (inputTextTokenCount: number): TitanTextEmbeddingResponse => {
    if (version === 1) return { embedding: floats, inputTextTokenCount };
    const wants = (type: "float" | "binary"): boolean => (embeddingTypes ?? ["float"]).includes(type);
    return {
      ...(wants("float") && { embedding: floats }),
      embeddingsByType: {
        ...(wants("float") && { float: floats }),
        ...(wants("binary") && { binary: floats.map((value) => (value > 0 ? 1 : 0)) }),
      },
      inputTextTokenCount,
    };
  };
  return { says: inputText, tokens, answer };
}

function titanMultimodal({ inputText, inputImage, embeddingConfig }: TitanMultimodalEmbeddingRequest): Outcome {
  if (inputText === undefined && inputImage === undefined) {
    return refuse(texts.malformed("#: required key [inputText] not found"));
  }
  const says = inputText ?? "";
  const length = embeddingConfig?.outputEmbeddingLength ?? 1024;
  const embedding = [...vectorOf(`${says}${inputImage ?? ""}`, length)];
  const answer = (inputTextTokenCount: number): TitanMultimodalEmbeddingResponse => {
    return { embedding, inputTextTokenCount, message: null };
  };
  return { says, tokens: countTokens(says), answer };
}

/** What only one of the two versions knows. */
const onlyThree: readonly string[] = ["START", "END", "image"];
const onlyFour: readonly string[] = ["LEFT", "RIGHT", "inputs", "output_dimension", "max_tokens"];

function cohere(request: CohereEmbedRequest, { version, dimensions: own, maxTokens: most }: EmbeddingFamily): Outcome {
  const used = [...Object.keys(request), request.truncate ?? "", request.input_type];
  const strange = used.find((word) => (version === 3 ? onlyFour : onlyThree).includes(word));
  if (strange !== undefined) return refuse(texts.malformed(`#: extraneous key [${strange}] is not permitted`));
  const given = inputsOf(request);
  if (given.length === 0) return refuse(texts.malformed("#: required key [texts] not found"));
  const limit = request.max_tokens ?? most;
  const long = given.map(countTokens).find((tokens) => tokens > limit) ?? 0;
  if (long > 0 && (request.truncate ?? "NONE") === "NONE") return refuse(texts.longCohereText(long, limit));
  const vectors = given.map((text) => [...vectorOf(text, request.output_dimension ?? own)]);
  const tokens = given.reduce((sum, text) => sum + Math.min(limit, countTokens(text)), 0);
  return { says: given.join(" "), tokens, answer: () => cohereAnswer(request, vectors) };
}

/** Each text, picture or mixture becomes one vector. */
const inputsOf = ({ texts: plain = [], images = [], inputs = [] }: CohereEmbedRequest): readonly string[] => [
  ...plain,
  ...images,
  ...inputs.map(({ content }) => content.map((part) => (part.type === "text" ? part.text : part.image_url)).join(" ")),
];

function cohereAnswer(request: CohereEmbedRequest, vectors: readonly (readonly number[])[]): CohereEmbedResponse {
  const { embedding_types: types, texts: plain } = request;
  const head = { id: randomUUID(), ...(plain !== undefined && { texts: plain.map((text) => text.toLowerCase()) }) };
  if (types === undefined) {
    return { ...head, response_type: "embeddings_floats", embeddings: vectors.map((vector) => [...vector]) };
  }
  const entries = types.map((type) => [type, vectors.map((vector) => packed[type](vector))] as const);
  return { ...head, response_type: "embeddings_by_type", embeddings: Object.fromEntries(entries) };
}

type Packing = (vector: readonly number[]) => number[];

/** Numbers between -1 and 1 in fewer bits. */
const packed: Readonly<Record<NonNullable<CohereEmbedRequest["embedding_types"]>[number], Packing>> = {
  float: (vector) => [...vector],
  int8: (vector) => vector.map((value) => Math.round(value * 127)),
  uint8: (vector) => vector.map((value) => Math.round((value + 1) * 127.5)),
  binary: (vector) => bitsOf(vector).map((byte) => byte - 128),
  ubinary: (vector) => bitsOf(vector),
};

const bitsOf = (vector: readonly number[]): number[] =>
  Array.from({ length: Math.ceil(vector.length / 8) }, (_, at) =>
    vector.slice(at * 8, at * 8 + 8).reduce((byte, value) => byte * 2 + (value > 0 ? 1 : 0), 0),
  );
