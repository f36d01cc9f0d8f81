import type { Change } from "../../../operations/types.ts";
import type { HostFacts } from "../hosts.ts";
import type { ModelFacts } from "../models.ts";
import type { Marks } from "./cache.ts";

/** A request being translated: what is known, and what is found on the way. */
export interface Draft {
  readonly host: HostFacts;
  readonly model: ModelFacts;
  /** The client's tool name → the declared one. */
  readonly names: ReadonlyMap<string, string>;
  /** The client's tool name → its arguments that were renamed: the client's name → the one that is sent. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Earlier thoughts go back to the model. */
  readonly replays: boolean;
  /** The model goes on with an answer that the client has begun. */
  readonly prefill: boolean;
  /** Ends of prefixes to cache; grows on the way. */
  readonly marks: Marks;
  /** Beta features that the body needs; grows on the way. */
  readonly betas: Set<string>;
  readonly changes: Change[];
}
