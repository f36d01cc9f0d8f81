import type { ErrorName } from "../errors.ts";

/** What becomes of one field, word or event, and why. The tables are data: docs, tests and the gateway read them. */
export type Fate =
  | {
      readonly kind: "mapped";
      /** Places on the other side that carry it; `[]` for any item, `.**` for all below. */
      readonly to: readonly string[];
    }
  | {
      readonly kind: "emulated";
      readonly how: string;
      /** The contract case that proves it, as `chat/n`. */
      readonly proof: string;
    }
  | { readonly kind: "reported"; readonly why: string }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string; readonly error: ErrorName }
  | {
      readonly kind: "gateway";
      /** The step of src/gateway.ts that consumes it. */
      readonly step: GatewayStep;
    };

/** Steps that consume fields before or after translation. */
export type GatewayStep = "resolve" | "operation" | "fan-out" | "reply";

/** A fate that hangs on the model, the host or the request: the first condition that holds decides. */
export interface ConditionalFate<Condition extends string> {
  readonly kind: "when";
  readonly cases: Readonly<Partial<Record<Condition, Fate>>>;
  readonly otherwise: Fate;
}

/**
 * The fields below others. A table leaves them out where the field above is dropped whole: what a later spec adds
 * there is dropped with it, and said so with it.
 */
export type Under<Parent extends string> = `${Parent}.${string}` | `${Parent}[]${string}` | `${Parent}=${string}`;

/** A complete table: a field without a line does not compile. */
export type Fates<Field extends string, Condition extends string = never> = {
  readonly [F in Field]: Fate | ConditionalFate<Condition>;
};

/** Carried over to the named places of the other side. */
export function mapped(...to: readonly string[]): Fate {
  return { kind: "mapped", to };
}

/** Honoured by the gateway's own work; `proof` names the contract case that shows the difference it makes. */
export function emulated(how: string, proof: string): Fate {
  return { kind: "emulated", how, proof };
}

/** Dropped, and the client is told. */
export function reported(why: string): Fate {
  return { kind: "reported", why };
}

/** Dropped in silence, because no answer could differ. */
export function ignored(why: string): Fate {
  return { kind: "ignored", why };
}

/** A 400 that names the field. */
export function refused(why: string, error: ErrorName = "unsupported_parameter"): Fate {
  return { kind: "refused", why, error };
}

/** Consumed by a step of the gateway. */
export function gateway(step: GatewayStep): Fate {
  return { kind: "gateway", step };
}

/** Hangs on named conditions; the first that holds decides. */
export function when<Condition extends string>(
  cases: Readonly<Partial<Record<Condition, Fate>>>,
  otherwise: Fate,
): ConditionalFate<Condition> {
  return { kind: "when", cases, otherwise };
}
