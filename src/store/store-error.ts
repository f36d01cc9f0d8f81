/**
 * - `bad_url`: the address cannot be used.
 * - `closed`: the store is closed.
 * - `conflict`: something that must be unique is there already. Nothing was written.
 * - `refused`: the server answered with an error.
 * - `timeout`: no answer in time. Whether the call took effect is not known.
 * - `too_large`: a key or a value is longer than its bound. Nothing was written.
 * - `unavailable`: the connection is broken. A call that was on its way may have taken effect.
 * - `version`: the database's tables are not those of this version. The message says what to run.
 */
export type StoreErrorCode =
  | "bad_url"
  | "closed"
  | "conflict"
  | "refused"
  | "timeout"
  | "too_large"
  | "unavailable"
  | "version";

/**
 * Why a store could not do what it was asked. Every call of a store fails with this class, bugs of the caller aside.
 * Its message holds no key, no value and no secret, and it has no cause: a client library's error carries the command.
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
