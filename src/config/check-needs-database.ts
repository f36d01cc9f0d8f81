import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt, wasRemoved } from "./inspection.ts";
import { masterKeyOf } from "./lets-in.ts";
import type { Path } from "./mistakes.ts";

const remedy = 'add `database: { url: "sqlite:specgate.db" }`';

/** What is kept in a database has one. Of budgets the first is told: the others are mended with it. */
export function checkNeedsDatabase(inspection: Inspection): void {
  const { routes } = inspection;
  if (routes.database?.url) return;
  if (wasRemoved(inspection, [], "database") || wasRemoved(inspection, ["database"], "url")) return;
  const tell = (path: Path, message: string): void => mistakeAt(inspection, path, { message, at: "key" });
  const budget = firstBudget(routes);
  if (masterKeyOf(routes) !== undefined) {
    tell(["server", "master_key"], `the admin API keeps its keys in a database; ${remedy}`);
  }
  if (budget !== undefined) tell(budget, `what is spent is kept in a database; ${remedy}`);
  if (routes.ledger !== undefined) tell(["ledger"], `the ledger is kept in a database; ${remedy}`);
  if (routes.alerts?.webhook) tell(["alerts"], `what is spent is kept in a database; ${remedy}`);
}

function firstBudget({ keys = [], users = [], teams = [], end_users, key_defaults }: Routes): Path | undefined {
  for (const [name, list] of Object.entries({ keys, users, teams })) {
    const index = list.findIndex(({ budget }) => budget !== undefined);
    if (index >= 0) return [name, index, "budget"];
  }
  if (end_users?.budget !== undefined) return ["end_users", "budget"];
  return key_defaults?.budget === undefined ? undefined : ["key_defaults", "budget"];
}
