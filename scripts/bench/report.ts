import { cpus, release, totalmem } from "node:os";
import type { Measured } from "./rows.ts";
import { nameOf } from "./rows.ts";
import type { Effort } from "./setting.ts";
import { toMarkdown } from "./table.ts";
import type { Tools } from "./tools.ts";

/** The machine, without its name. */
export function describeMachine(): string {
  const all = cpus();
  const gigabytes = Math.round(totalmem() / 1e9);
  return `${all.length} × ${all[0]?.model.trim() ?? "unknown"}, ${gigabytes} GB, ${process.platform} ${release()}`;
}

/** What a report is made of. */
export interface Findings {
  /** As `2026-11-21`. */
  readonly date: string;
  readonly machine: string;
  readonly tools: Tools;
  readonly effort: Effort;
  readonly minutes: number;
  readonly cells: readonly (readonly string[])[];
  readonly measured: readonly Measured[];
}

/** The page bench/RESULTS.md. */
export function toPage(findings: Findings): string {
  const { tools, effort, measured } = findings;
  const { rounds, seconds, warmUpSeconds } = effort;
  const others = tools.nodes.map(({ version }) => version).join(" and ");
  const notes = measured.flatMap((one) => (one.note === undefined ? [] : [`- ${nameOf(one)}: ${one.note}.`]));
  return `# Results

Written by \`npm run bench\`. [README.md](README.md) says how it measures, [docs/performance.md](../docs/performance.md) what follows.

- ${findings.date}; it took ${findings.minutes} minutes
- ${findings.machine}, shared by the load, what is measured and the upstream
- Specgate and the limit on Node ${process.versions.node}; Portkey ${tools.portkey.version} on Node ${others}, the better counts
- ${rounds} rounds of ${seconds} s, after a warm-up of ${warmUpSeconds} s; medians, and the range of the rounds in brackets
- CPU per request: ours / theirs

${toMarkdown(findings.cells)}

${notes.join("\n")}
`;
}
