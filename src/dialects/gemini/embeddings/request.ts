import type { EmbeddingRequest } from "../../../operations/types.ts";
import { inputsOf } from "../../../usage/inputs.ts";
import type { Facts, Translated } from "../../dialect.ts";
import { type EmbeddingForm, factsOfEmbedder, formOf, nameOf } from "./forms.ts";
import { taskOf, truncates } from "./tasks.ts";
import type {
  BatchEmbedContentsRequest,
  EmbedContentRequest,
  EmbeddingBody,
  TaskType,
  TextEmbeddingRequest,
} from "./types.ts";

/** What the way back needs to know of the request. */
export interface EmbeddingContext {
  readonly facts: Facts;
  readonly form: EmbeddingForm;
  readonly input: EmbeddingRequest["input"];
  readonly isPacked: boolean;
  /** Vectors come shorter than the model makes them, and are not of length one. */
  readonly isShortened: boolean;
}

/** What is said of all texts of a request, by the name of each place in `embedContent`. */
interface Settings {
  readonly taskType?: TaskType;
  readonly title?: string;
  readonly outputDimensionality?: number;
}

/**
 * A request for vectors as the call its model has: `predict`, `embedContent` or `batchEmbedContents`.
 *
 * Shape: {@link EmbeddingRequest} → {@link EmbeddingBody}; pure. Token ids have been made text before. Texts that are
 * too long are refused unless the client lets them be cut, as OpenAI refuses them.
 * Fails: `invalid_value` for a task that Google does not know.
 *
 * @see reference: openai-chat-to-gemini §13
 */
export function toEmbeddingBody(request: EmbeddingRequest, facts: Facts): Translated<EmbeddingBody, EmbeddingContext> {
  const form = formOf(facts);
  const embedder = factsOfEmbedder(facts.upstreamModel);
  const { dimensions } = request;
  const context = {
    facts,
    form,
    input: request.input,
    isPacked: request.encoding_format === "base64",
    isShortened: !embedder.unitLength && dimensions != null && dimensions < (embedder.dimensions ?? Infinity),
  };
  return { body: toBody(form, request, settingsOf(request, embedder.tasks), facts), changes: [], context };
}

function settingsOf(request: EmbeddingRequest, tasks: boolean): Settings {
  const { dimensions, title } = request;
  const taskType = taskOf(request);
  return {
    ...(tasks && taskType !== undefined && { taskType }),
    ...(tasks && taskType === "RETRIEVAL_DOCUMENT" && title != null && title !== "" && { title }),
    ...(dimensions != null && { outputDimensionality: dimensions }),
  };
}

function toBody(form: EmbeddingForm, request: EmbeddingRequest, settings: Settings, facts: Facts): EmbeddingBody {
  const texts = inputsOf(request.input).map(String);
  switch (form) {
    case "predict":
      return toPrediction(texts, settings, truncates(request));
    case "embedContent":
      return toContent(texts, settings, truncates(request));
    case "batchEmbedContents":
      return toBatch(texts, settings, facts);
    default:
      return form satisfies never;
  }
}

function toPrediction(
  texts: readonly string[],
  { taskType, title, outputDimensionality }: Settings,
  autoTruncate: boolean,
): TextEmbeddingRequest {
  const about = { ...(taskType !== undefined && { task_type: taskType }), ...(title !== undefined && { title }) };
  return {
    instances: texts.map((content) => ({ content, ...about })),
    parameters: { autoTruncate, ...(outputDimensionality !== undefined && { outputDimensionality }) },
  };
}

/** All parts together would be one vector: a call has one text. */
function toContent([text = ""]: readonly string[], settings: Settings, autoTruncate: boolean): EmbedContentRequest {
  return { content: { parts: [{ text }] }, embedContentConfig: { ...settings, autoTruncate } };
}

function toBatch(texts: readonly string[], settings: Settings, { upstreamModel }: Facts): BatchEmbedContentsRequest {
  const model = `models/${nameOf(upstreamModel)}`;
  return { requests: texts.map((text) => ({ model, content: { parts: [{ text }] }, ...settings })) };
}
