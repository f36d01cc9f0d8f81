import type { Change, ChatRequest } from "../../../operations/types.ts";
import { mustTakeObject } from "../../schema/document.ts";
import { isObject } from "../../schema/json.ts";
import type { ModelFacts, SchemaForm } from "../models.ts";
import { type Said, toAnswerSchema } from "../schema/index.ts";
import type { GenerationConfig } from "../types.ts";
import type { GeminiContext } from "./context.ts";
import { guidesOf } from "./guides.ts";
import { forcesCalls, hasFunctions } from "./server-tools.ts";

type ResponseFormat = NonNullable<ChatRequest["response_format"]>;
type JsonSchemaFormat = Extract<ResponseFormat, { type: "json_schema" }>["json_schema"];

/** The form an answer must have: JSON, perhaps by a schema, one of several texts, or a text that fits a pattern. */
export type AnswerForm =
  | { readonly kind: "json"; readonly schema: Said | undefined }
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "choice"; readonly words: readonly string[] };

/**
 * The form the client asks for, in OpenAI's own field or, where that says nothing, in vLLM's; undefined for plain text,
 * for models that answer with more than text, and where a function must be called: then no answer is to be shaped, and
 * Google refuses both together. Of two forms the lesser one is reported.
 *
 * Fails: `invalid_value` where `guided_json` is text and no JSON, and where an answer of another kind than an object is
 * asked for that only the arguments of a function could hold.
 *
 * @see reference: openai-chat-to-gemini §7
 */
export function toAnswerForm(request: ChatRequest, model: ModelFacts, changes: Change[]): AnswerForm | undefined {
  if (!model.structuredOutput || forcesCalls(request)) return undefined;
  const { response_format: format } = request;
  const lost = (path: string): void => void changes.push({ verb: "downgraded", path });
  const alone = model.jsonWithTools || !hasFunctions(request);
  const wishes = guidesOf(request, changes).filter(({ path, guide }) => {
    // Arguments of a function can hold JSON only; of vLLM's own fields the fate table has told.
    const fits = alone || guide.kind === "json";
    if (!fits && path.startsWith("structured_outputs")) changes.push({ verb: "reported", path });
    return fits;
  });
  const isFormatted = format != null && format.type !== "text";
  for (const { path } of isFormatted ? wishes : wishes.slice(1)) changes.push({ verb: "reported", path });
  if (isFormatted) return formOf(format, model.schemas, lost);
  const [first] = wishes;
  if (first?.guide.kind !== "json") return first?.guide;
  const { schema } = first.guide;
  if (!isObject(schema)) return { kind: "json", schema: undefined };
  if (!alone) mustTakeObject(schema, first.path);
  return { kind: "json", schema: toAnswerSchema({ schema, path: first.path, lost }, model.schemas) };
}

type Lost = (path: string) => void;

function formOf(format: Exclude<ResponseFormat, { type: "text" }>, form: SchemaForm, lost: Lost): AnswerForm {
  const schema = format.type === "json_object" ? undefined : answerSchema(format.json_schema, form, lost);
  return { kind: "json", schema };
}

/** The schema of a structured answer, the format's description on it where the schema has none of its own. */
function answerSchema({ schema, description }: JsonSchemaFormat, form: SchemaForm, lost: Lost): Said | undefined {
  if (schema == null) return undefined;
  const path = "response_format.json_schema.schema";
  mustTakeObject(schema, path);
  const described = description == null || "description" in schema ? schema : { description, ...schema };
  return toAnswerSchema({ schema: described, path, lost }, form);
}

/** Puts the form of the answer where Gemini looks for it. */
export function addAnswerForm(config: GenerationConfig, form: AnswerForm | undefined): void {
  if (form === undefined) return;
  if (form.kind === "choice") {
    config.responseMimeType = "text/x.enum";
    config.responseSchema = { type: "STRING", enum: [...form.words] };
    return;
  }
  config.responseMimeType = "application/json";
  if (form.kind === "pattern") {
    config.responseSchema = { type: "STRING", pattern: form.pattern };
    return;
  }
  if (form.schema?.json !== undefined) config.responseJsonSchema = form.schema.json;
  if (form.schema?.older !== undefined) config.responseSchema = form.schema.older;
}

/**
 * The kinds of output the client asks for besides text, and the voice that speaks; without one Google's own does.
 * Returns the form of audio the client wants back. The fate table has refused what the model cannot make.
 *
 * @see reference: openai-chat-to-gemini §2
 */
export function addModalities(
  config: GenerationConfig,
  request: ChatRequest,
  model: ModelFacts,
): GeminiContext["audio"] {
  // Clients ask for pictures with a word that OpenAI's list does not have.
  const wanted: readonly string[] = request.modalities ?? [];
  const modalities = modalitiesFor(wanted, model);
  if (modalities !== undefined) config.responseModalities = modalities;
  if (!model.speaks) return undefined;
  const { audio } = request;
  if (audio != null) {
    const voiceName = typeof audio.voice === "string" ? audio.voice : audio.voice.id;
    config.speechConfig = { voiceConfig: { prebuiltVoiceConfig: { voiceName } } };
  }
  if (!wanted.includes("audio")) return undefined;
  return audio?.format === "pcm16" ? "pcm16" : "wav";
}

/** Models that speak answer in speech alone: text beside it is refused. Pictures come with text where both are asked for. */
function modalitiesFor(wanted: readonly string[], model: ModelFacts): GenerationConfig["responseModalities"] {
  if (wanted.includes("audio") && model.speaks) return ["AUDIO"];
  if (!wanted.includes("image") || !model.draws) return undefined;
  return wanted.includes("text") ? ["TEXT", "IMAGE"] : ["IMAGE"];
}
