import type { Validator } from "../../../generated/validators/validator.ts";
import { isObject, type JsonObject } from "../json.ts";
import { type Mistake, memberOf, toMistake } from "./mistake.ts";

/** How a body is read. */
export interface ReadOptions<Request> {
  readonly validate: Validator<Request>;
  /** The members that are looked at; absent means all. */
  readonly reads: ReadonlySet<string> | undefined;
  /** Whether bounds of numbers, texts and lists are held. */
  readonly strict: boolean;
  /** What else the server does not know; only asked where it is strict. */
  readonly findStranger: (request: Request) => Mistake | undefined;
}

/** A request of the right shape, or what is wrong with it. */
export type Read<Request> = { readonly request: Request } | { readonly mistake: Mistake };

/** No body needs so many corrections; more would mean that one of them does not help. */
const maxSteps = 1000;

/**
 * Reads a body as a server does: the spec's shape, less what this server passes over.
 *
 * Most servers hold no bounds. Where a bound is broken the copy that goes on is put within it, since nothing the
 * emulator says depends on more.
 */
export function readRequest<Request>(body: JsonObject, options: ReadOptions<Request>): Read<Request> {
  const { validate, reads, strict, findStranger } = options;
  const seen = reads === undefined ? body : pick(body, reads);
  const copy: unknown = strict ? seen : structuredClone(seen);
  for (let step = 0; step < maxSteps; step++) {
    if (validate(copy)) {
      const stranger = strict ? findStranger(copy) : undefined;
      return stranger === undefined ? { request: copy } : { mistake: stranger };
    }
    const error = validate.errors?.[0];
    if (error === undefined || !isObject(copy)) break;
    const mistake = toMistake(error, copy);
    if (strict || !loosen(copy, mistake)) return { mistake };
  }
  return { mistake: { keyword: "type", path: [], value: body, types: ["object"], words: [], limit: 0 } };
}

const pick = (body: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => names.has(name)));

/** Puts a value within the bound it breaks; false when something else is wrong with it. */
function loosen(body: JsonObject, { keyword, path, value, limit }: Mistake): boolean {
  const holder = path.slice(0, -1).reduce<unknown>(memberOf, body);
  const key = path.at(-1) ?? "";
  const within = withinBound(keyword, value, limit);
  if (within === undefined || !isObject(holder)) return false;
  if (within === "none") delete holder[key];
  else holder[key] = within;
  return true;
}

function withinBound(keyword: string, value: unknown, limit: number): unknown {
  switch (keyword) {
    case "minimum":
    case "maximum":
      return limit;
    case "maxItems":
      return Array.isArray(value) ? value.slice(0, limit) : undefined;
    case "maxLength":
      return typeof value === "string" ? value.slice(0, limit) : undefined;
    // An empty list of stop texts or functions is as good as none; one of messages is told apart by the rules.
    case "minItems":
      return Array.isArray(value) && value.length === 0 ? "none" : undefined;
    default:
      return undefined;
  }
}
