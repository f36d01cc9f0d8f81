/** What the name of an upstream model on Vertex AI means, and by which of its interfaces it is spoken to. */
export type VertexModel =
  /** Answers `generateContent`, or makes vectors. */
  | { readonly kind: "model"; readonly publisher: string; readonly model: string }
  /** A tuned or deployed model, by the id of its endpoint. */
  | { readonly kind: "endpoint"; readonly endpoint: string }
  /** Answers in OpenAI's language; `model` is what the body says, `publisher/model`. */
  | { readonly kind: "open"; readonly model: string }
  /** Claude, which answers in Anthropic's language by `rawPredict`. */
  | { readonly kind: "claude"; readonly model: string }
  /** Answers in its publisher's own language, which is not spoken here. */
  | { readonly kind: "foreign"; readonly publisher: string }
  /** A whole resource name of another project or location than the provider's. */
  | { readonly kind: "elsewhere"; readonly rest: string };

/** The project and location that a provider is set up for. */
export interface VertexPlace {
  readonly project?: string | undefined;
  readonly location?: string | undefined;
}

/** A publisher as Google names them. Anything else before a slash is part of a name a client made up. */
const publisherName = /^[a-z0-9][a-z0-9_-]*$/i;

/** Whose models are Claude. */
const anthropic = "anthropic";

/** Publishers whose models take `rawPredict` alone, with bodies of their own. Anthropic's is the one that is known. */
const foreignPublishers: ReadonlySet<string> = new Set(["mistralai", "ai21"]);

/** Models that people name without their publisher. */
const bareNames: readonly (readonly [RegExp, publisher: string])[] = [
  [/^claude-/i, anthropic],
  [/^(?:mistral|ministral|codestral)-/i, "mistralai"],
  [/^jamba-/i, "ai21"],
];

/**
 * Reads an upstream model as it stands in routes.yaml or comes from a client by way of a wildcard:
 * `gemini-2.5-flash`, `google/gemini-2.5-flash`, `models/…`, `publishers/google/models/…`, `endpoints/123`,
 * `claude-sonnet-4-5@20250929`, `meta/llama-3.3-70b-instruct-maas`, `openapi/google/gemini-2.5-flash`, or a whole
 * resource name of the given place.
 *
 * @see reference: openai-chat-to-gemini §1, openai-chat-to-anthropic §1
 */
export function toVertexModel(text: string, { project, location }: VertexPlace): VertexModel {
  const [, ofProject, ofLocation, rest] = /^projects\/([^/]+)\/locations\/([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (rest === undefined) return withoutPlace(text);
  return ofProject === project && ofLocation === location ? withoutPlace(rest) : { kind: "elsewhere", rest };
}

function withoutPlace(text: string): VertexModel {
  const compatible = text.startsWith("openapi/");
  const named = (compatible ? text.slice("openapi/".length) : text)
    .replace(/^publishers\//, "")
    .replace(/^([^/]+)\/models\//, "$1/")
    .replace(/^models\//, "");
  const slash = named.indexOf("/");
  const publisher = named.slice(0, Math.max(0, slash));
  if (!publisherName.test(publisher)) return bareModel(named, compatible);
  const model = named.slice(slash + 1);
  if (publisher === "endpoints" && !compatible) return { kind: "endpoint", endpoint: model };
  if (publisher === anthropic) return { kind: "claude", model };
  if (foreignPublishers.has(publisher)) return { kind: "foreign", publisher };
  const speaksOpenAI = publisher !== "google" || compatible || isServed(model);
  if (speaksOpenAI && !isServedEmbedder(model)) return { kind: "open", model: `${publisher}/${model}` };
  return { kind: "model", publisher, model };
}

function bareModel(model: string, compatible: boolean): VertexModel {
  const [, publisher] = bareNames.find(([shape]) => shape.test(model)) ?? [];
  if (publisher === anthropic) return { kind: "claude", model };
  if (publisher !== undefined) return { kind: "foreign", publisher };
  if (compatible) return { kind: "open", model: `google/${model}` };
  return { kind: "model", publisher: "google", model };
}

/** Open models as a service end so, Google's own Gemma too. */
const isServed = (model: string): boolean => model.endsWith("-maas");

/**
 * Open models that make vectors do so in Google's language.
 *
 * @see reference: openai-chat-to-gemini §13
 */
const isServedEmbedder = (model: string): boolean => isServed(model) && /embed|(?:^|-)(?:e5|bge)-/i.test(model);
