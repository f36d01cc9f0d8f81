import type { IncomingHttpHeaders } from "node:http";
import type { Subject } from "./limit-subject.ts";
import type { Period } from "./period.ts";

/** Who calls, and what holds for them. Made once for each key, and again when something about it has changed. */
export interface Caller {
  /** `master` may do everything, and nothing limits it. `anyone`: no keys are asked for. */
  readonly role: "anyone" | "key" | "master";
  /** The key's alias, or its name in routes.yaml: for logs. Undefined where no keys are asked for. */
  readonly name: string | undefined;
  /** The key as the ledger names it, which stays the same when the key is rotated. */
  readonly keyId: string | undefined;
  readonly userId: string | undefined;
  readonly teamId: string | undefined;
  /** To whom belongs what is kept between requests: nobody else finds it. */
  readonly tenant: string;
  /** Whether a model may be asked for, by the name the client used; undefined: any. */
  readonly mayAsk: ((model: string) => boolean) | undefined;
  /** Those whose limits hold for its requests: key, user and team. Undefined where nobody has any. */
  readonly limited: readonly Subject[] | undefined;
  /** Those for whom money is counted: key, user and team. */
  readonly payers: readonly Payer[];
  /** Whether what is said is kept, where the config lets it. */
  readonly keepsContent: boolean;
}

/** Somebody for whom money is counted, with a budget or without. */
export interface Payer {
  readonly kind: "key" | "user" | "team" | "end_user";
  readonly id: string;
  /** For messages: an alias or a name. */
  readonly name: string;
  /** Undefined: what is spent is counted, and nothing is refused. */
  readonly maxNanoUsd: bigint | undefined;
  /** From here on there are warnings. */
  readonly softNanoUsd: bigint | undefined;
  readonly period: Period;
  /** The revision of the account that this was read from; 0 for those of routes.yaml. */
  readonly revision: number;
}

/** An end user, whom a client names in its requests. */
export interface EndUser {
  readonly isBlocked: boolean;
  readonly limited: readonly Subject[] | undefined;
  /** Undefined where no money is counted for it: it has no budget. */
  readonly payer: Payer | undefined;
}

/** Knows who calls. What is known costs no wait, so that a value comes where no promise is needed. */
export interface Callers {
  /** Fails: throws or rejects with `missing_api_key`, `invalid_api_key`, `origin_not_allowed`, or `overloaded` where the database is away. */
  readonly authenticate: (headers: IncomingHttpHeaders) => Caller | Promise<Caller>;
  /** Undefined where nothing is said of it. Fails: as `authenticate`. */
  readonly endUser: (id: string) => EndUser | undefined | Promise<EndUser | undefined>;
}

/** The caller where no keys are asked for. */
export const anyone: Caller = {
  role: "anyone",
  name: undefined,
  keyId: undefined,
  userId: undefined,
  teamId: undefined,
  tenant: "public",
  mayAsk: undefined,
  limited: undefined,
  payers: [],
  keepsContent: false,
};
