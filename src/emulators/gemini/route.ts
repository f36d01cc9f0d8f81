import { operations } from "../../../generated/operations.ts";

/** Which operation a path names, and with what. */
export interface Route {
  readonly call: "generateContent" | "streamGenerateContent" | "countTokens" | "embedContent" | "batchEmbedContents";
  readonly version: string;
  /** Undefined for a tuned model. */
  readonly model: string | undefined;
}

interface Pattern {
  readonly call: Route["call"];
  readonly method: string;
  readonly path: RegExp;
}

const { gemini } = operations;

const patterns: readonly Pattern[] = [
  compile("generateContent", gemini.generateContent),
  compile("generateContent", gemini.generateContentTuned),
  compile("streamGenerateContent", gemini.streamGenerateContent),
  compile("streamGenerateContent", gemini.streamGenerateContentTuned),
  compile("countTokens", gemini.countTokens),
  compile("embedContent", gemini.embedContent),
  compile("batchEmbedContents", gemini.batchEmbedContents),
];

function compile(call: Route["call"], { method, path }: { readonly method: string; readonly path: string }): Pattern {
  return { call, method, path: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/:]+)")}$`) };
}

/** Finds the operation; undefined for a path the service has not. */
export function matchRoute(method: string, path: string): Route | undefined {
  for (const { call, method: wanted, path: shape } of patterns) {
    const groups = shape.exec(path)?.groups;
    const version = groups?.["api_version"] ?? "";
    if (groups === undefined || method !== wanted || !["v1", "v1beta"].includes(version)) continue;
    return { call, version, model: decode(groups["model"]) };
  }
  return undefined;
}

function decode(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
