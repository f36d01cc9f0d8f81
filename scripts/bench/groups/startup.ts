import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { spreadOf } from "../figures.ts";
import { freePorts, startServer } from "../processes.ts";
import type { Measured } from "../rows.ts";
import type { Setting } from "../setting.ts";
import { significant } from "../table.ts";

const starts = 11;

/** From the start of `specgate serve` to its first connection; a first start, and one from source, beside. */
export async function measureStartup(setting: Setting): Promise<readonly Measured[]> {
  const source = join(setting.root, "src/specgate.js");
  rmSync(join(dirname(setting.built), ".cache"), { recursive: true, force: true });
  const firstMs = await startOnce(setting, setting.built);
  await startOnce(setting, source);
  const built: number[] = [];
  const fromSource: number[] = [];
  for (let round = 0; round < starts; round++) {
    built.push(await startOnce(setting, setting.built));
    fromSource.push(await startOnce(setting, source));
  }
  const value = spreadOf(built);
  return [
    {
      row: "startup",
      ours: `${significant(value.median)} ms`,
      theirs: `${significant(spreadOf(fromSource).median)} ms`,
      value,
      note: `${significant(firstMs)} ms at the first start, when no compiled code is kept yet`,
    },
  ];
}

async function startOnce({ folder, routes }: Setting, program: string): Promise<number> {
  const [port = 0] = await freePorts(1);
  const args = [program, "serve", "--config", routes, "--port", String(port)];
  const started = performance.now();
  const server = await startServer(folder, "startup", port, { command: process.execPath, args });
  const ms = performance.now() - started;
  await server.stop();
  return ms;
}
