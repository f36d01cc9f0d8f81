import type { Change } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import type { ContentBlock, SystemBlock } from "../types.ts";

/** What of the client's may carry a hint: OpenAI's own, or Anthropic's as many clients send it. */
export interface Hinted {
  readonly type?: string;
  readonly cache_control?: Readonly<Record<string, unknown>> | null;
  readonly prompt_cache_breakpoint?: { readonly ttl?: string | null } | null;
}

/** The end of a prefix to cache, and where the client says so. */
type Point = Pick<ContentBlock & SystemBlock, "cachePoint">;
export type Points = Map<Point, string>;

/** So many ends of prefixes a request has room for. */
const maxPoints = 4;

/**
 * The block that ends a cached prefix, where the client wants one and the model has them: none or one. An hour becomes
 * five minutes, for no model but Claude keeps a prefix for longer.
 */
export function pointFor(hinted: Hinted, path: string, model: ModelFacts, points: Points, changes: Change[]): Point[] {
  const { cache_control: anthropics, prompt_cache_breakpoint: openais } = hinted;
  if (!model.caching || (anthropics == null && openais == null)) return [];
  const member = anthropics == null ? "prompt_cache_breakpoint" : "cache_control";
  const place = path === "" ? member : `${path}.${member}`;
  const ttl = anthropics == null ? openais?.ttl : anthropics["ttl"];
  if (ttl === "1h" || ttl === "30m" || ttl === "12h") changes.push({ verb: "clamped", path: place });
  const point: Point = { cachePoint: { type: "default" } };
  points.set(point, place);
  return [point];
}

/** The points for which there is no room: the first ones, for the last end the longest prefixes. They are told. */
export function pointsBeyond(points: Points, changes: Change[]): ReadonlySet<object> {
  const beyond = [...points].slice(0, Math.max(0, points.size - maxPoints));
  for (const [, path] of beyond) changes.push({ verb: "reported", path });
  return new Set(beyond.map(([point]) => point));
}
