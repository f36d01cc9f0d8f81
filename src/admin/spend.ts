import { GatewayError } from "../errors.ts";
import type { Caller } from "../policy/caller.ts";
import type { LedgerCursor, LedgerFilter, LedgerGroup, LedgerStatus } from "../store/sql/ledger-row.ts";
import type { AdminAnswer, AdminCall, AdminHandler } from "./call.ts";
import { toCsv } from "./csv.ts";
import type { AdminDeps } from "./deps.ts";
import { findKey, notYours, ownKeyId } from "./find-key.ts";
import type { KeyRecord } from "./key-record.ts";
import { toUsd } from "./money.ts";
import { flagIn, fromIn, textIn, toIn, wholeIn, wordIn } from "./query.ts";
import { toSpendLog, toSpendSum } from "./spend-view.ts";

const statuses: readonly LedgerStatus[] = ["succeeded", "failed", "aborted", "lost"];
const formats = ["json", "csv"] as const;

/** By what sums are made: our words, and LiteLLM's for some of them. */
const groups: Readonly<Record<string, LedgerGroup>> = {
  key: "key",
  api_key: "key",
  user: "user",
  team: "team",
  end_user: "end_user",
  customer: "end_user",
  model: "model",
  provider: "provider",
  day: "day",
};

/** `GET /spend/logs`: rows, or sums where the query says by what. */
export function listSpendLogs(deps: AdminDeps): AdminHandler {
  return async (call) => {
    const by = textIn(call.query, "group_by") ?? (flagIn(call.query, "summarize") ? "day" : undefined);
    return by === undefined ? rowsOf(deps, call) : sumsOf(deps, call, by);
  };
}

/** `GET /global/spend/report`. */
export function getSpendReport(deps: AdminDeps): AdminHandler {
  return async (call) => sumsOf(deps, call, textIn(call.query, "group_by") ?? "day");
}

async function rowsOf(deps: AdminDeps, { query, caller }: AdminCall): Promise<AdminAnswer> {
  const filter = await filterIn(deps, query, caller);
  const limit = wholeIn(query, "limit", 100, 1_000);
  const isCsv = wordIn(query, "format", formats) === "csv";
  // One more than asked for tells whether there is another page.
  const found = await deps.store.ledger.rows(filter, { after: cursorIn(query), limit: limit + 1 });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  const keys = await keysOfIds(
    deps,
    rows.map(({ keyId }) => keyId),
  );
  const value = rows.map((row) => toSpendLog(row, keys.get(row.keyId ?? "")?.digest));
  return {
    value,
    csv: isCsv ? toCsv(value) : undefined,
    ...(last !== undefined && { headers: { "x-specgate-next": toCursor(last) } }),
  };
}

async function sumsOf(deps: AdminDeps, { query, caller }: AdminCall, by: string): Promise<AdminAnswer> {
  const words = Object.keys(groups);
  const word = wordIn(new URLSearchParams({ group_by: by }), "group_by", words) ?? "day";
  const isCsv = wordIn(query, "format", formats) === "csv";
  const value = await toSums(deps, groups[word] ?? "day", await filterIn(deps, query, caller));
  return { value, csv: isCsv ? toCsv(value) : undefined };
}

async function toSums(deps: AdminDeps, by: LedgerGroup, filter: LedgerFilter) {
  const sums = await deps.store.ledger.sums(by, filter);
  const keys =
    by === "key"
      ? await keysOfIds(
          deps,
          sums.map(({ group }) => group),
        )
      : new Map<string, KeyRecord>();
  return sums.map((sum) => toSpendSum(sum, keys.get(sum.group ?? "")?.alias));
}

/** `GET /spend/keys` and `/spend/users`. */
export function listSpendBy(deps: AdminDeps, by: "key" | "user"): AdminHandler {
  return async ({ query, caller }) => ({ value: await toSums(deps, by, await filterIn(deps, query, caller)) });
}

/** `GET /global/spend`. */
export function getGlobalSpend(deps: AdminDeps): AdminHandler {
  return async () => {
    const sums = await deps.store.ledger.sums("provider", {});
    const nanoUsd = sums.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
    return { value: { spend: toUsd(nanoUsd), spend_nano_usd: String(nanoUsd), max_budget: null } };
  };
}

/** Which rows; a virtual key's are its own. Fails: throws `permission_denied` where it names another one. */
async function filterIn(deps: AdminDeps, query: URLSearchParams, caller: Caller): Promise<LedgerFilter> {
  const own = ownKeyId(caller);
  const asked = textIn(query, "api_key");
  const keyId = asked === undefined ? own : await idOf(deps, asked);
  if (own !== undefined && keyId !== own) throw notYours("api_key");
  return {
    id: textIn(query, "request_id"),
    keyId,
    userId: textIn(query, "user_id"),
    teamId: textIn(query, "team_id"),
    endUser: textIn(query, "end_user"),
    model: textIn(query, "model"),
    provider: textIn(query, "provider"),
    status: wordIn(query, "status", statuses),
    from: fromIn(query, "start_date"),
    to: toIn(query, "end_date"),
  };
}

/** The id of a key that is there, or else the id that was asked for: deleted keys have rows too. */
async function idOf(deps: AdminDeps, text: string): Promise<string> {
  const key = await findKey(deps, text);
  return key?.id ?? text;
}

/** Keys by their ids in the ledger, deleted ones too. */
async function keysOfIds(
  { store, config }: AdminDeps,
  ids: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, Pick<KeyRecord, "digest" | "alias">>> {
  const known = new Map<string, Pick<KeyRecord, "digest" | "alias">>();
  for (const { name, digest } of config.keys) known.set(name, { alias: name, digest });
  const asked = [...new Set(ids)].filter((id) => id?.startsWith("key_") && !known.has(id));
  for (const id of asked) {
    const key = id === undefined ? undefined : await store.keys.byId(id);
    if (key !== undefined) known.set(key.id, key);
  }
  return known;
}

function toCursor({ time, id }: LedgerCursor): string {
  return Buffer.from(`${time} ${id}`).toString("base64url");
}

function cursorIn(query: URLSearchParams): LedgerCursor | undefined {
  const text = textIn(query, "after");
  if (text === undefined) return undefined;
  const [, time = "", id = ""] = /^(\d{1,15}) (.+)$/s.exec(Buffer.from(text, "base64url").toString()) ?? [];
  if (id !== "") return { time: Number(time), id };
  const message = "Invalid 'after': expected what 'x-specgate-next' of the page before said.";
  throw new GatewayError("invalid_value", message, { param: "after" });
}
