import type { Entry } from "../../config/tree.ts";
import type { DeploymentDraft, Settings } from "./draft.ts";
import type { Notes } from "./notes.ts";
import { textOf } from "./source.ts";

/** Limits of a model, and the entries that they are made of. */
export interface Limits {
  readonly members: Readonly<Record<string, number>>;
  readonly entries: ReadonlySet<Entry>;
}

/**
 * `rpm` and `tpm` of deployments are limits in LiteLLM where its router is told to keep them; then the model may do
 * what all of its deployments may together. A model with others behind it would go on there, so it gets none.
 */
export function limitsOf(
  group: readonly DeploymentDraft[],
  isBacked: boolean,
  { keptLimits }: Settings,
  notes: Notes,
): Limits {
  const members: Record<string, number> = {};
  const entries = new Set<Entry>();
  for (const name of ["rpm", "tpm"] as const) {
    const own = group.flatMap(({ shares }) => shares[name] ?? []);
    const amounts = own.map((entry) => textOf(entry) ?? "").filter((text) => /^[1-9]\d{0,8}$/.test(text));
    if (isBacked || !keptLimits.has(name) || amounts.length < group.length) continue;
    members[name] = amounts.reduce((sum, text) => sum + Number(text), 0);
    for (const entry of own) {
      entries.add(entry);
      const to = () => ["models", group[0]?.modelName ?? "", name];
      const text =
        group.length === 1 ? "the model refuses what is beyond" : "the model has the sum, and refuses what is beyond";
      notes.changed(entry, text, to);
    }
  }
  return { members, entries };
}
