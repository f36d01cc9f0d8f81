import { operations } from "../../../generated/operations.ts";

/** What can be asked for. */
export type Operation = "chat" | "completions" | "embeddings" | "models" | "model";

/** Which operation a path names; `method` where the path is known and the method is not. */
export type Route =
  | { readonly operation: Operation; readonly model?: string }
  | { readonly operation: "method"; readonly allow: string };

const { createChatCompletion, createCompletion, createEmbedding, listModels, retrieveModel } = operations.openai;

interface Pattern {
  readonly operation: Operation;
  readonly method: string;
  readonly path: RegExp;
}

const patterns: readonly Pattern[] = [
  compile("chat", createChatCompletion),
  compile("completions", createCompletion),
  compile("embeddings", createEmbedding),
  compile("models", listModels),
  compile("model", retrieveModel),
];

function compile(operation: Operation, { method, path }: { readonly method: string; readonly path: string }): Pattern {
  return { operation, method, path: new RegExp(`^/v1${path.replace(/\{\w+\}/, "(.+)")}$`) };
}

/** Finds the operation below the version; undefined for a path there is not. Ids of models may have slashes. */
export function matchRoute(method: string, path: string): Route | undefined {
  let allow: string | undefined;
  for (const pattern of patterns) {
    const found = pattern.path.exec(path);
    if (found === null) continue;
    const { operation } = pattern;
    const [, model] = found;
    if (method === pattern.method) return model === undefined ? { operation } : { operation, model: decode(model) };
    allow = pattern.method;
  }
  return allow === undefined ? undefined : { operation: "method", allow };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
