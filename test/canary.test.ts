import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseRoutes } from "../src/config/load.ts";
import { Secret } from "../src/secret.ts";
import { expectHidden, secret, secretForms, secretIn } from "./_canary.ts";
import { captureLog } from "./_log.ts";
import { failureOf, problemsInMetrics } from "./_setup.ts";
import { newFolder, runModule, runShell } from "./_specgate.ts";
import { createWatch } from "./_wire.ts";
import { startUpstream } from "./upstream/_servers.ts";

const leaked = secret("leaked");

describe("a secret of these tests", () => {
  test("is another one by another name, and the same wherever it is asked for", () => {
    expect(secret("leaked")).toBe(leaked);
    expect(secret("other")).not.toBe(leaked);
  });

  test("is fit for a header, a URL and a line of shell", () => {
    expect(encodeURIComponent(leaked)).toBe(leaked);
    expect(() => secret("two words")).toThrow("letters, digits and hyphens only");
  });

  test.each<[string, (text: string) => string]>([
    ["as it is", (text) => text],
    ["in capitals", (text) => text.toUpperCase()],
    ["in JSON", (text) => JSON.stringify({ text })],
    ["in a URL", (text) => String(new URL(`https://x.example/?key=${text}`))],
    ["in a login", (text) => `Basic ${btoa(`me:${text}`)}`],
    ["in base64 after one byte more", (text) => btoa(`meh:${text}.`)],
    ["in base64 after two bytes more", (text) => btoa(`mehr:${text}..`)],
    ["in hex", (text) => Buffer.from(text).toString("hex")],
  ])("is known again %s", (_name, show) => {
    expect(secretIn(`before ${show(leaked)} after`)).toMatch(/^(.*leaked|an encoded one)$/i);
  });

  test("is not seen where there is none", () => {
    expect(secretIn("a canary in a mine, canary0123456789ab")).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ["text", `it is ${leaked}`],
    ["a member", { headers: { authorization: `Bearer ${leaked}` } }],
    ["an error's message", new Error(leaked)],
    ["the cause of a cause", new Error("x", { cause: new Error("y", { cause: { body: leaked } }) })],
    ["a key of a map", new Map([[leaked, 1]])],
  ])("does not stay hidden in %s", (_name, value) => {
    expect(() => expectHidden(value)).toThrow("a secret shows: leaked");
  });

  test("stays hidden in a Secret", () => {
    expectHidden({ key: new Secret(leaked), list: [new Secret(leaked)] });
  });
});

describe("what is watched at every gateway of these tests", () => {
  test("its log", () => {
    const log = captureLog({ level: "info", format: undefined });
    log.logger.info({ key: leaked }, "request");
    expect(log.problems([], secretForms)).toHaveLength(1);
  });

  test("its answers, their headers and their streams", async () => {
    const type = { "content-type": "text/event-stream", "x-request-id": "r" };
    const upstream = await startUpstream((response, { url }) => {
      if (url === "/header") response.writeHead(200, { ...type, "x-leak": leaked }).end();
      else response.writeHead(200, type).end(`: ${leaked}\n\n`);
    });
    for (const path of ["/header", "/stream"]) {
      const watch = createWatch(secretForms);
      await (await watch.fetch(`${upstream.origin}${path}`)).text();
      expect(watch.problems.join("\n")).toContain("shows canary");
    }
  });

  test("its metrics", async () => {
    const upstream = await startUpstream((response) => response.end(`requests_total{model="${leaked}"} 1\n`));
    expect(await problemsInMetrics(upstream.origin)).toEqual(["a secret in the metrics: leaked"]);
  });

  test("what its loader says of a routes.yaml", () => {
    const routes = "keys: [{ name: alice, key: '${KEY}', kee: '${KEY}' }]\nserver: { port: '${KEY}' }\n";
    const loaded = parseRoutes(routes, { file: "routes.yaml", env: { KEY: leaked } });
    if ("config" in loaded) throw new Error("expected mistakes");
    expect(loaded.mistakes.length).toBeGreaterThan(1);
    expectHidden(loaded.mistakes);
  });
});

describe("what a command prints", () => {
  test.each(["log", "error"])("by console.%s", async (method) => {
    const file = join(newFolder(), "leak.mjs");
    writeFileSync(file, `console.${method}(process.env.KEY);`);
    const failure = await failureOf(runModule(file, { env: { KEY: leaked } }));
    expect(failure).toMatchObject({ message: "the command printed a secret: leaked" });
  });
});

describe("the test run", () => {
  const vitest = (rest: string, env: Readonly<Record<string, string>> = {}) => {
    const config = "test/_canary-vitest.config.ts";
    return runShell(`"${process.execPath}" node_modules/vitest/vitest.mjs run --config ${config} ${rest}`, { env });
  };

  test("fails when anything in it prints a secret, although its tests pass", async () => {
    const { code, stdout } = await vitest("-t leaks");
    const found = [...stdout.matchAll(/^a secret on (stdout|stderr), (.+?): /gm)].map(([, , name]) => name);
    const names = ["logged", "warned", "written", "halved", "inherited", "an encoded one", "SHOUTED", "compared"];
    expect(new Set(found)).toEqual(new Set(names));
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(`7 passed, ${1 + found.length} failed, 1 skipped`);
    expect(code).toBe(1);
  }, 60_000);

  test("fails when a secret is printed after its totals", async () => {
    const { code, stdout, stderr } = await vitest("-t keeps", { LEAK: "late" });
    expect(stdout).toContain("1 passed, 0 failed");
    expect(stderr).toContain("a secret on stdout, late: late-[secret]");
    expect(code).toBe(1);
  }, 60_000);

  test("passes when nothing does", async () => {
    const { code, stdout } = await vitest("-t keeps");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("1 passed, 0 failed, 8 skipped");
    expect(code).toBe(0);
  }, 60_000);
});
