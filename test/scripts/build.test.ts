import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { toPublished } from "../../scripts/build/manifest.ts";
import { startVertexEmulator } from "../../src/emulators/vertex.ts";
import { root } from "../_repository.ts";
import { freePort, newFolder, untilHealthy } from "../_specgate.ts";
import { runScript } from "./_run.ts";

const home = newFolder();
const built = join(home, "package");
const specgate = join(built, "specgate.js");

describe("the compiled package", () => {
  beforeAll(async () => {
    symlinkSync(join(root, "node_modules"), join(home, "node_modules"));
    const { code, stdout, stderr } = await runScript("build.ts", ["--out", built]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^\d+ files in /);
  }, 60_000);

  test("is JavaScript throughout, and holds what it reads", () => {
    const files = readdirSync(built, { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => file.endsWith(".ts"))).toEqual([]);
    for (const file of ["routes.yaml", "README.md", "LICENSE", "generated/routes.schema.json"]) {
      expect(files).toContain(file);
    }
    const typed = files.filter((file) => file.endsWith(".js") && /from "\.[^"]*\.ts"/.test(text(file)));
    expect(typed).toEqual([]);
  });

  test("runs its command as a program, and says its version", () => {
    const { status, stdout } = spawnSync(process.execPath, [specgate, "--version"], { encoding: "utf8" });
    const { version }: { version: string } = JSON.parse(text("package.json"));
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${version}\n` });
    expect(text("specgate.js")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test("serves", async () => {
    const upstream = await startVertexEmulator({ auth: "none" });
    onTestFinished(() => upstream.close());
    const routes = join(home, "routes.yaml");
    writeFileSync(
      routes,
      `providers:\n  vertex: { type: vertex, project: p, base_url: "${upstream.url}", auth: none }\nmodels: { m: vertex/gemini-2.5-flash }\n`,
    );
    const port = await freePort();
    const args = [specgate, "serve", "--config", routes, "--port", String(port)];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const url = `http://127.0.0.1:${port}`;
    await untilHealthy(url);
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hello!" }] }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ object: "chat.completion", model: "m" });
  });

  test("takes the place of what was built before, and of nothing else", async () => {
    const mine = join(newFolder(), "mine");
    mkdirSync(mine);
    writeFileSync(join(mine, "notes.txt"), "keep");
    const { code, stderr } = await runScript("build.ts", ["--out", mine]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `${mine} holds files that this script did not write\n` });
    expect(existsSync(join(mine, "notes.txt"))).toBe(true);
  });

  function text(file: string): string {
    return readFileSync(join(built, file), "utf8");
  }
});

describe("its manifest", () => {
  const manifest = {
    name: "specgate",
    version: "1.2.3",
    private: true,
    description: "…",
    license: "MIT",
    type: "module",
    engines: { node: ">=24" },
    bin: { specgate: "src/specgate.js" },
    scripts: { test: "vitest run" },
    dependencies: { h3: "2.0.8" },
    devDependencies: { vitest: "5.1.1" },
  };

  test("has what its users need, and the compiled command", () => {
    expect(toPublished(manifest)).toEqual({
      name: "specgate",
      version: "1.2.3",
      description: "…",
      license: "MIT",
      type: "module",
      engines: { node: ">=24" },
      dependencies: { h3: "2.0.8" },
      bin: { specgate: "specgate.js" },
      files: ["specgate.js", "src", "generated", "routes.yaml", "CHANGELOG.md"],
    });
  });

  test.each(["name", "version", "license", "engines", "dependencies"])("lacks no %s", (name) => {
    expect(() => toPublished({ ...manifest, [name]: undefined })).toThrow(`package.json has no ${name}`);
  });
});
