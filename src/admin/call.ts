import type { IncomingMessage } from "node:http";
import type { ValidationError, Validator } from "../../generated/validators/validator.ts";
import { GatewayError } from "../errors.ts";
import type { Exchange } from "../gateway.ts";
import { toChangesHeader } from "../http/changes.ts";
import { receiveForm, receiveJson } from "../http/receive.ts";
import { sendText } from "../http/reply.ts";
import { toInvalidRequest } from "../operations/invalid.ts";
import type { Change } from "../operations/types.ts";
import type { Caller } from "../policy/caller.ts";
import { StoreError } from "../store/store-error.ts";
import type { Handle } from "../surface/route.ts";
import { Query } from "./query.ts";

/** A request to the admin API, read. */
export interface AdminCall {
  readonly query: URLSearchParams;
  /** Empty where the route takes none. */
  readonly body: object;
  readonly caller: Caller;
  /** What `**` stands for in the route's path. */
  readonly rest: string;
}

/** What it is answered with. */
export interface AdminAnswer {
  /** Sent as JSON. */
  readonly value: unknown;
  /** Sent in its place. */
  readonly csv?: string | undefined;
  readonly changes?: readonly Change[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export type AdminHandler = (call: AdminCall) => Promise<AdminAnswer>;

/** How a route's body comes: not at all, as JSON, or as JSON, a form or nothing. */
export type BodyKind = "none" | "json" | "form";

/**
 * Makes a route's handler: reads the body, asks, and answers.
 * Fails: as {@link receiveJson} and the handler; what the store says becomes an error that clients can see.
 */
export function toHandle(answer: AdminHandler, kind: BodyKind, maxBytes: number): Handle {
  return async ({ request, response, caller, headers }: Exchange, rest) => {
    const query = new Query(new URL(request.url ?? "/", "http://gateway").searchParams);
    const body = await bodyOf(request, kind, maxBytes);
    const { value, csv, changes = [], headers: own } = await answer({ query, body, caller, rest }).catch(translate);
    const told = toChangesHeader([...changes, ...query.unasked().map(toReport)]);
    const all = {
      ...headers,
      ...own,
      ...(told !== undefined && { "x-specgate-changes": told }),
      "cache-control": "no-store",
    };
    if (csv === undefined) sendText(response, 200, JSON.stringify(value), all, "application/json");
    else sendText(response, 200, csv, all, "text/csv; charset=utf-8");
    return undefined;
  };
}

async function bodyOf(request: IncomingMessage, kind: BodyKind, maxBytes: number): Promise<object> {
  if (kind === "none") return {};
  return kind === "json" ? receiveJson(request, maxBytes) : receiveForm(request, maxBytes);
}

/** The store's words, in those of the client API. */
function translate(thrown: unknown): never {
  if (!(thrown instanceof StoreError)) throw thrown;
  switch (thrown.code) {
    case "conflict":
      throw new GatewayError("conflict", "There is one of this id, alias or key already.", { cause: thrown });
    case "too_large":
      throw new GatewayError("invalid_value", thrown.message, { cause: thrown });
    default:
      throw new GatewayError("overloaded", "The database of accounts does not answer as it should.", { cause: thrown });
  }
}

/** A body of the right shape, that asks for no bound we do not keep. Fails: throws 400 with the parameter's name. */
export function checked<Body>(validate: Validator<Body>, body: object): Body {
  const value: unknown = body;
  refuseBounds(body);
  if (validate(value)) return value;
  const [error]: readonly (ValidationError | undefined)[] = validate.errors ?? [];
  throw toInvalidRequest(error, body);
}

/**
 * Members of a request that nothing here acts on, to be reported. What asks for nothing is left out: LiteLLM's own
 * clients send members empty.
 */
export function reported(body: object, known: readonly string[]): readonly Change[] {
  return Object.entries(body)
    .filter(([name, value]) => !known.includes(name) && !isEmpty(value))
    .map(([name]) => toReport(name));
}

function toReport(name: string): Change {
  return { verb: "reported", path: name };
}

/** Members of LiteLLM's that bound what a key may do, in ways that nothing here acts on. */
const bounds: ReadonlySet<string> = new Set([
  ...["allowed_cache_controls", "allowed_passthrough_routes", "allowed_routes", "allowed_vector_store_indexes"],
  ...["budget_id", "budget_limits", "enforced_params", "guardrails", "max_budget_in_team", "model_max_budget"],
  ...["model_rpm_limit", "model_tpm_limit", "object_permission", "permissions", "policies", "team_member_budget"],
  ...["allowed_model_region", "key_type", "team_member_rpm_limit", "team_member_tpm_limit"],
]);

/** LiteLLM's words for keys that may ask models, as all may here. */
const widest: ReadonlySet<unknown> = new Set(["default", "llm_api"]);

/** Silence would make what is asked for wider than it says. Fails: throws `unsupported_parameter`. */
function refuseBounds(body: object): void {
  const bound = Object.entries(body).find(
    ([name, value]) => bounds.has(name) && !isEmpty(value) && !(name === "key_type" && widest.has(value)),
  );
  if (bound !== undefined) throw unkeptBound(bound[0]);
}

/** A bound that somebody asks for, and that nothing would keep. */
export function unkeptBound(param: string): GatewayError {
  const message = `Unsupported parameter: '${param}' bounds what may be done in a way that this gateway does not act on, so that more would be allowed than it says.`;
  return new GatewayError("unsupported_parameter", message, { param });
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === "" || value === false;
}
