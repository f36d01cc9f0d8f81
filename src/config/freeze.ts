/** Freezes a value and everything in it, maps included, and gives it back. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) freezeMap(value);
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

/** `Object.freeze` leaves a map's entries open. */
function freezeMap(map: ReadonlyMap<unknown, unknown>): void {
  const refuse = (): never => {
    throw new TypeError("this map is frozen");
  };
  for (const method of ["set", "delete", "clear"]) Object.defineProperty(map, method, { value: refuse });
  for (const [key, inner] of map) {
    deepFreeze(key);
    deepFreeze(inner);
  }
}
