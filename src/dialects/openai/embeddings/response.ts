import { validateCreateEmbeddingResponse as validate } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Change, EmbeddingAnswer } from "../../../operations/types.ts";
import { embeddingUsage, toEmbeddingUsage } from "../../../usage/embedding-usage.ts";
import { estimateTokens, inputsOf } from "../../../usage/inputs.ts";
import type { Usage } from "../../../usage/usage.ts";
import { packVector, unpackVector } from "../../vectors.ts";
import { failureIn } from "../errors.ts";
import { isJson, type Json, put } from "../json.ts";
import { withText } from "../splice.ts";
import { Peeled, readList } from "./lists.ts";
import type { EmbeddingContext } from "./request.ts";

/**
 * A server's answer as OpenAI's list of vectors: in the order of the texts, in the form that was asked for, with counts.
 * Where nothing but the model's name is to be changed the server's own bytes go on, and no number is read.
 *
 * Fails, as a value: an error inside a 200, more or fewer vectors than texts, a vector that cannot be read.
 *
 * @see reference: openai-surface §6
 */
export function fromEmbeddingBody(
  parsed: unknown,
  context: EmbeddingContext,
  text: string,
): EmbeddingAnswer | GatewayError {
  const { facts, format, input } = context;
  const { body, lists } = parsed instanceof Peeled ? parsed : { body: parsed, lists: [] };
  const failure = failureIn(body, facts);
  if (failure !== undefined) return failure;
  const answer = isJson(body) ? body : {};
  const items = itemsIn(answer["data"], inputsOf(input).length);
  if (items === undefined) return unusable("The upstream's answer does not hold a vector for each text.");
  let mended = putOrder(answer, items);
  const unread: Unread[] = [];
  for (const item of items) {
    const spoken = speak(item, format, lists);
    if (spoken instanceof GatewayError) return spoken;
    mended = spoken.mended || mended;
    unread.push(...spoken.unread);
  }
  const { model: said } = answer;
  answer["model"] = facts.responseModel ?? (isName(said) ? said : facts.upstreamModel);
  const counts = putCounts(answer, input);
  mended = put(answer, "object", "list") || counts.mended || mended;
  const asSent = mended || !isName(said) ? undefined : withText(text, "model", said, String(answer["model"]));
  // Where the text goes out its numbers are of no use to anybody.
  for (const { item, list } of unread) item["embedding"] = asSent === undefined ? readList(list) : [];
  if (!validate(answer)) return unusable("The upstream's answer has an unexpected shape.");
  return { body: answer, text: asSent, usage: counts.usage, changes: counts.changes };
}

function unusable(message: string): GatewayError {
  return new GatewayError("upstream_invalid_response", message);
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

/** The vectors in the order of their texts; undefined where there is not one for each. */
function itemsIn(data: unknown, count: number): readonly Json[] | undefined {
  const items = Array.isArray(data) ? data.filter(isJson) : [];
  if (items.length !== count) return undefined;
  const ordered: Json[] = [];
  for (const item of items) {
    const { index } = item;
    if (typeof index === "number" && Number.isInteger(index) && index >= 0 && index < count) ordered[index] = item;
  }
  // Where numbers are missing or said twice, the order is all there is to go by.
  return Object.keys(ordered).length === count ? ordered : items;
}

/** Writes the order down, where it is not what it was; whether anything was changed. */
function putOrder(answer: Json, items: readonly Json[]): boolean {
  const { data } = answer;
  let mended = !Array.isArray(data) || items.some((item, at) => item !== data[at]);
  answer["data"] = items;
  for (const [at, item] of items.entries()) {
    mended = put(item, "index", at) || mended;
    mended = put(item, "object", "embedding") || mended;
  }
  return mended;
}

/** A vector whose numbers are still the text they came as. */
interface Unread {
  readonly item: Json;
  readonly list: string;
}

/** Brings a vector into the form that was asked for, in place: whether that changed it, and what is still to be read. */
function speak(
  item: Json,
  format: string,
  lists: readonly string[],
): { readonly mended: boolean; readonly unread: readonly Unread[] } | GatewayError {
  const { embedding } = item;
  if (format === "float" && typeof embedding === "string") {
    const values = unpackVector(embedding);
    if (values === undefined) return unusable("The upstream's answer holds a vector that cannot be read.");
    return { mended: put(item, "embedding", values), unread: [] };
  }
  if (!Array.isArray(embedding)) return { mended: false, unread: [] };
  const list = lists[Number(embedding[0])];
  if (format === "base64") {
    const values = list === undefined ? embedding.filter((value) => typeof value === "number") : readList(list);
    return { mended: put(item, "embedding", packVector(values)), unread: [] };
  }
  return { mended: false, unread: list === undefined ? [] : [{ item, list }] };
}

/** What the texts took, as the server says or as it is estimated: the answer must have it. */
interface Counts {
  readonly usage: Usage;
  readonly mended: boolean;
  readonly changes: readonly Change[];
}

function putCounts(answer: Json, input: EmbeddingContext["input"]): Counts {
  const { usage } = answer;
  const said = isJson(usage) ? usage : {};
  const tokens = toCount(said["prompt_tokens"]) ?? toCount(said["total_tokens"]);
  if (tokens === undefined) {
    const estimate = embeddingUsage(estimateTokens(input), "estimated");
    answer["usage"] = toEmbeddingUsage(estimate);
    return { usage: estimate, mended: true, changes: [{ verb: "estimated", path: "usage" }] };
  }
  const total = toCount(said["total_tokens"]) ?? tokens;
  const mended = [put(said, "prompt_tokens", tokens), put(said, "total_tokens", total)];
  return { usage: embeddingUsage(tokens), mended: mended.includes(true), changes: [] };
}

function toCount(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.ceil(value) : undefined;
}
