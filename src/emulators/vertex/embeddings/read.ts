import type { ValidationError, Validator } from "../../../../generated/validators/validator.ts";
import {
  validateEmbedContentRequest,
  validateTextEmbeddingRequest,
} from "../../../../generated/validators/vertex.closed.mjs";
import { isObject, type JsonObject } from "../../json.ts";
import { fieldPath, placeOf } from "../place.ts";
import { unknownName } from "../read.ts";
import { badRequest, invalidArgument, type Refusal } from "../refusals.ts";
import { texts } from "./texts.ts";

/** A request for vectors, whichever call it came by. */
export interface Asked {
  readonly texts: readonly string[];
  readonly tasks: readonly (string | undefined)[];
  readonly titles: readonly (string | undefined)[];
  readonly dimensions: number | undefined;
  readonly autoTruncate: boolean;
}

/** A request, or why it would not be taken. */
export type Read = { readonly asked: Asked } | { readonly refusal: Refusal };

/** Reads the body of `predict`, whose instances only the model knows. */
export function readPrediction(body: unknown): Read {
  const instances = isObject(body) ? body["instances"] : undefined;
  if (!Array.isArray(instances) || instances.length === 0) {
    return { refusal: invalidArgument(texts.noInstances()) };
  }
  if (!validateTextEmbeddingRequest(body)) return { refusal: refusalOf(body, validateTextEmbeddingRequest) };
  const at = body.instances.findIndex(({ content }) => content === "");
  if (at >= 0) return { refusal: invalidArgument(texts.noContent(at)) };
  const { outputDimensionality, autoTruncate } = body.parameters ?? {};
  return {
    asked: {
      texts: body.instances.map(({ content }) => content),
      tasks: body.instances.map((one) => one.task_type),
      titles: body.instances.map((one) => one.title),
      dimensions: outputDimensionality,
      autoTruncate: autoTruncate ?? true,
    },
  };
}

/** Reads the body of `embedContent`: all parts of the content are one text, and become one vector. */
export function readContent(body: unknown): Read {
  if (!validateEmbedContentRequest(body)) return { refusal: refusalOf(body, validateEmbedContentRequest) };
  const { content, embedContentConfig: config = {} } = body;
  const text = (content?.parts ?? []).map((part) => part.text ?? "").join("\n");
  if (text === "") return { refusal: invalidArgument(texts.empty()) };
  return {
    asked: {
      texts: [text],
      tasks: [config.taskType ?? body.taskType],
      titles: [config.title ?? body.title],
      dimensions: config.outputDimensionality ?? body.outputDimensionality,
      autoTruncate: config.autoTruncate ?? body.autoTruncate ?? true,
    },
  };
}

/** The first thing that is wrong with a body. */
function refusalOf<T>(body: unknown, validate: Validator<T>): Refusal {
  const error = validate.errors?.[0];
  if (error === undefined || !isObject(body)) return badRequest([{ field: "", description: noObject }]);
  return wrongMember(body, error);
}

const noObject = "Invalid JSON payload received. Root element must be a message.";

function wrongMember(body: JsonObject, error: ValidationError): Refusal {
  const place = placeOf(body, error);
  if (place === undefined) return badRequest([{ field: "", description: noObject }]);
  const { path, key, value } = place;
  if (error.keyword === "additionalProperties") return badRequest([unknownName(body, path.slice(0, -1), key)]);
  if (error.keyword === "required") return invalidArgument(texts.noContent(Number(path[1] ?? 0)));
  if (error.keyword === "enum") return invalidArgument(texts.task(String(value)));
  const field = fieldPath(body, path);
  return badRequest([{ field, description: `Invalid value at '${field}', ${JSON.stringify(value)}` }]);
}
