/** Values by text, so many at the most: the one that was not used for the longest time leaves first. */
export interface Recent<Value> {
  /** Using it makes it the last to leave. */
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
  /** Another value for a key that is there, which is no use of it. Does nothing where the key is not. */
  readonly replace: (key: string, value: Value) => void;
  readonly delete: (key: string) => void;
  readonly clear: () => void;
  /** What is deleted or replaced on the way is fine. */
  readonly entries: () => IterableIterator<[string, Value]>;
}

export function createRecent<Value>(most: number): Recent<Value> {
  const values = new Map<string, Value>();
  return {
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      if (values.size <= most) return;
      const { value: oldest } = values.keys().next();
      if (oldest !== undefined) values.delete(oldest);
    },
    replace(key, value) {
      if (values.has(key)) values.set(key, value);
    },
    delete: (key) => void values.delete(key),
    clear: () => values.clear(),
    entries: () => values.entries(),
  };
}
