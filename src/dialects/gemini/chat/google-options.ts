import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { Facts } from "../../dialect.ts";
import { developerApi, type ModelFacts } from "../models.ts";
import type { SafetySetting } from "../types.ts";

type GoogleOptions = NonNullable<ChatRequest["google"]>;
type ClientSetting = NonNullable<ChatRequest["safety_settings"]>[number];

/** Google's own settings and where the client has them: at the top, or in the wrapper that SDKs add. */
export function googleOptions(
  request: ChatRequest,
): readonly { readonly path: string; readonly options: GoogleOptions }[] {
  const found: { path: string; options: GoogleOptions }[] = [];
  if (request.google != null) found.push({ path: "google", options: request.google });
  const wrapped = request.extra_body?.google;
  if (wrapped != null) found.push({ path: "extra_body.google", options: wrapped });
  return found;
}

/**
 * The prepared cache the prompt goes on from, as the client names it; of several the one nearest to the top.
 * Models without caches get none: the fate table has told the client.
 */
export function toCachedContent(request: ChatRequest, model: ModelFacts, changes: Change[]): string | undefined {
  if (!model.caches) return undefined;
  const named = [
    { path: "cached_content", name: request.cached_content },
    ...googleOptions(request).map(({ path, options }) => ({
      path: `${path}.cached_content`,
      name: options.cached_content,
    })),
  ].filter(({ name }) => name != null && name !== "");
  const [first, ...others] = named;
  for (const { path, name } of others) if (name !== first?.name) changes.push({ verb: "reported", path });
  return first?.name ?? undefined;
}

const categories: ReadonlySet<string> = new Set<SafetySetting["category"]>([
  "HARM_CATEGORY_HATE_SPEECH",
  "HARM_CATEGORY_DANGEROUS_CONTENT",
  "HARM_CATEGORY_HARASSMENT",
  "HARM_CATEGORY_SEXUALLY_EXPLICIT",
  "HARM_CATEGORY_CIVIC_INTEGRITY",
  "HARM_CATEGORY_JAILBREAK",
  "HARM_CATEGORY_IMAGE_HATE",
  "HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT",
  "HARM_CATEGORY_IMAGE_HARASSMENT",
  "HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT",
]);
const thresholds: ReadonlySet<string> = new Set<SafetySetting["threshold"]>([
  "OFF",
  "BLOCK_NONE",
  "BLOCK_ONLY_HIGH",
  "BLOCK_MEDIUM_AND_ABOVE",
  "BLOCK_LOW_AND_ABOVE",
]);
const methods: ReadonlySet<string> = new Set<NonNullable<SafetySetting["method"]>>(["SEVERITY", "PROBABILITY"]);

/**
 * Thresholds of the safety filters: the client's, and the model's own of routes.yaml for the categories the client
 * does not speak of. Categories may be written without `HARM_CATEGORY_`. What the Developer API lacks of the client's is
 * told; the model's own may be meant for a deployment at Vertex AI.
 *
 * Fails: `invalid_value` on words Google does not have and on a category said twice, `missing_required_parameter`.
 *
 * @see reference: openai-chat-to-gemini §15
 */
export function toSafetySettings(request: ChatRequest, facts: Facts, changes: Change[]): SafetySetting[] {
  const lists = [
    { path: "safety_settings", settings: request.safety_settings },
    ...googleOptions(request).map(({ path, options }) => ({
      path: `${path}.safety_settings`,
      settings: options.safety_settings,
    })),
  ].filter(({ settings }) => settings != null && settings.length > 0);
  const [first, ...others] = lists;
  for (const { path } of others) changes.push({ verb: "reported", path });
  const settings: SafetySetting[] = [];
  const said = new Set<string>();
  for (const [i, given] of (first?.settings ?? []).entries()) {
    const path = `${first?.path}[${i}]`;
    const setting = toSetting(given, path, facts);
    const { category } = setting;
    const param = `${path}.category`;
    if (said.has(category)) throw new GatewayError("invalid_value", `Duplicate category: '${category}'.`, { param });
    said.add(category);
    if (isSetAt(category, facts)) settings.push(setting);
    else changes.push({ verb: "reported", path });
  }
  for (const [word, threshold] of Object.entries(facts.safety ?? {})) {
    const category = toCategory(word);
    if (!isOf<SafetySetting["category"]>(categories, category) || said.has(category)) continue;
    if (!isOf<SafetySetting["threshold"]>(thresholds, threshold) || !isSetAt(category, facts)) continue;
    settings.push({ category, threshold });
  }
  return settings;
}

function toSetting({ category, threshold, method }: ClientSetting, path: string, facts: Facts): SafetySetting {
  const setting: SafetySetting = {
    category: wordOf<SafetySetting["category"]>(
      category == null ? category : toCategory(category),
      categories,
      `${path}.category`,
    ),
    threshold: wordOf<SafetySetting["threshold"]>(threshold, thresholds, `${path}.threshold`),
  };
  if (method != null && facts.host !== developerApi) {
    setting.method = wordOf<NonNullable<SafetySetting["method"]>>(method, methods, `${path}.method`);
  }
  return setting;
}

/** The newer categories are Vertex AI's alone; to the Developer API they are words it does not know. */
const isSetAt = (category: SafetySetting["category"], { host }: Facts): boolean =>
  host !== developerApi || !/_(?:JAILBREAK|IMAGE_\w+)$/.test(category);

const prefix = "HARM_CATEGORY_";

function toCategory(word: string): string {
  const upper = word.toUpperCase();
  return upper.startsWith(prefix) ? upper : prefix + upper;
}

/** The lists above are made of the words of the types. */
function isOf<Word extends string>(words: ReadonlySet<string>, text: string): text is Word {
  return words.has(text);
}

function wordOf<Word extends string>(text: string | null | undefined, words: ReadonlySet<string>, param: string): Word {
  if (text == null) {
    throw new GatewayError("missing_required_parameter", `Missing required parameter: '${param}'.`, { param });
  }
  const upper = text.toUpperCase();
  if (isOf<Word>(words, upper)) return upper;
  const known = [...words].map((one) => `'${one}'`).join(", ");
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  throw new GatewayError("invalid_value", `Invalid value: '${shown}'. Supported values are: ${known}.`, { param });
}
