import type { OperationName } from "../operations/types.ts";
import type { RequestOf } from "./read.ts";

/** What somebody may want of a model, and the request that asks for it. */
export type Feature = { readonly [Name in OperationName]: FeatureOf<Name> }[OperationName];

/** The same, of one operation. */
export interface FeatureOf<Name extends OperationName> {
  readonly id: string;
  /** In plain words. */
  readonly title: string;
  readonly operation: Name;
  /** Lines of the fate tables it hangs on; the first says most. */
  readonly fields: readonly [string, ...string[]];
  readonly request: RequestOf[Name];
  /** The same request without the wish. */
  readonly without: RequestOf[Name];
}

/** Features that belong together. */
export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly Feature[];
}
