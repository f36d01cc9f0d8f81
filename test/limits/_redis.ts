import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { onTestFinished, type TestContext } from "vitest";
import { freePort, newFolder } from "../_specgate.ts";

/** A Redis server of a test's own, that can be stopped and started again. */
export interface OwnRedis {
  readonly url: string;
  readonly start: () => Promise<void>;
  /** Ends it, and with it all that it knew. */
  readonly stop: () => Promise<void>;
  /** It stays, and answers nobody, until it is resumed. */
  readonly freeze: () => void;
  readonly resume: () => void;
}

/** Skips a test on a machine without a Redis server to start; where CI is set it fails instead. */
export function needRedisServer(context: TestContext): void {
  if (spawnSync("redis-server", ["--version"]).status === 0) return;
  if (process.env["CI"] === "true") throw new Error("CI needs redis-server");
  context.skip("this machine has no redis-server");
}

/** Starts a server on a port of its own; gone when the test is. It may want a password, which is not in its `url`. */
export async function startOwnRedis(password?: string): Promise<OwnRedis> {
  const [port, folder] = [await freePort(), newFolder()];
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
    if (password !== undefined) args.push("--requirepass", password);
    const started = spawn("redis-server", args, { stdio: "ignore" });
    child = started;
    await untilUp(port, password);
  };
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return { url, start, stop, freeze: () => child?.kill("SIGSTOP"), resume: () => child?.kill("SIGCONT") };
}

async function untilUp(port: number, password: string | undefined): Promise<void> {
  const client = new Redis({
    port,
    host: "127.0.0.1",
    lazyConnect: true,
    retryStrategy: null,
    ...(password !== undefined && { password }),
  });
  client.on("error", () => undefined);
  try {
    for (let tries = 0; tries < 250; tries++) {
      const answer = await client
        .connect()
        .then(() => client.ping())
        .catch(() => undefined);
      if (answer === "PONG") return;
      await sleep(20);
    }
    throw new Error("redis-server does not answer after five seconds");
  } finally {
    client.disconnect();
  }
}
