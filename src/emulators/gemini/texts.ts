import { type Texts, texts as vertexTexts } from "../vertex/texts.ts";

/** Vertex AI's frame around a reason; this API gives the reason alone. */
const frame = /^Unable to submit request because (?:it )?(.*?)\.? Learn more: .*$/s;

/** A text without what only Vertex AI puts around it. */
export const phrase = (text: string): string =>
  text.replace(frame, (_, reason: string) => `Invalid request: ${reason}.`);

/**
 * What the Developer API says where it refuses a request in other words than Vertex AI. Where a text is from:
 *
 * - `§`: openai-chat-to-gemini.md has it.
 * - `seen`: people quote it in public reports of the same refusal.
 * - `ours`: the rule is known, the text is not.
 */
const own = {
  noContents: (): string => "* GenerateContentRequest.contents: contents is not specified\n", // §
  noParts: (): string => "* GenerateContentRequest.contents.parts: contents.parts must not be empty.\n", // seen
  fileUri: (uri: string): string => `Unsupported file URI type: ${uri}`, // ours
  noSignature: (name: string, content: number): string =>
    "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, " +
    "and missing thought_signature may lead to degraded model performance. Additional data, function call " +
    `\`default_api:${name}\` , position ${content}. Please refer to ` +
    "https://ai.google.dev/gemini-api/docs/thought-signatures for more details.", // §, and seen
  wrongSignature: (): string => "Thought signature is not valid.", // §
  logprobs: (model: string): string => `Logprobs is not enabled for models/${model}`, // §
  levelUnsupported: (level: string): string => `Thinking level ${level} is not supported for this model`, // §
} as const;

/** What the Developer API says when it refuses a request, by rule. */
export const texts: Texts = { ...vertexTexts, ...own };

/** What it says of its own calls. */
export const ownTexts = {
  unknownModel: (model: string, version: string, method: string): string =>
    `models/${model} is not found for API version ${version}, or is not supported for ${method}. ` +
    "Call ModelService.ListModels to see the list of available models and their supported methods.", // seen
  noKey: (): string =>
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other " +
    "form of API consumer identity to call this API.", // seen
  wrongKey: (): string => "API key not valid. Please pass a valid API key.", // seen
  wrongToken: (): string =>
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid " +
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.", // seen
  manyRequests: (limit: number): string =>
    `* BatchEmbedContentsRequest.requests: at most ${limit} requests can be in one batch\n`, // seen
  noRequests: (): string => "* BatchEmbedContentsRequest.requests: requests is not specified\n", // ours
  noContent: (field: string): string => `* ${field}: content is not specified\n`, // seen
  emptyContent: (at: string): string => `* ${at}content: content is empty\n`, // seen
  otherModel: (at: string): string => `* ${at}model: all requests of a batch name the model of the path\n`, // ours
  title: (at: string): string => `* ${at}title: title can be set for RETRIEVAL_DOCUMENT only\n`, // ours
  dimensions: (wanted: number, most: number): string =>
    `* EmbedContentRequest.output_dimensionality: ${wanted} is not between 1 and ${most}\n`, // ours
  twoPrompts: (): string => "* CountTokensRequest: contents and generate_content_request must not be set together\n", // ours
} as const;
