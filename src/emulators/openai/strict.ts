import { chatRequestShape, completionRequestShape, embeddingRequestShape } from "../../../generated/fields/openai.ts";
import type { Shape } from "../../../generated/fields/shape.ts";
import { isObject } from "../json.ts";
import { isForeignToChat, isForeignToCompletions, isForeignToEmbeddings } from "./foreign.ts";
import { type Mistake, memberOf } from "./mistake.ts";

type IsForeign = (key: string, name: string) => boolean;

/** The first member or word of a chat request that OpenAI does not know. */
export const strangerInChat = (request: unknown): Mistake | undefined =>
  find(request, chatRequestShape, [], isForeignToChat);

/** The same of a completion request. */
export const strangerInCompletion = (request: unknown): Mistake | undefined =>
  find(request, completionRequestShape, [], isForeignToCompletions);

/** The same of a request for vectors. */
export const strangerInEmbeddings = (request: unknown): Mistake | undefined =>
  find(request, embeddingRequestShape, [], isForeignToEmbeddings);

function find(value: unknown, shape: Shape, path: readonly string[], isForeign: IsForeign): Mistake | undefined {
  if (typeof value === "string") return wrongWord(value, shape, path);
  if (Array.isArray(value)) {
    const { items } = shape;
    return items && firstOf(value.entries(), ([at, item]) => find(item, items, [...path, String(at)], isForeign));
  }
  if (!isObject(value)) return undefined;
  const tag = shape.tag === undefined ? undefined : memberOf(value, shape.tag);
  const place = typeof tag === "string" ? shape.variants?.[tag] : shape;
  if (place === undefined || place.open === true) return undefined;
  return firstOf(Object.entries(value), ([name, member]) => {
    if (typeof tag === "string" && name === shape.tag) return undefined;
    const below = place.properties?.[name];
    if (below === undefined || isForeign(place.key, name)) return stranger([...path, name], member);
    return find(member, below, [...path, name], isForeign);
  });
}

function firstOf<T>(list: Iterable<T>, look: (one: T) => Mistake | undefined): Mistake | undefined {
  for (const one of list) {
    const mistake = look(one);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

const stranger = (path: readonly string[], value: unknown): Mistake => ({
  keyword: "unknown",
  path,
  value,
  types: [],
  words: [],
  limit: 0,
});

function wrongWord(value: string, { values }: Shape, path: readonly string[]): Mistake | undefined {
  if (values === undefined || values.includes(value)) return undefined;
  return { keyword: "enum", path, value, types: [], words: values, limit: 0 };
}
