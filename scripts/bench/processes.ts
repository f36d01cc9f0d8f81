import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that was started. */
export interface Server {
  readonly port: number;
  /** CPU time of the process so far, user's and system's, in microseconds. */
  readonly cpuUs: () => number;
  /** Its memory after a garbage collection, in bytes; for servers started with bench/memory.mjs and its MEMORY_FILE. */
  readonly memory: () => Promise<Memory>;
  /** Asks it to end and waits for that. */
  readonly stop: () => Promise<void>;
}

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

/** A program, and how it is run. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Installers need to know how this machine gets at its packages. */
  readonly wholeEnvironment?: boolean;
}

/** Everything that was started and has not ended, and its end. */
const running = new Map<ChildProcess, Promise<void>>();

/** Nothing of the machine's own settings, but what programs need to be found; Debian keeps nginx where root looks. */
function environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: `${process.env["PATH"]}:/usr/sbin`, HOME: process.env["HOME"] ?? "", ...env };
}

/**
 * Starts a server and waits until it listens on its port. What it prints goes into a file of the folder.
 * Fails: rejects when it ends, or does not listen within ten seconds.
 */
export async function startServer(folder: string, name: string, port: number, command: Command): Promise<Server> {
  const file = join(folder, `${name}.log`);
  const log = openSync(file, "w");
  const child = spawn(command.command, command.args, {
    env: environment(command.env),
    cwd: command.cwd ?? folder,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = track(child);
  const stop = () => end(child, ended);
  if (!(await listens(child, port))) {
    await stop();
    throw new Error(`${name} does not listen: ${readFileSync(file, "utf8").slice(0, 500)}`);
  }
  const memoryFile = command.env?.["MEMORY_FILE"] ?? "";
  return { port, cpuUs: () => cpuUs(child.pid ?? 0), memory: () => memoryOf(child, memoryFile), stop };
}

function track(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    const done = (): void => {
      running.delete(child);
      resolve();
    };
    child.once("exit", done).once("error", done);
  });
  running.set(child, ended);
  return ended;
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  const killed = setTimeout(() => child.kill("SIGKILL"), 2000);
  await ended;
  clearTimeout(killed);
}

/** Asks everything to end and waits for that. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(([child, ended]) => end(child, ended)));
}

/** Ends everything at once, without waiting. */
export function killAll(): void {
  for (const child of running.keys()) child.kill("SIGKILL");
}

async function listens(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline && child.exitCode === null && child.pid !== undefined) {
    if (await canConnect(port)) return true;
    await sleep(2);
  }
  return false;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}

/** A signal and a file, no channel: `specgate serve` starts itself anew, and would lose one. */
async function memoryOf(child: ChildProcess, file: string): Promise<Memory> {
  rmSync(file, { force: true });
  child.kill("SIGUSR2");
  const deadline = performance.now() + 10_000;
  while (!existsSync(file)) {
    if (performance.now() > deadline) throw new Error("no word of its memory within ten seconds");
    await sleep(20);
  }
  const said: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isMemory(said)) throw new Error("it said something else than its memory");
  return said;
}

function isMemory(said: unknown): said is Memory {
  return typeof said === "object" && said !== null && "rss" in said && "heapUsed" in said;
}

/** Ticks of /proc are hundredths of a second on every Linux. */
const usPerTick = 10_000;

function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name of the program, in brackets, may hold anything; after it come fields 3 and on.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * usPerTick;
}

/**
 * Runs a program to its end and gives what it printed.
 * Fails: rejects when it says so by its exit code, or takes longer than it may.
 */
export async function run(command: Command, timeoutMs: number): Promise<string> {
  const child = spawn(command.command, command.args, {
    env: { ...(command.wholeEnvironment === true ? process.env : {}), ...environment(command.env) },
    cwd: command.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  let problem = "";
  child.once("error", (error) => {
    problem = error.message;
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await Promise.all([track(child), closed]);
  clearTimeout(timer);
  if (child.exitCode === 0) return out;
  throw new Error(`${command.command} ${command.args.join(" ")}: ${problem}${errors}${out}`.slice(0, 2000));
}

/** Ports that nobody listens on, now. All are held until the last is found, so that none comes twice. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listenAnywhere(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
