import type { KeyInfo } from "../../generated/admin-sdk/index.ts";
import { digitsFor, shownUsd } from "./money-text.ts";
import { printable, tableText } from "./table.ts";

const nanoPerUsd = 1e9;
const nothing = "-";

/** Keys in a table: whose they are, what they may spend and have spent. */
export function keysTable(keys: readonly KeyInfo[], nowMs: number): string {
  if (keys.length === 0) return "no keys\n";
  const digits = digitsFor(keys.map(({ spend_nano_usd }) => BigInt(spend_nano_usd)));
  const rows = keys.map((key) => [
    key.key_alias ?? nothing,
    key.key_id,
    key.user_id ?? nothing,
    key.team_id ?? nothing,
    shownUsd(BigInt(key.spend_nano_usd), digits),
    budgetText(key),
    resetText(key),
    stateOf(key, nowMs),
  ]);
  const headings = ["alias", "id", "user", "team", "spent", "budget", "resets", "state"];
  const columns = headings.map((heading) => ({ heading, align: heading === "spent" ? "right" : "left" }) as const);
  return tableText(columns, rows);
}

/** One key, a line for each of its settings that says something. */
export function keyText(key: KeyInfo, nowMs: number): string {
  const digits = digitsFor([BigInt(key.spend_nano_usd)]);
  const lines: readonly (readonly [string, string | null])[] = [
    ["id", key.key_id],
    ["key", key.key_name],
    ["declared in", key.source],
    ["state", stateOf(key, nowMs)],
    ["user", key.user_id],
    ["team", key.team_id],
    ["models", key.models.length === 0 ? "all" : key.models.join(", ")],
    ["spent", shownUsd(BigInt(key.spend_nano_usd), digits)],
    ["budget", key.max_budget === null && key.soft_budget === null ? "none" : budgetText(key)],
    ["resets", key.budget_reset_at],
    ["limits", limitsText(key)],
    ["expires", key.expires],
    ["before rotation", key.previous_key_expires === null ? null : `good until ${key.previous_key_expires}`],
    ["metadata", Object.keys(key.metadata).length === 0 ? null : JSON.stringify(key.metadata)],
    ["created", key.created_at],
  ];
  const said = lines.flatMap(([name, text]) => (text === null ? [] : [`  ${name.padEnd(15)}  ${printable(text)}\n`]));
  return `${printable(key.key_alias ?? key.key_id)}\n${said.join("")}`;
}

function budgetText({ max_budget, soft_budget, budget_duration }: KeyInfo): string {
  const parts = [
    ...(max_budget === null ? [] : [dollars(max_budget)]),
    ...(soft_budget === null ? [] : [`warns at ${dollars(soft_budget)}`]),
  ];
  if (parts.length === 0) return nothing;
  return `${parts.join(", ")}${budget_duration === null ? "" : ` per ${budget_duration}`}`;
}

function dollars(usd: number): string {
  const nano = BigInt(Math.round(usd * nanoPerUsd));
  return shownUsd(nano, digitsFor([nano]));
}

function resetText({ budget_reset_at }: KeyInfo): string {
  return budget_reset_at === null ? nothing : budget_reset_at.slice(0, 16).replace("T", " ");
}

function stateOf({ blocked, expires }: KeyInfo, nowMs: number): string {
  if (blocked) return "blocked";
  return expires !== null && Date.parse(expires) <= nowMs ? "expired" : "good";
}

function limitsText({ rpm_limit, tpm_limit, max_parallel_requests }: KeyInfo): string | null {
  const parts = [
    ...(rpm_limit === null ? [] : [`${rpm_limit} requests per minute`]),
    ...(tpm_limit === null ? [] : [`${tpm_limit} tokens per minute`]),
    ...(max_parallel_requests === null ? [] : [`${max_parallel_requests} at a time`]),
  ];
  return parts.length === 0 ? null : parts.join(", ");
}
