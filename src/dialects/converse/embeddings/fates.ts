import type { EmbeddingRequestField } from "../../../../generated/fields/openai.ts";
import {
  type ConditionalFate,
  emulated,
  type Fate,
  type Fates,
  gateway,
  ignored,
  mapped,
  refused,
  reported,
  when,
} from "../../fates.ts";
import type { EmbeddingCondition } from "./conditions.ts";

type Cases = Partial<Record<EmbeddingCondition, Fate>>;
type Line = ConditionalFate<EmbeddingCondition>;

/** What vectors are for: Cohere must know it, and Titan makes one kind. */
const ofUse = (cases: Cases): Line =>
  when({ titan: reported("Titan makes one kind of vectors"), ...cases }, mapped("input_type"));
const ofTruncation = (cases: Cases): Line =>
  when({ titan: reported("Titan refuses texts that are too long"), ...cases }, mapped("truncate"));

const useSaid = reported("another member says what the vectors are for");
const truncationSaid = reported("another member says whether texts may be cut");
const packed = emulated("vectors are packed by the gateway", "embeddings/encoding_format");
const otherServers = reported("a setting of other servers");

/** What becomes of each field of a request for vectors. */
export const requestFates: Fates<EmbeddingRequestField, EmbeddingCondition> = {
  model: gateway("resolve"),
  input: when<EmbeddingCondition>({ titan: mapped("inputText") }, mapped("texts")),
  encoding_format: packed,
  "encoding_format=float": packed,
  "encoding_format=base64": packed,
  dimensions: when<EmbeddingCondition>(
    {
      "only-length": ignored("the vectors have this length anyway"),
      "one-length": refused("this model's vectors have one length"),
      "titan-v2": mapped("dimensions"),
      "titan-multimodal": mapped("embeddingConfig.outputEmbeddingLength"),
    },
    mapped("output_dimension"),
  ),
  user: ignored("vectors do not depend on who asks"),
  input_type: ofUse({}),
  task_type: ofUse({ "input_type-said": useSaid }),
  taskType: ofUse({ "task-said": useSaid }),
  title: reported("no model on Bedrock reads the title of a document apart"),
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
