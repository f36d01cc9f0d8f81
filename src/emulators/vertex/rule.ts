import type { Family } from "./families.ts";
import type { Surface } from "./surface.ts";
import type { GenerateContentRequest } from "./types.ts";

/** What a rule looks at. */
export interface Checked {
  readonly request: GenerateContentRequest;
  readonly family: Family;
  /** The model as it was asked for. */
  readonly model: string;
  readonly surface: Surface;
}

/** One reason to refuse a request: the text, or undefined where the request keeps to it. */
export type Rule = (checked: Checked) => string | undefined;
