import { inspect } from "node:util";

/** A value that never shows itself: in a log, an error, JSON or a template it reads `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it only where it goes on the wire or is compared. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  static {
    // Node's inspector looks for this symbol; a computed member would need a type that cannot be written.
    Object.defineProperty(Secret.prototype, inspect.custom, { value: () => "[secret]" });
  }
}
