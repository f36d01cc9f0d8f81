/**
 * How an error answers: HTTP status, OpenAI's `type` and `code` (a string or null, never a number), and whether the same
 * request may be tried again, here or on the next target.
 */
type ErrorRow = readonly [status: number, type: string, code: string | null, retryable?: "retryable"];

/** Every error a client can see. `docs/errors.md` lists the same rows; a test holds the two together. */
export const errorTable = {
  missing_api_key: [401, "invalid_request_error", null],
  invalid_api_key: [401, "invalid_request_error", "invalid_api_key"],
  origin_not_allowed: [403, "invalid_request_error", "origin_not_allowed"],
  permission_denied: [403, "invalid_request_error", null],
  invalid_json: [400, "invalid_request_error", null],
  invalid_body: [400, "invalid_request_error", "invalid_type"],
  invalid_encoding: [400, "invalid_request_error", null],
  unsupported_content_type: [400, "invalid_request_error", "unsupported_content_type"],
  missing_model: [400, "invalid_request_error", null],
  model_not_found: [404, "invalid_request_error", "model_not_found"],
  unsupported_operation: [404, "invalid_request_error", null],
  not_found: [404, "invalid_request_error", null],
  method_not_supported: [405, "invalid_request_error", "method_not_supported"],
  request_timeout: [408, "invalid_request_error", null],
  request_too_large: [413, "invalid_request_error", "request_too_large"],
  unsupported_media_type: [415, "invalid_request_error", "unsupported_media_type"],
  expectation_failed: [417, "invalid_request_error", null],
  headers_too_large: [431, "invalid_request_error", null],
  invalid_request: [400, "invalid_request_error", null],
  missing_required_parameter: [400, "invalid_request_error", "missing_required_parameter"],
  unknown_parameter: [400, "invalid_request_error", "unknown_parameter"],
  unsupported_parameter: [400, "invalid_request_error", "unsupported_parameter"],
  unsupported_value: [400, "invalid_request_error", "unsupported_value"],
  invalid_type: [400, "invalid_request_error", "invalid_type"],
  invalid_value: [400, "invalid_request_error", "invalid_value"],
  invalid_base64: [400, "invalid_request_error", "invalid_base64"],
  invalid_image_url: [400, "invalid_request_error", "invalid_image_url"],
  invalid_image_format: [400, "invalid_request_error", "invalid_image_format"],
  integer_above_max_value: [400, "invalid_request_error", "integer_above_max_value"],
  integer_below_min_value: [400, "invalid_request_error", "integer_below_min_value"],
  decimal_above_max_value: [400, "invalid_request_error", "decimal_above_max_value"],
  decimal_below_min_value: [400, "invalid_request_error", "decimal_below_min_value"],
  string_above_max_length: [400, "invalid_request_error", "string_above_max_length"],
  string_below_min_length: [400, "invalid_request_error", "string_below_min_length"],
  array_above_max_length: [400, "invalid_request_error", "array_above_max_length"],
  array_below_min_length: [400, "invalid_request_error", "array_below_min_length"],
  object_above_max_properties: [400, "invalid_request_error", "object_above_max_properties"],
  property_name_above_max_length: [400, "invalid_request_error", "property_name_above_max_length"],
  empty_array: [400, "invalid_request_error", "empty_array"],
  empty_string: [400, "invalid_request_error", "empty_string"],
  context_length_exceeded: [400, "invalid_request_error", "context_length_exceeded"],
  conflict: [409, "invalid_request_error", "conflict"],
  rate_limit_exceeded: [429, "requests", "rate_limit_exceeded", "retryable"],
  token_rate_limit_exceeded: [429, "tokens", "rate_limit_exceeded", "retryable"],
  insufficient_quota: [429, "insufficient_quota", "insufficient_quota"],
  client_closed_request: [499, "server_error", "client_closed_request"],
  internal_error: [500, "server_error", null],
  upstream_error: [500, "server_error", null, "retryable"],
  upstream_unreachable: [502, "server_error", "upstream_unreachable", "retryable"],
  upstream_auth_error: [502, "server_error", "upstream_auth_error", "retryable"],
  upstream_invalid_response: [502, "server_error", "upstream_invalid_response", "retryable"],
  upstream_stream_cut: [502, "server_error", "upstream_stream_cut", "retryable"],
  overloaded: [503, "server_error", "overloaded", "retryable"],
  upstream_connect_timeout: [504, "server_error", "upstream_connect_timeout", "retryable"],
  upstream_first_byte_timeout: [504, "server_error", "upstream_first_byte_timeout", "retryable"],
  upstream_idle_timeout: [504, "server_error", "upstream_idle_timeout", "retryable"],
  upstream_timeout: [504, "server_error", "upstream_timeout", "retryable"],
} as const;

/** The name of a row in {@link errorTable}. */
export type ErrorName = keyof typeof errorTable;

const rows: Readonly<Record<ErrorName, ErrorRow>> = errorTable;

/** OpenAI's error envelope, all four members always present. */
export interface ErrorEnvelope {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** What only some errors carry. */
export interface ErrorDetail {
  /** The client's own path to the offending field, as `messages[2].content[0].type`. */
  readonly param?: string | undefined;
  /** How long the client should wait, from the upstream or a limit. */
  readonly retryAfterMs?: number | undefined;
  /** Headers the answer must carry, as `allow` with a 405. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The code of an upstream that speaks OpenAI's language, where the table has no row for it: clients match on it. */
  readonly code?: string | undefined;
  /** What happened underneath. Logged, never sent. */
  readonly cause?: unknown;
}

/**
 * The one error class: thrown for refusals, returned as a value for upstream failures.
 * Anything else that is thrown is a bug, and the client sees a bare 500.
 */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly errorName: ErrorName;
  readonly status: number;
  readonly param: string | null;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly #code: string | undefined;

  constructor(errorName: ErrorName, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    const [status, , , retryable] = rows[errorName];
    this.errorName = errorName;
    this.status = status;
    this.param = detail.param ?? null;
    this.retryable = retryable === "retryable";
    this.retryAfterMs = detail.retryAfterMs;
    this.headers = detail.headers;
    this.#code = detail.code;
  }

  /** The same error about another parameter, or about none, in other words. */
  with({ param, message }: { readonly param: string | undefined; readonly message: string }): GatewayError {
    const { retryAfterMs, headers, cause } = this;
    return new GatewayError(this.errorName, message, { param, retryAfterMs, headers, code: this.#code, cause });
  }

  /** The body the client gets. */
  toEnvelope(): ErrorEnvelope {
    const [, type, code] = rows[this.errorName];
    return { error: { message: this.message, type, param: this.param, code: this.#code ?? code } };
  }
}

/** Any thrown value as a {@link GatewayError}: what is not one already tells the client nothing. */
export function toGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError
    ? thrown
    : new GatewayError("internal_error", "The server had an error while processing your request.", { cause: thrown });
}
