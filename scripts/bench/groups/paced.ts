import { join } from "node:path";
import { interleave, spreadOf } from "../figures.ts";
import { run } from "../processes.ts";
import { writeRequest } from "../requests.ts";
import type { Measured, RowName } from "../rows.ts";
import { type Setting, startSpecgate } from "../setting.ts";
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

/** How much later events of many streams come through the gateway than straight from the upstream. */
export async function measurePaced(setting: Setting): Promise<readonly Measured[]> {
  const specgate = await startSpecgate(setting);
  const { pacedPort, effort } = setting;
  const path = "/v1/chat/completions";
  const ways: readonly { readonly row: RowName; readonly through: Read; readonly direct: Read }[] = [
    {
      row: "pacedPassThrough",
      through: reader(setting, specgate.port, path, "paced-gpt-4o"),
      direct: reader(setting, pacedPort, path, "paced-gpt-4o"),
    },
    {
      row: "pacedGemini",
      through: reader(setting, specgate.port, path, "paced-gemini"),
      direct: reader(setting, pacedPort, vertexPath, "paced-gemini"),
    },
  ];
  const measured: Measured[] = [];
  try {
    for (const { row, through, direct } of ways) {
      const ours: Seen[] = [];
      const theirs: Seen[] = [];
      for (const round of interleave(
        [
          { read: direct, to: theirs },
          { read: through, to: ours },
        ],
        effort.rounds,
      )) {
        for (const { read, to } of round) to.push(await read());
      }
      measured.push(toRow(row, ours, theirs));
    }
  } finally {
    await specgate.stop();
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

function toRow(row: RowName, ours: readonly Seen[], theirs: readonly Seen[]): Measured {
  const text = (seen: readonly Seen[]) => `${significant(spreadOf(seen.map(({ p99 }) => p99)).median)} ms`;
  const added = (key: "p50" | "p99") => spreadOf(ours.map((one, round) => one[key] - (theirs[round]?.[key] ?? 0)));
  const note = `at the median ${significant(added("p50").median)} ms added; ${spreadOf(ours.map((one) => one.events)).median} events a round`;
  return { row, ours: text(ours), theirs: text(theirs), value: added("p99"), note };
}
