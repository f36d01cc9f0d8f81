import type { Change } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import type { Hinted, Points } from "./cache.ts";
import type { NameDocument } from "./media.ts";

/** A request being translated: what is known, and what is found on the way. */
export interface Draft {
  readonly model: ModelFacts;
  /** The client's tool name → the declared one. */
  readonly names: ReadonlyMap<string, string>;
  /** Earlier calls are said as calls; a model that knows no tools reads them as text. */
  readonly calls: boolean;
  /** The model goes on with an answer that the client has begun. */
  readonly prefill: boolean;
  /** What is said last of all instructions: the form of the answer, or a call, where nothing else brings it about. */
  readonly lastText: string | undefined;
  /** The client's wish to have all of the conversation cached. */
  readonly hint: Hinted["cache_control"] | undefined;
  /** Ends of prefixes to cache; grows on the way. */
  readonly points: Points;
  readonly nameDocument: NameDocument;
  readonly changes: Change[];
}
