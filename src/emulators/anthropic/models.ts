import { familyOf, listed } from "./families.ts";
import { badRequest, type Refusal } from "./refusals.ts";
import { texts } from "./texts.ts";
import type { Effort, ListModelsResponse, ModelInfo } from "./types.ts";

/** Whether there is such a model at Anthropic's own API, where ids have no other marks than dashes. */
export const isModel = (id: string): boolean => /^claude-[a-z0-9-]+$/.test(id);

/** The same on Vertex AI, where dates stand behind an @, and newer models have none. */
export const isVertexModel = (id: string): boolean =>
  /^claude-[a-z0-9-]+(@(\d{8}|default|latest))?$/.test(id) &&
  !/-\d{8}$/.test(id) &&
  !(/@\d{8}$/.test(id) && !familyOf(id).prefill);

const maxPage = 1000;
const usualPage = 20;

/** A page of models, newest first. */
export function listModels(
  query: URLSearchParams,
): { readonly page: ListModelsResponse } | { readonly refusal: Refusal } {
  const limit = Number(query.get("limit") ?? usualPage);
  if (!Number.isInteger(limit)) return { refusal: badRequest(texts.type("limit", "integer")) };
  if (limit < 1) return { refusal: badRequest(texts.atLeast("limit", 1)) };
  if (limit > maxPage) return { refusal: badRequest(texts.atMost("limit", maxPage)) };
  const states = [...query.getAll("lifecycle"), ...query.getAll("lifecycle[]")];
  const all = listed.map(describe).filter(({ lifecycle }) => states.length === 0 || states.includes(lifecycle));
  const { start, end } = bounds(all, query, limit);
  const data = all.slice(start, end);
  const hasMore = query.has("before_id") ? start > 0 : end < all.length;
  const page = { data, has_more: hasMore, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return { page };
}

function bounds(
  all: readonly ModelInfo[],
  query: URLSearchParams,
  limit: number,
): { readonly start: number; readonly end: number } {
  const position = (id: string | null): number => all.findIndex((model) => model.id === id);
  if (query.has("before_id")) {
    const end = Math.max(0, position(query.get("before_id")));
    return { start: Math.max(0, end - limit), end };
  }
  const start = query.has("after_id") ? position(query.get("after_id")) + 1 : 0;
  return { start, end: Math.min(all.length, start + limit) };
}

function describe([id, display_name, created, retires]: (typeof listed)[number]): ModelInfo {
  const family = familyOf(id);
  const { modes, off } = family.thinking;
  const can = (supported: boolean): { supported: boolean } => ({ supported });
  const effort = (word: Effort): { supported: boolean } => can(family.efforts.includes(word));
  const line = (["haiku", "sonnet", "opus", "fable", "mythos"] as const).find((word) => id.includes(word)) ?? null;
  return {
    id,
    type: "model",
    display_name,
    created_at: `${created}T00:00:00Z`,
    deprecated_at: null,
    retires_at: retires === undefined ? null : `${retires}T00:00:00Z`,
    lifecycle: retires === undefined ? "active" : "deprecated",
    line,
    max_input_tokens: family.window,
    max_tokens: family.maxTokens,
    capabilities: {
      batch: can(true),
      citations: can(true),
      code_execution: can(true),
      context_management: {
        supported: true,
        clear_tool_uses_20250919: can(true),
        clear_thinking_20251015: can(true),
        compact_20260112: can(!family.prefill),
      },
      effort: {
        supported: family.efforts.length > 0,
        ...{ low: effort("low"), medium: effort("medium"), high: effort("high"), max: effort("max") },
        xhigh: effort("xhigh"),
      },
      image_input: can(true),
      pdf_input: can(true),
      server_tools: { supported: true, code_execution: can(true), web_search: can(true) },
      structured_outputs: can(family.structured),
      thinking: {
        supported: modes.length > 0,
        types: {
          adaptive: can(modes.includes("adaptive")),
          between_tools: can(modes.includes("between_tools")),
          disabled: can(off !== "never"),
          enabled: can(modes.includes("enabled")),
        },
      },
    },
  };
}
