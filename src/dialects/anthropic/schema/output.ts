import type { Change } from "../../../operations/types.ts";
import { assemble, once } from "../../schema/document.ts";
import type { JsonObject } from "../../schema/json.ts";
import { rewriteDocument } from "../../schema/rewrite.ts";
import { strictForm, toStrict } from "./strict.ts";

/** A schema that Claude's answers are held to. */
export interface OutputSchema {
  readonly schema: JsonObject;
  readonly changes: readonly Change[];
  /** False where an answer by the client's schema could be one that Claude cannot give: a tool's schema says more. */
  readonly fits: boolean;
  /** Members that may be left out: all schemas of a request share `maxOptional`. */
  readonly optional: number;
}

/**
 * The schema of a structured answer, as Claude can be held to it. Bounds and the like become words for the model.
 *
 * @param path the client's path to the schema
 * @see reference: openai-chat-to-anthropic §6
 */
export function toOutputSchema(schema: JsonObject, path: string): OutputSchema {
  const changes: Change[] = [];
  const lost = once((place) => changes.push({ verb: "downgraded", path: place }));
  const { root, definitions, fits, optional } = toStrict(
    rewriteDocument(schema, { path, form: strictForm, keepsPaths: false, lost }),
  );
  return { schema: assemble(schema, root, definitions), changes, fits, optional };
}
