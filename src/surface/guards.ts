import type { IncomingHttpHeaders } from "node:http";
import { GatewayError } from "../errors.ts";
import { anyone, type Caller, type Callers } from "../policy/caller.ts";
import { keyIn } from "../policy/keys.ts";
import type { Access } from "./route.ts";

/** Lets callers in by their headers, for each kind of access. */
export type Guards = Readonly<Record<Access, Callers["authenticate"]>>;

/**
 * Makes the guards of the routes.
 * Fails: they fail as `authenticate` does; besides with `permission_denied` for a virtual key where the master key is
 * needed, and with `missing_api_key` or `invalid_api_key` for whoever is let in elsewhere without a key of their own.
 */
export function createGuards(authenticate: Callers["authenticate"]): Guards {
  return {
    public: () => anyone,
    key: authenticate,
    own: (headers) => then(authenticate(headers), (caller) => owner(caller, headers)),
    master: (headers) => then(authenticate(headers), (caller) => master(caller, headers)),
  };
}

/** No promise where there is none: most keys are known. */
function then(known: Caller | Promise<Caller>, check: (caller: Caller) => Caller): Caller | Promise<Caller> {
  return known instanceof Promise ? known.then(check) : check(known);
}

function owner(caller: Caller, headers: IncomingHttpHeaders): Caller {
  // What belongs to the gateway's standard key is shared by all who send none: it is nobody's own.
  if (caller.role === "anyone" || keyIn(headers) === undefined) throw stranger(headers);
  return caller;
}

function master(caller: Caller, headers: IncomingHttpHeaders): Caller {
  if (caller.role === "master") return caller;
  // Whoever sends no key may have the gateway's standard one, which must not look as if it had been sent.
  if (caller.role === "anyone" || keyIn(headers) === undefined) throw stranger(headers);
  throw new GatewayError("permission_denied", "This needs the master key; a virtual key may not do it.");
}

function stranger(headers: IncomingHttpHeaders): GatewayError {
  const detail = { headers: { "www-authenticate": "Bearer" } };
  return keyIn(headers) === undefined
    ? new GatewayError("missing_api_key", "You didn't provide an API key, and this needs one.", detail)
    : new GatewayError("invalid_api_key", "Incorrect API key provided: it is not the master key.", detail);
}
