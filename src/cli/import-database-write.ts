import type { Config } from "../config/config.ts";
import {
  barredUsers,
  type Carried,
  type Row,
  type Skipped,
  textIn,
  toAccount,
  toKey,
} from "../import/litellm-database/index.ts";
import { parsePeriod, windowAt } from "../policy/period.ts";
import type { AccountKind, NewAccount, NewKey, SubjectKind } from "../store/sql/accounts.ts";
import type { AuditEntry } from "../store/sql/audit.ts";
import type { SqlStore } from "../store/sql/port.ts";
import type { LiteLLMTables } from "./import-database-read.ts";

/** What became of one of LiteLLM's rows. */
export interface Item {
  readonly kind: SubjectKind;
  readonly name: string;
  /** `there`: a run before has carried it, or it was made here. */
  readonly fate: "carried" | "changed" | "skipped" | "there";
  readonly notes: readonly string[];
  /** Spent in its current window, where that was carried. */
  readonly spentNanoUsd: bigint | undefined;
}

export interface CarryOptions {
  readonly store: SqlStore;
  /** What routes.yaml declares stands before what a database says. */
  readonly config: Pick<Config, "keys" | "users" | "teams" | "endUsers">;
  readonly withSpend: boolean;
  readonly nowMs: number;
}

/**
 * Writes LiteLLM's keys, users, teams and end users into our database, and what they have spent in the windows of their
 * budgets. What is there already is left as it is, so a run that was cut off can be repeated.
 * Fails: rejects with a `StoreError`.
 */
export async function carryOver(tables: LiteLLMTables, options: CarryOptions): Promise<readonly Item[]> {
  const { nowMs } = options;
  const budgets = new Map(tables.budgets.map((row) => [textIn(row, "budget_id") ?? "", row]));
  const items: Item[] = [];
  const accounts: readonly (readonly [AccountKind, readonly Row[]])[] = [
    ["team", tables.teams],
    ["user", tables.users],
  ];
  // A key must not be good before the users and teams are there that bound it.
  for (const [kind, rows] of accounts) {
    for (const row of rows) items.push(await carryAccount(kind, toAccount(kind, row, { budgets, nowMs }), options));
  }
  items.push(...(await carryEndUsers(tables.endUsers, budgets, options)));
  const context = { budgets, barred: barredUsers(tables.users), nowMs };
  for (const row of tables.keys) items.push(await carryKey(toKey(row, context), options));
  return items;
}

/**
 * LiteLLM has a row for every end user that it ever saw. Those of whom it says nothing stay without one here, or what
 * routes.yaml says of end users would not hold for them any more; what they spent is counted where it says for ever.
 */
async function carryEndUsers(
  rows: readonly Row[],
  budgets: ReadonlyMap<string, Row>,
  options: CarryOptions,
): Promise<readonly Item[]> {
  const { nowMs, config } = options;
  const items: Item[] = [];
  let bare = 0;
  for (const row of rows) {
    const read = toAccount("end_user", row, { budgets, nowMs });
    if ("why" in read || isBound(read)) {
      items.push(await carryAccount("end_user", read, options));
      continue;
    }
    bare += 1;
    const isCounted = config.endUsers?.budget !== undefined && config.endUsers.budget.period === undefined;
    if (isCounted) await carrySpend("end_user", read.target.id, read, options);
  }
  const note = "nothing is said of them: what routes.yaml says of end users holds";
  if (bare > 0) items.push(skipped("end_user", { name: `${bare} without settings of their own`, why: note }));
  return items;
}

function isBound({ target, isBlocked }: Carried<NewAccount>): boolean {
  const { models, rpm, tpm, parallel, maxBudgetNanoUsd, softBudgetNanoUsd } = target;
  return (
    isBlocked || [models, rpm, tpm, parallel, maxBudgetNanoUsd, softBudgetNanoUsd].some((one) => one !== undefined)
  );
}

async function carryAccount(
  kind: AccountKind,
  read: Carried<NewAccount> | Skipped,
  options: CarryOptions,
): Promise<Item> {
  if ("why" in read) return skipped(kind, read);
  const { store, config, nowMs } = options;
  const { name, target, isBlocked } = read;
  const declared = kind === "user" ? config.users : kind === "team" ? config.teams : [];
  if (declared.some((one) => one.name === target.id)) return skipped(kind, { name, why: "routes.yaml declares it" });
  if ((await store.accounts.byId(kind, target.id)) !== undefined) return there(kind, name);
  const spent = await carrySpend(kind, target.id, read, options);
  await store.accounts.insert(target, entryOf(kind, target.id, target.alias, nowMs));
  if (isBlocked) await store.accounts.setBlocked(kind, target.id, true, nowMs);
  return carried(kind, read, spent, []);
}

async function carryKey(read: Carried<NewKey> | Skipped, options: CarryOptions): Promise<Item> {
  if ("why" in read) return skipped("key", read);
  const { store, config, nowMs } = options;
  const { name, isBlocked } = read;
  const { digest, id } = read.target;
  if (config.keys.some((key) => key.digest === digest)) return skipped("key", { name, why: "routes.yaml declares it" });
  const known = (await store.keys.byDigest(digest, nowMs)) ?? (await store.keys.byId(id));
  if (known !== undefined) return there("key", name);
  const isTaken = await hasAlias(read.target.alias, options);
  const target: NewKey = isTaken ? { ...read.target, alias: undefined } : read.target;
  const spent = await carrySpend("key", id, read, options);
  const entry = entryOf("key", id, target.alias, nowMs);
  // Until it is blocked it is over: nobody gets in by it in between.
  await store.keys.insert(isBlocked ? { ...target, expiresAt: target.createdAt } : target, entry);
  if (isBlocked) {
    await store.keys.setBlocked(id, true, nowMs);
    await store.keys.update(id, { expiresAt: target.expiresAt ?? null }, nowMs);
  }
  return carried("key", read, spent, isTaken ? ["its alias is another one's, and left out"] : []);
}

async function hasAlias(alias: string | undefined, { store, config }: CarryOptions): Promise<boolean> {
  if (alias === undefined) return false;
  return config.keys.some(({ name }) => name === alias) || (await store.keys.byAlias(alias)) !== undefined;
}

/** Before anybody can spend by it: a window that has its row already was carried by a run that was cut off. */
async function carrySpend(
  kind: SubjectKind,
  id: string,
  { target, spentNanoUsd }: Carried<NewAccount | NewKey>,
  { store, withSpend, nowMs }: CarryOptions,
): Promise<SpendOutcome> {
  if (!withSpend || spentNanoUsd === 0n) return { spentNanoUsd: undefined, note: undefined };
  const period = parsePeriod(target.budgetPeriod, target.createdAt) ?? { kind: "forever" as const };
  const { startMs, endMs } = windowAt(period, nowMs);
  const window = { subject: { kind, id }, windowStart: startMs, windowEnd: endMs };
  if (await store.accounting.carry({ ...window, spentNanoUsd })) return { spentNanoUsd, note: undefined };
  return { spentNanoUsd: undefined, note: "its spend is left as it is counted here" };
}

interface SpendOutcome {
  readonly spentNanoUsd: bigint | undefined;
  readonly note: string | undefined;
}

function carried(
  kind: SubjectKind,
  read: Carried<unknown>,
  { spentNanoUsd, note }: SpendOutcome,
  more: readonly string[],
): Item {
  const notes = [...read.notes, ...more, ...(note === undefined ? [] : [note])];
  return { kind, name: read.name, fate: notes.length === 0 ? "carried" : "changed", notes, spentNanoUsd };
}

const skipped = (kind: SubjectKind, { name, why }: Skipped): Item => ({
  kind,
  name,
  fate: "skipped",
  notes: [why],
  spentNanoUsd: undefined,
});

const there = (kind: SubjectKind, name: string): Item => ({
  kind,
  name,
  fate: "there",
  notes: [],
  spentNanoUsd: undefined,
});

/** Neither digest nor metadata: both may be somebody's secret. */
function entryOf(kind: SubjectKind, id: string, alias: string | undefined, nowMs: number): AuditEntry {
  return {
    time: nowMs,
    actor: "specgate import",
    action: `${kind}.import`,
    targetKind: kind,
    targetId: id,
    before: undefined,
    after: { from: "LiteLLM", alias: alias ?? null },
  };
}
