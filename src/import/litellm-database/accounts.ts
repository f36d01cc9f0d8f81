import type { AccountKind, NewAccount } from "../../store/sql/accounts.ts";
import { type Carried, nobody, noModels, type Skipped } from "./keys.ts";
import { type Row, textIn } from "./row.ts";
import { toTerms } from "./settings.ts";

/** Where LiteLLM keeps them, and by which names. */
const columns: Readonly<Record<AccountKind, { readonly id: string; readonly alias: string }>> = {
  user: { id: "user_id", alias: "user_alias" },
  team: { id: "team_id", alias: "team_alias" },
  end_user: { id: "user_id", alias: "alias" },
};

/** The longest id that there may be. */
const longestId = 200;

/**
 * A row of LiteLLM_UserTable, LiteLLM_TeamTable or LiteLLM_EndUserTable.
 *
 * @param budgets - LiteLLM_BudgetTable by its ids
 */
export function toAccount(
  kind: AccountKind,
  row: Row,
  { budgets, nowMs }: { readonly budgets: ReadonlyMap<string, Row>; readonly nowMs: number },
): Carried<NewAccount> | Skipped {
  const id = textIn(row, columns[kind].id) ?? "";
  const alias = textIn(row, columns[kind].alias);
  const name = id === "" ? "(no id)" : id;
  if (id === "" || id.length > longestId)
    return { name: name.slice(0, 40), why: `an id has 1 to ${longestId} characters` };
  if (kind === "user" && id === nobody) return { name, why: "the user that LiteLLM gives to keys of nobody's" };
  const budget = budgets.get(textIn(row, "budget_id") ?? "") ?? {};
  const { settings, createdAt, spentNanoUsd, notes } = toTerms(row, budget, alias, nowMs);
  // Lists of all are looked at here: this word would shut out the user's keys of teams too.
  const isBarred = kind === "user" && settings.models?.includes(noModels) === true;
  const target: NewAccount = {
    ...settings,
    models: isBarred ? undefined : settings.models,
    kind,
    id,
    email: kind === "user" ? textIn(row, "user_email") : undefined,
    createdAt,
  };
  return {
    name,
    target,
    isBlocked: row["blocked"] === true,
    spentNanoUsd,
    notes: [...notes, ...notesOf(kind, target)],
  };
}

function notesOf(kind: AccountKind, { models, maxBudgetNanoUsd }: NewAccount): readonly string[] {
  if (kind !== "user") return [];
  return [
    ...(models === undefined ? [] : ["its models hold for its keys of teams too"]),
    ...(maxBudgetNanoUsd === undefined ? [] : ["its budget holds for its keys of teams too"]),
  ];
}
