import type { components } from "../../generated/types/routes.closed.ts";
import { checkAllowedModels } from "./check-allowed-models.ts";
import { checkBudget } from "./check-budget.ts";
import { type Inspection, mistakeAt, namesOfList, shownAt, unknownName } from "./inspection.ts";
import { masterKeyOf } from "./lets-in.ts";
import type { Path } from "./mistakes.ts";
import { memberOf } from "./tree.ts";
import { parseDuration } from "./units.ts";

type Account = Omit<components["schemas"]["Account"], "name">;

const lists = { users: "user", teams: "team" } as const;

/** Users, teams, end users and what new keys have. */
export function checkAccounts(inspection: Inspection): void {
  const { end_users, key_defaults } = inspection.routes;
  for (const list of ["users", "teams"] as const) checkNamed(inspection, list);
  if (end_users !== undefined) checkAccount(inspection, ["end_users"], end_users);
  if (key_defaults === undefined) return;
  checkAccount(inspection, ["key_defaults"], key_defaults);
  checkNotZero(inspection, ["key_defaults", "expires"], key_defaults.expires);
  if (masterKeyOf(inspection.routes) === undefined) warnOfNoAdmin(inspection);
}

function checkNamed(inspection: Inspection, list: keyof typeof lists): void {
  const names = new Set<string>();
  for (const [index, account] of (inspection.routes[list] ?? []).entries()) {
    const path = [list, index];
    checkAccount(inspection, path, account);
    checkAskedFor(inspection, path, account);
    checkLength(inspection, [...path, "name"], account.name);
    if (names.has(account.name)) {
      const message = `two ${list} are named ${shownAt(inspection, [...path, "name"])}`;
      mistakeAt(inspection, [...path, "name"], { message });
    }
    names.add(account.name);
  }
}

/** What may be said of anybody: which models, and how much money. */
export function checkAccount(inspection: Inspection, path: Path, { models, budget }: Account): void {
  checkAllowedModels(inspection, [...path, "models"], models);
  checkBudget(inspection, [...path, "budget"], budget);
}

/** Where nobody is asked for a key, nobody has one whose limit could hold. */
export function checkAskedFor(inspection: Inspection, path: Path, account: Account): void {
  if (inspection.routes.server?.auth !== "none") return;
  for (const name of ["models", "budget", "rpm", "tpm", "parallel"] as const) {
    if (account[name] === undefined) continue;
    const message = `\`${name}\` would never hold: under \`auth: none\` no key is asked for`;
    mistakeAt(inspection, [...path, name], { message, at: "key" });
  }
}

/** What is spent is counted by names, and a database bounds them. */
const longestName = 200;

/** A name that is counted by. */
export function checkLength(inspection: Inspection, path: Path, name: string | undefined): void {
  if (name === undefined || name.length <= longestName) return;
  mistakeAt(inspection, path, { message: `\`${path.at(-1)}\` is longer than ${longestName} characters` });
}

/** A key's user and team. In a database there may be others than in the file. */
export function checkBelonging(
  inspection: Inspection,
  path: Path,
  key: { readonly user?: string; readonly team?: string },
): void {
  for (const member of ["user", "team"] as const) checkLength(inspection, [...path, member], key[member]);
  if (inspection.routes.database?.url) return;
  for (const list of ["users", "teams"] as const) {
    const name = key[lists[list]];
    const known = namesOfList(inspection, list);
    if (name === undefined || known.includes(name)) continue;
    const place = [...path, lists[list]];
    const { message, suggestion } = unknownName(inspection, place, name, known);
    const text = `no ${lists[list]} under \`${list}\` is named ${shownAt(inspection, place)}${message}`;
    mistakeAt(inspection, place, { message: text, suggestion });
  }
}

/** A duration that is more than none at all. */
export function checkNotZero(inspection: Inspection, path: Path, text: string | undefined): void {
  const parsed = parseDuration(text ?? "1s");
  const isZero = "value" in parsed && parsed.value === 0;
  if (isZero) mistakeAt(inspection, path, { message: `\`${path.at(-1)}\` must be more than zero` });
}

function warnOfNoAdmin({ tree, report }: Inspection): void {
  const defaults = memberOf(tree, "key_defaults");
  const message = "without `server.master_key` there is no admin API, so no key is made that would have these";
  if (defaults !== undefined) report.warning(defaults, { message, at: "key" });
}
