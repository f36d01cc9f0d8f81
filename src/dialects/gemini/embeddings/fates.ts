import type { EmbeddingRequestField } from "../../../../generated/fields/openai.ts";
import {
  type ConditionalFate,
  emulated,
  type Fate,
  type Fates,
  gateway,
  ignored,
  mapped,
  reported,
  when,
} from "../../fates.ts";
import type { EmbeddingCondition } from "./conditions.ts";

type Cases = Partial<Record<EmbeddingCondition, Fate>>;

/** A setting of the texts' use: models that read it in the text have no place for it. */
function ofTask(name: "task_type" | "title", camel: string, cases: Cases): ConditionalFate<EmbeddingCondition> {
  return when<EmbeddingCondition>(
    {
      "task-in-text": reported("this model reads in the text what it is for"),
      ...cases,
      predict: mapped(`instances[].${name}`),
      "developer-api": mapped(`requests[].${camel}`),
    },
    mapped(`embedContentConfig.${camel}`),
  );
}

function ofTruncation(cases: Cases): ConditionalFate<EmbeddingCondition> {
  return when<EmbeddingCondition>(
    {
      "developer-api": reported("the Developer API always cuts texts that are too long"),
      ...cases,
      predict: mapped("parameters.autoTruncate"),
    },
    mapped("embedContentConfig.autoTruncate"),
  );
}

const taskSaid = reported("another member says what the vectors are for");
const truncationSaid = reported("another member says whether texts may be cut");
const packed = emulated("vectors are packed by the gateway", "embeddings/encoding_format");
const otherServers = reported("a setting of other servers");

/**
 * What becomes of each field of a request for vectors.
 *
 * @see reference: openai-chat-to-gemini §13
 */
export const requestFates: Fates<EmbeddingRequestField, EmbeddingCondition> = {
  model: gateway("resolve"),
  input: when<EmbeddingCondition>(
    { predict: mapped("instances.**"), "developer-api": mapped("requests.**") },
    mapped("content.parts.**"),
  ),
  encoding_format: packed,
  "encoding_format=float": packed,
  "encoding_format=base64": packed,
  dimensions: when<EmbeddingCondition>(
    { predict: mapped("parameters.outputDimensionality"), "developer-api": mapped("requests[].outputDimensionality") },
    mapped("embedContentConfig.outputDimensionality"),
  ),
  user: ignored("vectors do not depend on who asks"),
  task_type: ofTask("task_type", "taskType", {}),
  taskType: ofTask("task_type", "taskType", { "task_type-said": taskSaid }),
  input_type: ofTask("task_type", "taskType", { "task-said": taskSaid }),
  title: ofTask("title", "title", { "no-document": reported("only documents have a title") }),
  auto_truncate: ofTruncation({}),
  autoTruncate: ofTruncation({ "auto_truncate-said": truncationSaid }),
  truncate: ofTruncation({ "truncation-said": truncationSaid }),
  truncate_prompt_tokens: otherServers,
  add_special_tokens: otherServers,
  priority: otherServers,
  request_id: ignored("it changes no answer"),
  keep_alive: ignored("the models are always loaded"),
  options: otherServers,
  provider: otherServers,
};
