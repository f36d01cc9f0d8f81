import http from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { slopeOf, spreadOf } from "../figures.ts";
import { type Contender, contender, wrk } from "../load.ts";
import type { Memory, Server } from "../processes.ts";
import { chatRequest } from "../requests.ts";
import type { Measured } from "../rows.ts";
import { type Setting, startForwarder, startSpecgate } from "../setting.ts";
import { significant } from "../table.ts";

/** What one of the two held. */
interface Held {
  /** Heap after a collection, by the requests served until then. */
  readonly heaps: readonly (readonly [requests: number, bytes: number])[];
  readonly idle: Memory;
  readonly after: Memory;
}

/** How often the heap is looked at on the way. */
const looks = 10;

/** Memory after many requests, half of them translated, and with many streams open in which nothing happens. */
export async function measureMemory(setting: Setting): Promise<readonly Measured[]> {
  const start = (file: string) => ({
    options: ["--expose-gc", "--import", join(setting.root, "bench/memory.mjs")],
    env: { MEMORY_FILE: join(setting.folder, file) },
  });
  const path = "/v1/chat/completions";
  const ours = await hold(
    setting,
    await startSpecgate(setting, start("ours.json")),
    ["gpt-4o", "gemini-2.5-flash"],
    path,
  );
  const theirs = await hold(setting, await startForwarder(setting, start("theirs.json")), ["gpt-4o"], `/idle${path}`);
  const [grown, grownBeside] = [growthOf(ours), growthOf(theirs)];
  const served = ours.heaps.at(-1)?.[0] ?? 0;
  return [
    {
      row: "resident",
      ours: megabytes(ours.idle.rss),
      theirs: megabytes(theirs.idle.rss),
      value: spreadOf([ours.idle.rss / theirs.idle.rss]),
      note: `${megabytes(ours.after.rss)} and ${megabytes(theirs.after.rss)} when the streams are gone`,
    },
    {
      row: "heap",
      ours: megabytes(ours.idle.heapUsed),
      theirs: megabytes(theirs.idle.heapUsed),
      value: spreadOf([ours.idle.heapUsed / 1e6]),
      note: `${megabytes(ours.after.heapUsed)} and ${megabytes(theirs.after.heapUsed)} when the streams are gone`,
    },
    {
      row: "growth",
      ours: `${significant(grown)} bytes`,
      theirs: `${significant(grownBeside)} bytes`,
      value: spreadOf([grown]),
      note: `over the last two thirds of ${served} requests; heap on the way ${onTheWay(ours)} MB`,
    },
  ];
}

async function hold(setting: Setting, server: Server, models: readonly string[], idlePath: string): Promise<Held> {
  try {
    const heaps = await serveMany(setting, server, models);
    const streams = await openStreams(server.port, setting.effort.idleStreams, idlePath);
    await sleep(2000);
    const idle = await server.memory();
    for (const stream of streams) stream.destroy();
    await sleep(1000);
    return { heaps, idle, after: await server.memory() };
  } finally {
    await server.stop();
  }
}

async function serveMany(setting: Setting, server: Server, models: readonly string[]): Promise<Held["heaps"]> {
  const script = join(setting.root, "bench/chat.lua");
  const contenders: readonly Contender[] = models.map((model) => contender(model, setting, server, model));
  const heaps: [number, number][] = [];
  const perLook = setting.effort.requests / looks;
  let requests = 0;
  for (let look = 1; look <= looks; look++) {
    for (let turn = look; requests < look * perLook; turn++) {
      const one = contenders[turn % contenders.length];
      if (one !== undefined) requests += (await wrk(one, 32, 1, script)).requests;
    }
    heaps.push([requests, (await server.memory()).heapUsed]);
  }
  return heaps;
}

function onTheWay({ heaps }: Held): string {
  return heaps.map(([, bytes]) => significant(bytes / 1e6)).join(", ");
}

/** The first third is left out: code is still being compiled, and tables fill. */
function growthOf({ heaps }: Held): number {
  return slopeOf(heaps.slice(Math.ceil(looks / 3)));
}

/**
 * Opens streams and waits for the first event of each. Specgate knows by the model that they are the ones in which
 * nothing happens; the forwarder passes the path on. Fails: rejects when one is refused.
 */
async function openStreams(port: number, count: number, path: string): Promise<readonly http.ClientRequest[]> {
  const agent = new http.Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const body = chatRequest("idle", true);
  const opened: Promise<http.ClientRequest>[] = [];
  for (let i = 0; i < count; i++) {
    opened.push(openStream({ port, path, agent }, body));
    // The queue of new connections is short.
    if (i % 50 === 49) await opened.at(-1);
  }
  return Promise.all(opened);
}

function openStream(to: http.RequestOptions, body: string): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const options = { ...to, host: "127.0.0.1", method: "POST", timeout: 20_000, headers };
    const request = http.request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`an idle stream was answered ${response.statusCode}`));
      response.once("data", () => resolve(request)).on("error", () => {});
      response.resume();
    });
    request.on("error", reject).on("timeout", () => reject(new Error("an idle stream did not begin in 20 seconds")));
    request.end(body);
  });
}

function megabytes(bytes: number): string {
  return `${significant(bytes / 1e6)} MB`;
}
