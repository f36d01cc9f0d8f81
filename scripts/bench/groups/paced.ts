import { join } from "node:path";
import { interleave, spreadOf } from "../figures.ts";
import { run } from "../processes.ts";
import { writeRequest } from "../requests.ts";
import type { Measured, RowName } from "../rows.ts";
import { type Setting, startForwarder, startSpecgate } from "../setting.ts";
import { significant } from "../table.ts";

const streams = 200;
const vertexPath =
  "/v1beta1/projects/demo/locations/us-central1/publishers/google/models/m:streamGenerateContent?alt=sse";

/** What bench/paced-client.mjs saw, in milliseconds. */
interface Seen {
  readonly events: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

/** Reads the streams once. */
type Read = () => Promise<Seen>;

/**
 * How much later events of many streams come through the gateway than straight from the upstream; and through the limit,
 * which says how much of it is the machine's.
 */
export async function measurePaced(setting: Setting): Promise<readonly Measured[]> {
  const { pacedPort, effort } = setting;
  const specgate = await startSpecgate(setting);
  const forwarder = await startForwarder({ ...setting, upstreamPort: pacedPort });
  const path = "/v1/chat/completions";
  const wayOf = (row: RowName, upstreamPath: string, model: string) => ({
    row,
    through: reader(setting, specgate.port, path, model),
    bare: reader(setting, forwarder.port, upstreamPath, model),
    direct: reader(setting, pacedPort, upstreamPath, model),
  });
  const ways = [wayOf("pacedPassThrough", path, "paced-gpt-4o"), wayOf("pacedGemini", vertexPath, "paced-gemini")];
  const measured: Measured[] = [];
  try {
    for (const { row, through, bare, direct } of ways) {
      const ours: Seen[] = [];
      const limits: Seen[] = [];
      const theirs: Seen[] = [];
      for (const round of interleave(
        [
          { read: direct, to: theirs },
          { read: through, to: ours },
          { read: bare, to: limits },
        ],
        effort.rounds,
      )) {
        for (const { read, to } of round) to.push(await read());
      }
      measured.push(toRow(row, ours, theirs, limits));
    }
  } finally {
    await Promise.all([specgate.stop(), forwarder.stop()]);
  }
  return measured;
}

function reader({ root, folder, effort }: Setting, port: number, path: string, model: string): Read {
  const body = writeRequest(folder, model, true);
  const url = `http://127.0.0.1:${port}${path}`;
  const args = [join(root, "bench/paced-client.mjs"), url, String(streams), String(effort.seconds)];
  return async () => {
    const out = await run({ command: process.execPath, args, env: { BODY: body } }, effort.seconds * 1000 + 30_000);
    const seen: Seen = JSON.parse(out);
    if (seen.failed > 0 || seen.events === 0) throw new Error(`paced streams of ${model} failed: ${out}`);
    return seen;
  };
}

function toRow(row: RowName, ours: readonly Seen[], theirs: readonly Seen[], limits: readonly Seen[]): Measured {
  const text = (seen: readonly Seen[]) => `${significant(spreadOf(seen.map(({ p99 }) => p99)).median)} ms`;
  const added = (key: "p50" | "p99", seen = ours) =>
    spreadOf(seen.map((one, round) => one[key] - (theirs[round]?.[key] ?? 0)));
  const events = spreadOf(ours.map((one) => one.events)).median;
  const note = `at the median ${significant(added("p50").median)} ms added; the limit adds ${significant(added("p99", limits).median)} ms, ${significant(added("p50", limits).median)} at the median; ${events} events a round`;
  return { row, ours: text(ours), theirs: text(theirs), value: added("p99"), note };
}
