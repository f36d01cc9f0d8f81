/** A JSON object whose members nobody has looked at yet. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is an object with members. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. `Array.isArray` makes its items `any`. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A list with each item mended; the very same list where no item changed. */
export function mendEach(
  list: readonly unknown[],
  mend: (item: unknown, index: number) => unknown,
): readonly unknown[] {
  let mended: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const made = mend(item, i);
    if (made !== item) mended ??= list.slice(0, i);
    mended?.push(made);
  }
  return mended ?? list;
}

/** An object with other members; `undefined` takes one out. */
export function withMembers(object: object, members: Json): Json {
  const copy = { ...object, ...members };
  for (const name of Object.keys(members)) if (members[name] === undefined) Reflect.deleteProperty(copy, name);
  return copy;
}

/** The members that are there. */
export function defined(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** A value as JSON text; the value itself where it is too deep to be written down. */
export function toJsonText(value: unknown): unknown {
  try {
    return JSON.stringify(value);
  } catch {
    return value;
  }
}
