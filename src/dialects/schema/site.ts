import type { Budget } from "./budget.ts";
import type { Form } from "./form.ts";
import { type JsonObject, own, shortJson } from "./json.ts";
import type { Resolve } from "./references.ts";

/** The JSON types. */
export type JsonType = "string" | "number" | "integer" | "boolean" | "array" | "object" | "null";

/** What a rewriting knows wherever it is. */
export interface Rewriting {
  readonly form: Form;
  readonly resolve: Resolve;
  /**
   * A sub-schema in the form that is made; false where no value fits it.
   *
   * @param path the client's path to it, unless it was moved
   * @param depth levels above it
   */
  readonly rewrite: (schema: unknown, path: string, depth: number) => JsonObject | false;
  /** Takes from what the document may grow by: for copies of a schema that has been rewritten. */
  readonly spend: Budget["spend"];
  /** Tells the client that a place was not honoured as it was written. */
  readonly lost: (path: string) => void;
}

/** A schema that is being rewritten. */
export interface Site {
  readonly schema: JsonObject;
  readonly path: string;
  readonly depth: number;
  /** The types it allows; undefined for all. */
  types: readonly JsonType[] | undefined;
  readonly out: Record<string, unknown>;
  /** What the description says, because no keyword may. */
  readonly hints: string[];
  /** The client's path to a keyword of the schema. */
  readonly at: (keyword: string) => string;
}

/** Whether values of a type are allowed, so that keywords about them say something. */
export function allows(site: Site, ...types: readonly JsonType[]): boolean {
  const allowed = site.types;
  return allowed === undefined || types.some((type) => allowed.includes(type));
}

/** Tells of a keyword that no words of ours can say; where the form wants it the description quotes it. */
export function loseUnsaid(site: Site, keyword: string, { form, lost }: Rewriting): void {
  lost(site.at(keyword));
  const text = form.quotes ? shortJson(own(site.schema, keyword)) : undefined;
  if (text !== undefined) site.hints.push(`${keyword}: ${text}`);
}
