import { GatewayError } from "../errors.ts";

type Json = string | number | boolean | null | Json[] | JsonObject;

interface JsonObject {
  [name: string]: Json;
}

/** Levels of objects and lists. Whoever walks a value later may recurse; agents' schemas have about twenty. */
const maxDepth = 128;

/** Up to here JSON of nothing but brackets is parsed in a few hundredths of a second; its depth is seen afterwards. */
const quickBytes = 1024 * 1024;

/** Strict, and it takes a byte order mark away. */
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads bytes as a JSON object. Of members with one name the last wins; `__proto__` is a name like any other.
 *
 * Half a surrogate pair, as it is left where a client cut a text within an emoji, becomes U+FFFD: upstreams refuse the
 * whole request for it, and the conversation could never go on.
 *
 * Fails: throws `invalid_json` for bytes that are no UTF-8, for text that is no JSON, and for JSON of more than 128
 * levels; `invalid_body` for JSON that is no object.
 *
 * @see RFC 8259 §§4, 8, 9
 */
export function parseObject(bytes: Uint8Array): object {
  const text = toText(bytes);
  // A bracket costs sixty bytes of memory: what may hold many is looked at first.
  if (text.length > quickBytes && isTooDeep(text)) throw tooDeep();
  const body = parse(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new GatewayError("invalid_body", "Invalid body: expected a JSON object.");
  }
  mendMembers(body, maxDepth - 1);
  return body;
}

function toText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw invalidJson("The request body should be UTF-8, and holds bytes that are not.");
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const hint =
      "This likely means you aren't using your HTTP library correctly. The request body should be valid JSON.";
    // The parser's own message quotes the body; only its name is kept.
    throw invalidJson(hint, thrown instanceof Error ? thrown.name : undefined);
  }
}

/** Counts brackets outside of strings, which are jumped over: half a millisecond per megabyte. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case openBracket:
      case openBrace:
        if (++depth > maxDepth) return true;
        break;
      case closeBracket:
      case closeBrace:
        depth--;
    }
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** The quote that closes the string which begins at `start`: one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let first = end;
    while (text.charCodeAt(first - 1) === backslash) first--;
    if ((end - first) % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Looks at every value once, for depth and for broken characters. `levels`: how many more there may be. */
function mendMembers(object: JsonObject, levels: number): void {
  for (const name in object) {
    const value = object[name];
    if (typeof value === "string") {
      if (!value.isWellFormed()) object[name] = value.toWellFormed();
    } else if (typeof value === "object" && value !== null) mend(value, levels);
  }
}

function mendItems(items: Json[], levels: number): void {
  for (let at = 0; at < items.length; at++) {
    const value = items[at];
    if (typeof value === "string") {
      if (!value.isWellFormed()) items[at] = value.toWellFormed();
    } else if (typeof value === "object" && value !== null) mend(value, levels);
  }
}

function mend(value: Json[] | JsonObject, levels: number): void {
  if (levels === 0) throw tooDeep();
  if (Array.isArray(value)) mendItems(value, levels - 1);
  else mendMembers(value, levels - 1);
}

function tooDeep(): GatewayError {
  return invalidJson(`The request body should be nested no deeper than ${maxDepth} levels.`);
}

function invalidJson(hint: string, cause?: unknown): GatewayError {
  const message = `We could not parse the JSON body of your request. (HINT: ${hint})`;
  return new GatewayError("invalid_json", message, { cause });
}
