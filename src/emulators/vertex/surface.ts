import type { Validator } from "../../../generated/validators/validator.ts";
import { validateGenerateContentRequest } from "../../../generated/validators/vertex.closed.mjs";
import type { Family } from "./families.ts";
import { type Texts, texts } from "./texts.ts";
import type { GenerateContentRequest, GenerateContentResponse } from "./types.ts";

/** One of the two services that Gemini answers at: what it takes and says otherwise than the other. */
export interface Surface {
  readonly name: "vertex" | "developer";
  /** What it says when it refuses. */
  readonly texts: Texts;
  /** One of its texts, as it puts it. */
  readonly phrase: (text: string) => string;
  /** The service in the details of errors. */
  readonly service: string;
  /** Where its messages are from, as texts name their types. */
  readonly types: string;
  readonly validate: Validator<GenerateContentRequest>;
  /** Names that the shape has and this service has not, by the member that holds them. */
  readonly lacks: (holder: string, family: Family) => readonly string[];
  /** An answer as it leaves. */
  readonly dress: (answer: GenerateContentResponse) => object;
  /** Headers of an answer. */
  readonly headers: (request: GenerateContentRequest) => Readonly<Record<string, string>>;
}

/** Members that only the Developer API has; to Vertex AI they are unknown names. By the member that holds them. */
const developerOnly: Readonly<Record<string, readonly string[]>> = {
  "": ["store", "serviceTier"],
  parts: ["toolCall", "toolResponse", "partMetadata"],
  tools: ["fileSearch"],
  toolConfig: ["includeServerSideToolInvocations"],
  generationConfig: ["enableEnhancedCivicAnswers"],
};

/** Properties of schemas may bear any name, those of members of every object too. */
const ownList = (lists: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] =>
  (Object.hasOwn(lists, name) ? lists[name] : undefined) ?? [];

/** Ids came with Gemini 3. */
const idFor = (holder: string, { generation }: Family): readonly string[] =>
  generation < 3 && (holder === "functionCall" || holder === "functionResponse") ? ["id"] : [];

/** Vertex AI. */
export const vertexSurface: Surface = {
  name: "vertex",
  texts,
  phrase: (text) => text,
  service: "aiplatform.googleapis.com",
  types: "google.cloud.aiplatform.v1beta1",
  validate: validateGenerateContentRequest,
  lacks: (holder, family) => [...ownList(developerOnly, holder), ...idFor(holder, family)],
  dress: (answer) => answer,
  headers: () => ({}),
};

/** Vertex AI in the weeks when it issued ids of calls and did not take them back yet. */
export const olderVertexSurface: Surface = {
  ...vertexSurface,
  lacks: (holder, family) => vertexSurface.lacks(holder, { ...family, generation: Math.min(family.generation, 2.5) }),
};
