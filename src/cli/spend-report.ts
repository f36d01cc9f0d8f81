import { type CommandDef, defineCommand } from "citty";
import { getSpendReport } from "../../generated/admin-sdk/index.ts";
import type { Environment } from "../config/config.ts";
import { adminOf, answered, type Gateway, gatewayArgs, jsonArgs } from "./admin-client.ts";
import { checkDates, dateArgs } from "./dates.ts";
import { CommandFailure, failing } from "./failure.ts";
import { allKeys } from "./keys-find.ts";
import { spendTable, totalOf } from "./spend-text.ts";
import type { Terminal } from "./terminal.ts";

/** By what spend is summed. */
const groups = ["day", "key", "user", "team", "end_user", "model", "provider"] as const;
type Group = (typeof groups)[number];

const reportArgs = {
  by: { type: "string", description: "By what: day, key, user, team, end_user, model or provider.", default: "day" },
  key: { type: "string", description: "Of this key alone: its alias or its id." },
  user: { type: "string", description: "Of this user alone." },
  team: { type: "string", description: "Of this team alone." },
  model: { type: "string", description: "Of this model alone, as clients ask for it." },
  csv: { type: "boolean", description: "Print CSV instead of a table." },
} as const;

/** Options of `specgate usage`. */
export type ReportArgs = typeof reportArgs & typeof dateArgs & typeof gatewayArgs & typeof jsonArgs;
export const usageArgs: ReportArgs = { ...reportArgs, ...dateArgs, ...gatewayArgs, ...jsonArgs };

/**
 * `specgate usage [--by B] [--from D] [--to D] …`: what the ledger sums up to.
 * Exit code: 0; 1 the gateway refused or cannot be reached; 2 wrong usage.
 */
export function createSpendReportCommand(env: Environment, { out, errors }: Terminal): CommandDef<ReportArgs> {
  return defineCommand({
    meta: { name: "report", description: "Show what was spent, by whom, on what or when." },
    args: usageArgs,
    run: ({ args: options }) =>
      failing(errors, async () => {
        const { from, to, user, team, model, key } = options;
        if (options.json === true && options.csv === true) throw new CommandFailure("--json or --csv, not both", 2);
        const by = groupOf(options.by);
        checkDates(from, to);
        const gateway = adminOf(env, options.url);
        const query = {
          group_by: by,
          ...(from !== undefined && { start_date: from }),
          ...(to !== undefined && { end_date: to }),
          ...(user !== undefined && { user_id: user }),
          ...(team !== undefined && { team_id: team }),
          ...(model !== undefined && { model }),
          ...(key !== undefined && { api_key: await keyIdOf(gateway, key) }),
        };
        if (options.csv === true) {
          const csv = { ...query, format: "csv" } as const;
          const text: unknown = await answered(
            getSpendReport({ client: gateway.client, query: csv, parseAs: "text" }),
            gateway,
          );
          out.write(String(text));
          return;
        }
        const sums = await answered(getSpendReport({ client: gateway.client, query }), gateway);
        const json = { by, from: from ?? null, to: to ?? null, rows: sums, total: totalOf(sums) };
        out.write(options.json === true ? `${JSON.stringify(json, null, 2)}\n` : spendTable(by, sums));
      }),
  });
}

function groupOf(text: string): Group {
  const group = groups.find((one) => one === text.replace("-", "_"));
  if (group === undefined) throw new CommandFailure(`--by ${text}: expected one of ${groups.join(", ")}`, 2);
  return group;
}

/** A key's id in the ledger. Keys that are deleted have rows still, so a name that nobody has is taken for an id. */
async function keyIdOf(gateway: Gateway, name: string): Promise<string> {
  if (name.startsWith("sk-")) {
    throw new CommandFailure("name a key by its alias or its id: others can read the words of a command", 2);
  }
  const [named] = await allKeys(gateway, { alias: name });
  return named?.key_id ?? name;
}
