/** What a bill, or the ledger, says of a model on a day. Undefined: it does not speak of that. */
export interface Line {
  /** Of UTC, as `2026-01-31`. */
  readonly day: string;
  readonly model: string;
  readonly costNanoUsd: bigint | undefined;
  /** All input, cached and not. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** A bill that was read. */
export interface Bill {
  /** What it was taken for. */
  readonly format: string;
  readonly lines: readonly Line[];
}

/** Why a bill cannot be read, and where. */
export interface BillMistake {
  /** 0: nowhere in particular. */
  readonly line: number;
  readonly message: string;
}

/** Where a generic file has what. */
export interface Mapping {
  readonly date: string;
  readonly model: string;
  readonly cost?: string | undefined;
  readonly inputTokens?: string | undefined;
  readonly outputTokens?: string | undefined;
}

export function isMistake(value: object): value is BillMistake {
  return "message" in value;
}
