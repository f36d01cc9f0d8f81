import type { JsonObject } from "../json.ts";
import type { Personality } from "./personality.ts";
import type { Switches } from "./types.ts";

/** Which models an emulator has. */
export interface ModelOptions {
  /** The only models there are. Absent means the server's usual ones, known by the families of their names. */
  readonly models?: readonly string[] | undefined;
}

/** Whether there is such a model. */
export const hasModel = (model: string, { models }: ModelOptions, personality: Personality): boolean =>
  models === undefined ? personality.models.knows(model) : models.includes(model);

/** The list of models. */
export function listModels({ models }: ModelOptions, personality: Personality, switches: Switches): JsonObject {
  const names = models ?? personality.models.listed;
  return {
    ...personality.models.around?.(names),
    object: "list",
    data: names.map((name) => personality.models.describe(name, switches)),
  };
}
