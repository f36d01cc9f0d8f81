/** An object of a parsed document, before anybody knows what it means. */
export type Raw = Readonly<Record<string, unknown>>;

/** Whether a value is an object and neither a list nor null. */
export function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one where it is none. */
export function rawOf(value: unknown): Raw {
  return isRaw(value) ? value : {};
}

/** The members of a list; none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one) => typeof one === "string");
}

/** What a JSON pointer (`#/a/b`, or `a/b` without the `#/`) leads to. */
export function atPointer(document: Raw, pointer: string): unknown {
  const segments = pointer.replace(/^#?\/?/, "").split("/");
  let value: unknown = document;
  for (const segment of segments) {
    const key = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
    value = Array.isArray(value) ? value[Number(key)] : rawOf(value)[key];
  }
  return value;
}

/** The object itself or, where it is a reference, what it leads to. */
export function deref(document: Raw, value: unknown): Raw {
  const raw = rawOf(value);
  const ref = raw["$ref"];
  return typeof ref === "string" ? rawOf(atPointer(document, ref)) : raw;
}
