import { listSpendLogs, type SpendLog } from "../../../generated/admin-sdk/index.ts";
import { type Gateway, whole } from "../admin-client.ts";
import type { Line } from "./bill.ts";

const pageSize = 1_000;

export interface LedgerDays {
  /** Days of UTC, both counted. */
  readonly from: string;
  readonly to: string;
  /** A provider of routes.yaml. */
  readonly provider: string | undefined;
}

/** What the ledger says, by day and upstream model. */
export interface LedgerLines {
  readonly lines: readonly Line[];
  /** Rows that have no cost because no price is known. */
  readonly unpriced: number;
}

/**
 * Reads the ledger's rows page after page, and adds them up: reports go by the models that clients ask for, bills by
 * those of the upstream. Fails: rejects with a `CommandFailure`.
 */
export async function ledgerLines(gateway: Gateway, { from, to, provider }: LedgerDays): Promise<LedgerLines> {
  const sums = new Map<string, Line>();
  let unpriced = 0;
  for (let after: string | undefined; ; ) {
    const query = {
      start_date: from,
      end_date: to,
      limit: pageSize,
      ...(provider !== undefined && { provider }),
      ...(after !== undefined && { after }),
    };
    const { data, response } = await whole(listSpendLogs({ client: gateway.client, query }), gateway);
    for (const row of data) add(sums, row);
    unpriced += data.filter(({ cost_nano_usd }) => cost_nano_usd === null).length;
    after = response.headers.get("x-specgate-next") ?? undefined;
    if (after === undefined) return { lines: [...sums.values()], unpriced };
  }
}

function add(sums: Map<string, Line>, row: SpendLog): void {
  const day = row.startTime.slice(0, 10);
  const model = row.model ?? row.model_group ?? "(none)";
  const key = `${day} ${model}`;
  const before = sums.get(key);
  sums.set(key, {
    day,
    model,
    costNanoUsd: (before?.costNanoUsd ?? 0n) + BigInt(row.cost_nano_usd ?? 0),
    inputTokens: (before?.inputTokens ?? 0) + row.prompt_tokens,
    outputTokens: (before?.outputTokens ?? 0) + row.completion_tokens,
  });
}
