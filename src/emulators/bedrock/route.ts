import { operations } from "../../../generated/operations.ts";

/** What is asked of Bedrock. */
export type Operation = keyof typeof operations.bedrock;

/** A path that Bedrock has. */
export interface Route {
  readonly operation: Operation;
  /** Id or ARN of the model, as it was meant. */
  readonly model: string;
  readonly stream: boolean;
}

const isOperation = (name: string): name is Operation => Object.hasOwn(operations.bedrock, name);

const ends: ReadonlyMap<string, Operation> = new Map(
  Object.keys(operations.bedrock)
    .filter(isOperation)
    .map((name) => [operations.bedrock[name].path.replace("/model/{modelId}/", ""), name]),
);

/** Finds what is asked; undefined for a path or a method there is not. */
export function matchRoute(method: string, path: string): Route | undefined {
  const [, model = "", end = ""] = /^\/model\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  const operation = ends.get(end);
  if (operation === undefined || method !== operations.bedrock[operation].method) return undefined;
  const stream = operation === "converseStream" || operation === "invokeModelWithResponseStream";
  return { operation, model: decode(model), stream };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
