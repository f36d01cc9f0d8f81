import type { Schema } from "../schema.ts";

/** What an operation takes and gives. */
export const partNames = ["query", "header", "request", "response", "stream", "error"] as const;
export type PartName = (typeof partNames)[number];

/** One method of one path. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parts: ReadonlyMap<PartName, Schema>;
}

/** Whether another description's operation is this one. Parameters may bear other names or stand for fixed segments. */
export function isSameOperation(ours: Operation, theirs: Operation): boolean {
  return ours.method === theirs.method && patternOf(ours.path).test(shapeOf(theirs.path));
}

/** `/v1/models/{model}` → `/v1/models/{}`: names of parameters say nothing. */
function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "{}");
}

/** A parameter of ours that makes up a whole segment, such as `{api_version}`, takes any segment. */
function patternOf(path: string): RegExp {
  const segments = shapeOf(path).split("/");
  return new RegExp(
    `^${segments.map((one) => (one === "{}" ? "[^/]+" : one.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))).join("/")}$`,
  );
}
