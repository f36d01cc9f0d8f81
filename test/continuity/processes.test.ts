import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { parseScript } from "../../src/emulators/script.ts";
import { secret } from "../_canary.ts";
import { deleteKeys, needRedis, redisUrl } from "../_services.ts";
import { secrets, type Upstream } from "../_setup.ts";
import { freePort, type Running, runSpecgate, startForTest, untilHealthy } from "../_specgate.ts";
import { type ClientKind, clientKinds } from "./_clients.ts";
import { type Family, families, scriptFor } from "./_families.ts";
import { talk } from "./_talk.ts";

const database = 11;
const env = { SECRET: secret("process-secret"), TOKEN: secrets.token, REDIS: `${redisUrl}/${database}` };

afterAll(async () => {
  await deleteKeys("specgate:value:continuity:", database).catch(() => undefined);
});

/** A family, its upstream, and a folder with a routes.yaml for processes of their own. */
interface Setting {
  readonly family: Family;
  readonly upstream: Upstream;
  readonly folder: string;
}

async function settingFor(name: string, stores: string): Promise<Setting> {
  const family = families.find((one) => one.name === name);
  if (family === undefined) throw new Error(`no family ${name}`);
  const upstream = await family.start(parseScript(scriptFor(family)));
  const folder = mkdtempSync(join(tmpdir(), "specgate-processes-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const routes = `server: { secret: "\${SECRET}" }\n${stores}\n${family.providers}\nmodels: { test-model: up/${family.upstreamModel} }\n`;
  writeFileSync(join(folder, "routes.yaml"), routes);
  return { family, upstream, folder };
}

async function serve({ upstream, folder }: Setting): Promise<{ readonly running: Running; readonly client: OpenAI }> {
  const port = await freePort();
  const running = startForTest(["serve", "--port", String(port)], {
    cwd: folder,
    env: { ...env, UPSTREAM: upstream.url },
  });
  await untilHealthy(`http://127.0.0.1:${port}`);
  return { running, client: new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "any", maxRetries: 0 }) };
}

const kind: ClientKind | undefined = clientKinds.find(({ name }) => name === "strips extras");

function expectNothingLost({ family, upstream }: Setting): void {
  const bodies = upstream.requests.map(({ body }) => JSON.stringify(body));
  expect(bodies.map(family.proofIn).slice(0, 3)).toEqual([0, 1, 2]);
  expect(bodies.join("\n")).not.toContain("skip_thought_signature_validator");
}

/** Of each way to lose something one family. */
const named = ["Gemini 3 on the Developer API", "Claude with a budget, at Anthropic"];

describe("processes that share Redis", () => {
  beforeEach(needRedis);

  test.each(named)("take turns: %s", async (name) => {
    const setting = await settingFor(name, 'redis: { url: "${REDIS}" }');
    const [one, other] = [await serve(setting), await serve(setting)];
    if (kind === undefined) throw new Error("no client");
    const client = (turn: number): OpenAI => (turn % 2 === 0 ? one : other).client;
    await talk({ family: setting.family, kind, stream: true, client });
    expectNothingLost(setting);
    expect(await Promise.all([one.running.stop(), other.running.stop()])).toMatchObject([{ code: 0 }, { code: 0 }]);
  });
});

describe("processes with one file of SQLite's", () => {
  test.each(named)("are killed after each answer, and the next goes on: %s", async (name) => {
    const setting = await settingFor(name, 'database: { url: "sqlite:state.db" }');
    let serving = await serve(setting);
    if (kind === undefined) throw new Error("no client");
    await talk({
      family: setting.family,
      kind,
      stream: true,
      async client(turn) {
        if (turn > 0) {
          await serving.running.stop("SIGKILL");
          serving = await serve(setting);
        }
        return serving.client;
      },
    });
    expectNothingLost(setting);
  });
});

describe("specgate serve", () => {
  test.each([
    ["redis", 'redis: { url: "redis://127.0.0.1:1" }', /^`redis` cannot be used: The connection to Redis is broken\./],
    [
      "database",
      "database: { url: 'sqlite:routes.yaml' }",
      /^`database` cannot be used: The database's file cannot be used \(file is not a database\)\.\n$/,
    ],
  ])("says that `%s` cannot be used, and does not start", async (_name, stores, want) => {
    const { folder, upstream } = await settingFor("Gemini 3 on Vertex AI", stores);
    const { code, stdout } = await runSpecgate(["serve", "--port", "0"], {
      cwd: folder,
      env: { ...env, UPSTREAM: upstream.url },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(want);
  });
});
