import type { JsonObject } from "../json.ts";
import type { Failure } from "../script.ts";

/** Why a request is not answered; each server puts it into a body of its own. */
export interface Problem {
  readonly status: number;
  readonly message: string;
  /** Absent means the server's usual word for the status. */
  readonly type?: string;
  /** Path of the request member at fault, in the server's own form. */
  readonly param?: string;
  readonly code?: string;
  /** Further members of the error. */
  readonly more?: JsonObject;
}

/** A status with the words a server usually has for it. */
export interface UsualError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
}

/** HTTP status → words; a missing status is told in general terms. */
export type UsualErrors = Readonly<Record<number, UsualError>>;

const general: UsualError = { type: "server_error", message: "The request failed." };

/** What a server usually says with a status. */
export const usualError = (status: number, usual: UsualErrors): UsualError =>
  usual[status] ?? usual[status >= 500 ? 500 : 400] ?? general;

/** A script's error, with the server's usual words where the script has none. */
export function fromFailure(failure: Omit<Failure, "retry_after">, usual: UsualErrors): Problem {
  const words = usualError(failure.status, usual);
  const code = failure.code ?? words.code;
  const [first, ...others] = failure.details ?? [];
  return {
    status: failure.status,
    message: failure.message ?? words.message,
    type: failure.reason ?? words.type,
    ...(code !== undefined && { code }),
    ...(first !== undefined && { more: { metadata: others.length > 0 ? [first, ...others] : first } }),
  };
}

/** 400 in OpenAI's words. */
export function badRequest(message: string, param?: string, code?: string): Problem {
  return {
    status: 400,
    message,
    type: "invalid_request_error",
    ...(param !== undefined && { param }),
    ...(code !== undefined && { code }),
  };
}
