import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseScript } from "../src/emulators/script.ts";
import { startVertexEmulator } from "../src/emulators/vertex.ts";
import { root } from "./_repository.ts";
import { freePort, newFolder, runSpecgate, specgate, startForTest, untilHealthy } from "./_specgate.ts";

const offline = `providers:
  vertex: { type: vertex, project: p, location: l, base_url: "http://127.0.0.1:9", auth: none }
models:
  m: vertex/gemini-2.5-flash
`;

function folderWith(routes: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, "routes.yaml"), routes);
  return folder;
}

describe("a Node that is too old", () => {
  const said = /^specgate needs Node 24 or newer; this is [\d.]+\. `npm ci` installs one for npm's scripts\.\n$/;

  test("is told so in one line", () => {
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });";
    const args = ["--import", `data:text/javascript,${encodeURIComponent(old)}`, specgate, "check"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(said);
    expect(stderr).toContain("this is 20.1.0");
  });

  test("is told so in one line, as the machine's own", (context) => {
    const node = "/usr/bin/node";
    const version = existsSync(node) ? spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim() : "absent";
    if (!/^v(1\d|2[0-3])\./.test(version)) context.skip(`${node} is ${version}, which is not too old`);
    const { status, stdout, stderr } = spawnSync(node, [specgate, "demo"], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(said);
  });
});

describe("wrong usage ends with 2 and says how it goes", () => {
  test.each([
    [["srve"], "unknown command 'srve'; did you mean 'serve'?"],
    [[], "usage: specgate serve | dev | check | schema | mock | demo | init"],
    [["toString"], "unknown command 'toString'"],
    [["serve", "--prot", "1"], "unknown option '--prot'; did you mean '--port'?"],
    [["serve", "--port"], "--port needs a value"],
    [["serve", "--port", "http"], "--port http: expected a number from 0 to 65535"],
    [["serve", "--port=65536"], "--port 65536: expected a number from 0 to 65535"],
    [["serve", "routes.yaml"], "unexpected 'routes.yaml'"],
    [["check", "a.yaml", "b.yaml"], "unexpected 'b.yaml'"],
    [["check", "-q"], "unknown option '-q'"],
    [["demo", "--onec"], "unknown option '--onec'; did you mean '--once'?"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await runSpecgate(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain("usage: specgate");
  });

  test("an emulator that is not there", async () => {
    const { code, stdout } = await runSpecgate(["mock", "vertx"]);
    expect(code).toBe(2);
    expect(stdout).toContain("did you mean vertex?");
  });
});

describe("asking what there is ends with 0", () => {
  test("--version", async () => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const { code, stdout } = await runSpecgate(["--version"]);
    expect(code).toBe(0);
    expect(manifest).toMatchObject({ version: stdout.trim() });
  });

  test.each([["--help"], ["serve --help"], ["init --help"]])("%s", async (line) => {
    const { code, stdout } = await runSpecgate(line.split(" "));
    expect(code).toBe(0);
    expect(stdout).toContain("USAGE");
  });

  test("schema prints a JSON Schema", async () => {
    const { code, stdout } = await runSpecgate(["schema"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("definitions.Routes.properties.providers");
  });
});

describe("specgate check", () => {
  test("ends with 1 on a typo and shows its line and column", async () => {
    const cwd = folderWith(offline.replace("models:", "modles:"));
    const { code, stdout } = await runSpecgate(["check"], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain("routes.yaml:3:1  unknown key `modles`; did you mean `models`?");
  });

  test("ends with 1 on a variable that is not set, and with 0 when it is", async () => {
    const cwd = folderWith(offline.replace("project: p", 'project: "${THE_PROJECT}"'));
    expect(await runSpecgate(["check"], { cwd })).toMatchObject({ code: 1 });
    expect(await runSpecgate(["check"], { cwd, env: { THE_PROJECT: "p" } })).toMatchObject({ code: 0 });
  });
});

describe("specgate init", () => {
  test("writes a file that check takes, and leaves one alone that is there", async () => {
    const cwd = newFolder();
    expect(await runSpecgate(["init"], { cwd })).toMatchObject({ code: 0 });
    expect(await runSpecgate(["check"], { cwd, env: { VERTEX_PROJECT: "p" } })).toMatchObject({ code: 0 });
    writeFileSync(join(cwd, "routes.yaml"), "mine");
    expect(await runSpecgate(["init"], { cwd })).toMatchObject({ code: 1 });
    expect(readFileSync(join(cwd, "routes.yaml"), "utf8")).toBe("mine");
  });
});

describe("specgate serve", () => {
  test("ends with 1 without a routes.yaml, naming the command that writes one", async () => {
    const { code, stdout } = await runSpecgate(["serve"], { cwd: newFolder() });
    expect(code).toBe(1);
    expect(stdout).toContain("`specgate init`");
  });

  test("ends with 1 on a mistake, before it listens", async () => {
    const { code, stdout } = await runSpecgate(["serve"], { cwd: folderWith(`${offline}  n: nobody/x\n`) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/routes\.yaml:5:6 /);
  });

  test.each([
    ["in the file", ["serve"], `server: { host: 0.0.0.0 }\n${offline}`],
    ["on the command line", ["serve", "--host", "0.0.0.0"], offline],
    ["by a name that only looks local", ["serve", "--host", "127.example.com"], offline],
  ])("refuses a host beyond loopback without keys, %s", async (_, args, routes) => {
    const { code, stdout, stderr } = await runSpecgate(args, { cwd: folderWith(routes) });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/keys/);
  });

  test("ends with 1 when the port is taken", async () => {
    const emulator = await startVertexEmulator({ auth: "none" });
    onTestFinished(() => emulator.close());
    const { port } = new URL(emulator.url);
    const { code, stdout, stderr } = await runSpecgate(["serve", "--port", port], { cwd: folderWith(offline) });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*\n$/);
  });

  test("answers /health, and on SIGTERM finishes what it has begun", async () => {
    const { url, serving, stream } = await serveSlowly();
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "healthy" });
    const answer = await stream({ connection: "close" });
    const stopped = serving.stop("SIGTERM");
    expect((await answer.text()).trimEnd()).toMatch(/data: \[DONE\]$/);
    expect(await stopped).toMatchObject({ code: 0, stderr: "" });
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    expect(serving.stdout()).toContain('"msg":"stopped"');
  });

  test("does not wait for a client that keeps its connection after the last answer", async () => {
    const { serving, stream } = await serveSlowly();
    const answer = await stream({});
    const stopped = serving.stop("SIGTERM");
    await answer.text();
    expect(await Promise.race([stopped, sleep(3000, "still running")])).toMatchObject({ code: 0 });
  });

  // The words a process was started with are only told on Linux.
  test.runIf(process.platform === "linux").each([
    ["16 MB unless told", {}, { channel: false, size: "16" }],
    ["what NODE_OPTIONS say", { NODE_OPTIONS: "--max-semi-space-size=4" }, { channel: false, size: undefined }],
    ["Node's own beside a parent with a channel", {}, { channel: true, size: undefined }],
  ])("keeps room for new objects: %s", async (_, env, { channel, size }) => {
    const port = String(await freePort());
    const stdio: StdioOptions = channel ? ["ignore", "ignore", "ignore", "ipc"] : "ignore";
    const options = { cwd: folderWith(offline), env: { PATH: process.env["PATH"], ...env }, stdio };
    const child: ChildProcess = spawn(process.execPath, [specgate, "serve", "--port", port], options);
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    await untilHealthy(`http://127.0.0.1:${port}`);
    const words = readFileSync(`/proc/${child.pid}/cmdline`, "utf8").split("\0");
    expect(words.find((word) => word.includes("semi-space"))?.split("=")[1]).toBe(size);
    expect(child.connected).toBe(channel);
  });

  test("logs that it listens when it does", async () => {
    const { serving, url } = await serveSlowly();
    await sleep(1500);
    expect(serving.stdout()).toContain(url);
  });
});

/** A gateway whose upstream takes its time, and a way to ask it for a stream. */
async function serveSlowly() {
  const script = parseScript("answers: [{ words: 60, delay: { between: 40ms }, chunks: 30 }]");
  const emulator = await startVertexEmulator({ auth: "none", script });
  onTestFinished(() => emulator.close());
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const cwd = folderWith(offline.replace("http://127.0.0.1:9", emulator.url));
  const serving = startForTest(["serve", "--port", port], { cwd });
  await untilHealthy(url);
  const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "Hello!" }] });
  const stream = (headers: Readonly<Record<string, string>>) =>
    fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  return { url, serving, stream };
}
