import { operations } from "../../../generated/operations.ts";

/** What is asked of Anthropic's own API; `method` where the path is known and the method is not. */
export type Operation = "message" | "count" | "models" | "method";

const { createMessage, countMessageTokens, listModels } = operations.anthropic;

const paths: ReadonlyMap<string, { readonly operation: Operation; readonly method: string }> = new Map([
  [createMessage.path, { operation: "message", method: createMessage.method }],
  [countMessageTokens.path, { operation: "count", method: countMessageTokens.method }],
  [listModels.path, { operation: "models", method: listModels.method }],
]);

/** Finds the operation; undefined for a path there is not. */
export function matchRoute(method: string, path: string): Operation | undefined {
  const found = paths.get(path);
  if (found === undefined) return undefined;
  return found.method === method ? found.operation : "method";
}

/** A path of Claude on Vertex AI. */
export interface VertexRoute {
  readonly operation: "message" | "count";
  readonly stream: boolean;
  readonly version: string;
  readonly project: string;
  readonly location: string;
  readonly model: string;
}

const vertexPath =
  /^\/(v1|v1beta1)\/projects\/([^/]+)\/locations\/([^/]+)\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;

/** Finds what is asked of Claude on Vertex AI; undefined for all other paths. */
export function matchVertexRoute(method: string, path: string): VertexRoute | undefined {
  const [, version = "", project = "", location = "", model = "", call] = vertexPath.exec(path) ?? [];
  if (method !== "POST" || call === undefined) return undefined;
  const stream = call === "streamRawPredict";
  const operation = model === "count-tokens" && !stream ? "count" : "message";
  return { operation, stream, version, project, location, model: decode(model) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
