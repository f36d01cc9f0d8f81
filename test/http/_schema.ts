/** A body of the right kind that breaks its operation's schema. All of them are answered with 400. */
export interface Refused {
  readonly name: string;
  /** What is sent besides the model. */
  readonly request: object;
  readonly param: string | null;
  readonly code: string | null;
  readonly message: string;
}

export const missing = (name: string, request: object, param: string): Refused => ({
  name,
  request,
  param,
  code: "missing_required_parameter",
  message: `Missing required parameter: '${param}'.`,
});

export const wrongType = (name: string, request: object, param: string, expected: string, got: string): Refused => ({
  name,
  request,
  param,
  code: "invalid_type",
  message: `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
});

export const bound = (
  name: string,
  request: object,
  param: string,
  kind: "integer" | "decimal",
  [side, sign, limit]: readonly ["above maximum" | "below minimum", string, number],
  got: number,
): Refused => ({
  name,
  request,
  param,
  code: `${kind}_${side === "above maximum" ? "above_max" : "below_min"}_value`,
  message: `Invalid '${param}': ${kind} ${side} value. Expected a value ${sign} ${limit}, but got ${got} instead.`,
});

export const wrongWord = (name: string, request: object, param: string, word: string, words: string): Refused => ({
  name,
  request,
  param,
  code: "invalid_value",
  message: `Invalid value: '${word}'. Supported values are: ${words}.`,
});
