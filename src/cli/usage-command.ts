import { type CommandDef, defineCommand } from "citty";
import type { Environment } from "../config/config.ts";
import { createReconcileCommand } from "./reconcile/command.ts";
import { createSpendReportCommand, type ReportArgs, usageArgs } from "./spend-report.ts";
import { ownTerminal, type Terminal } from "./terminal.ts";

/** `specgate usage [report]` and `specgate usage reconcile FILE`. */
export function createUsageCommand(env: Environment, terminal: Terminal = ownTerminal): CommandDef<ReportArgs> {
  return defineCommand({
    meta: { name: "usage", description: "Show what was spent, or compare it with a provider's bill." },
    // So that the value of an option is not taken for a command.
    args: usageArgs,
    default: "report",
    subCommands: {
      report: () => createSpendReportCommand(env, terminal),
      reconcile: () => createReconcileCommand(env, terminal),
    },
  });
}
