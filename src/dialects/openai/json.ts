/** An object of an upstream's answer, before its shape is known. */
export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A body or event as JSON; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sets a member; true when it was something else before. */
export function put(object: Json, name: string, value: unknown): boolean {
  if (object[name] === value) return false;
  object[name] = value;
  return true;
}
