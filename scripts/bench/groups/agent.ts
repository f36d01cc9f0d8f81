import { join } from "node:path";
import { ratiosOf, spreadOf } from "../figures.ts";
import { run } from "../processes.ts";
import type { Measured } from "../rows.ts";
import type { Setting } from "../setting.ts";
import { significant } from "../table.ts";

/** What bench/agent.ts prints: microseconds of CPU time per request, round by round. */
interface Said {
  readonly plain: readonly number[];
  readonly passThrough: readonly number[];
  readonly gemini: readonly number[];
}

/** CPU time for the body of a large request, beside parsing and writing the same text. */
export async function measureAgent({ root, routes, effort }: Setting): Promise<readonly Measured[]> {
  // Memory as `specgate serve` has it (src/young-generation.js), for both.
  const args = ["--max-semi-space-size=16", join(root, "bench/agent.ts"), String(effort.rounds * 3), routes];
  const said: Said = JSON.parse(await run({ command: process.execPath, args }, 120_000));
  return [toRow("agentPassThrough", said.passThrough, said.plain), toRow("agentGemini", said.gemini, said.plain)];
}

function toRow(row: "agentPassThrough" | "agentGemini", ours: readonly number[], plain: readonly number[]): Measured {
  const text = (rounds: readonly number[]) => `${significant(spreadOf(rounds).median / 1000)} ms`;
  return { row, ours: text(ours), theirs: text(plain), value: spreadOf(ratiosOf(ours, plain)) };
}
