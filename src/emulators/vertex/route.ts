import { operations } from "../../../generated/operations.ts";

/** Which operation a path names, and with what. */
export interface Route {
  readonly operation: "generate" | "predict" | "embedContent" | "chat";
  readonly stream: boolean;
  /** Express paths have neither project nor location. */
  readonly express: boolean;
  readonly version: string;
  readonly publisher: string | undefined;
  /** Undefined for a tuned endpoint, and where the body names it. */
  readonly model: string | undefined;
  readonly project: string | undefined;
  readonly location: string | undefined;
}

interface Pattern {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
}

const patterns: readonly Pattern[] = Object.entries(operations.vertex)
  .filter(([operation]) => /generateContent|^predict|^embedContent|^createChatCompletion/i.test(operation))
  .map(([operation, { method, path }]) => ({ operation, method, path: compile(path) }));

function compile(template: string): RegExp {
  const source = template.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/:]+)");
  return new RegExp(`^${source}$`);
}

/** Finds the operation; undefined for a path no service has. */
export function matchRoute(method: string, path: string): Route | undefined {
  for (const pattern of patterns) {
    const groups = pattern.path.exec(path)?.groups;
    if (groups === undefined || pattern.method !== method) continue;
    const value = (name: string): string | undefined => decode(groups[name]);
    const version = value("api_version") ?? "";
    if (!["v1", "v1beta1"].includes(version)) return undefined;
    return {
      operation: kindOf(pattern),
      stream: pattern.operation.startsWith("stream"),
      express: groups["project"] === undefined,
      version,
      publisher: value("publisher"),
      model: value("model"),
      project: value("project"),
      location: value("location"),
    };
  }
  return undefined;
}

function kindOf({ operation }: Pattern): Route["operation"] {
  if (operation.startsWith("createChatCompletion")) return "chat";
  if (operation.startsWith("predict")) return "predict";
  return operation.startsWith("embedContent") ? "embedContent" : "generate";
}

function decode(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
