/** A JSON object that nobody may alter. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object's own: names such as `constructor` and `__proto__` are names like others. */
export function own(holder: JsonObject, name: string): unknown {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** Sets a member, whatever it is called: an assignment to `__proto__` would change what the object is. */
export function put(holder: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    holder[name] = value;
  }
}

/** An object without some of its members. */
export function without(holder: JsonObject, names: ReadonlySet<string>): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const name of Object.keys(holder)) if (!names.has(name)) put(rest, name, holder[name]);
  return rest;
}

/** Whether a whole number can be a count: not negative and exact. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Whether two values are the same JSON; beyond a few levels they count as different. */
export function isSame(a: unknown, b: unknown, levels = 8): boolean {
  if (a === b) return true;
  if (levels === 0) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i], levels - 1));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name], levels - 1));
}

/** Tells whether a value is among some. Only objects and lists are compared with each. */
export function among(values: readonly unknown[]): (value: unknown) => boolean {
  const known = new Set(values);
  const holders = values.filter((value) => typeof value === "object" && value !== null);
  return (value) =>
    known.has(value) ||
    (typeof value === "object" && value !== null && holders.some((holder) => isSame(holder, value)));
}

/** Whether every member of one is the very same in the other, and there are no others. */
export function isShallowlySame(one: JsonObject, other: JsonObject): boolean {
  const names = Object.keys(other);
  return names.length === Object.keys(one).length && names.every((name) => own(one, name) === other[name]);
}

/** A value as JSON, where it is short enough to be told in a sentence. */
export function shortJson(value: unknown): string | undefined {
  if (!isShallow(value, 3)) return undefined;
  const text = JSON.stringify(value);
  return text.length <= 200 ? text : undefined;
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value === "string") return value.length <= 200;
  if (typeof value !== "object" || value === null) return true;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return levels > 0 && members.length <= 50 && members.every((member) => isShallow(member, levels - 1));
}
