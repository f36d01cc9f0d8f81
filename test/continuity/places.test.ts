import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { secret } from "../_canary.ts";
import { deleteKeys, needRedis, redisUrl } from "../_services.ts";
import { parseScript } from "../../src/emulators/script.ts";
import { project, startGateway, type TestGateway } from "../_setup.ts";
import { type ClientKind, clientKinds } from "./_clients.ts";
import { type Family, families, scriptFor } from "./_families.ts";
import { bodiesAt, outcomeOf, startFor, talk } from "./_talk.ts";

const env = {
  SECRET: secret("continuity-secret"),
  OLD: secret("continuity-old-secret"),
  BOB: secret("sk-bob-key"),
  REDIS: redisUrl,
};
const kindNamed = (name: string): ClientKind => {
  const found = clientKinds.find((kind) => kind.name === name);
  if (found === undefined) throw new Error(`no client ${name}`);
  return found;
};
const strips = kindNamed("strips extras");
const hardest = kindNamed("rewrites ids and arguments, and reorders parallel calls");
const familyNamed = (name: string): Family => {
  const found = families.find((family) => family.name === name);
  if (found === undefined) throw new Error(`no family ${name}`);
  return found;
};
const gemini3 = familyNamed("Gemini 3 on Vertex AI");

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "specgate-continuity-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const inFile = (path: string): string => `server: { secret: "\${SECRET}" }\ndatabase: { url: "sqlite:${path}" }`;

/** Another gateway before the same upstream. */
function another(family: Family, { upstream }: TestGateway, routes: string): Promise<TestGateway> {
  const models = `models: { test-model: { deployments: [up/${family.upstreamModel}], conformance: enforce } }`;
  return startGateway({
    providers: family.providers,
    routes: `${models}\n${routes}`,
    env,
    script: scriptFor(family),
    upstream: async () => upstream,
  });
}

const total = async (gateways: readonly TestGateway[], outcome: string): Promise<number> => {
  const counts = await Promise.all(gateways.map((gateway) => outcomeOf(gateway, outcome)));
  return counts.reduce((sum, count) => sum + count, 0);
};

describe("over a restart, with a file of SQLite's", () => {
  describe.each(families)("$name", (family) => {
    test.each([
      [strips, false],
      [strips, true],
      [hardest, true],
    ] as const)("a client that $name (streamed: %s)", async (kind, stream) => {
      const routes = inFile(join(folder(), "state.db"));
      const first = await startFor(family, routes, env);
      let gateway = first;
      await talk({
        family,
        kind,
        stream,
        async client(turn) {
          if (turn > 0) {
            expect(await outcomeOf(gateway, "stand_in")).toBe(0);
            await gateway.close();
            gateway = await another(family, first, routes);
          }
          return gateway.client;
        },
      });
      const bodies = bodiesAt(first);
      expect(bodies.map(family.proofIn).slice(0, 3)).toEqual([0, 1, 2]);
      expect(bodies.join("\n")).not.toContain("skip_thought_signature_validator");
      expect(await outcomeOf(gateway, "missing")).toBe(0);
    });
  });

  test("the file is its owner's alone", async () => {
    const path = join(folder(), "state.db");
    await startFor(gemini3, inFile(path), env);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("nothing that was said can be read in it", async () => {
    const made = folder();
    const gateway = await startFor(gemini3, inFile(join(made, "state.db")), env);
    await talk({ family: gemini3, kind: strips, stream: false, client: () => gateway.client });
    expect(await outcomeOf(gateway, "kept")).toBe(4);
    await gateway.close();
    const bytes = Buffer.concat(readdirSync(made).map((name) => readFileSync(join(made, name)))).toString("latin1");
    expect(bytes).toContain("continuity:");
    for (const word of ["Paris", "weather", "thought", "sunny", "specgate-emulator"]) expect(bytes).not.toContain(word);
  });
});

describe("without a file and without Redis", () => {
  test("a restart forgets: the model's own word stands in, is counted, and is logged once per request", async () => {
    const first = await startFor(gemini3);
    let gateway = first;
    await talk({
      family: gemini3,
      kind: strips,
      stream: false,
      async client(turn) {
        if (turn !== 1) return gateway.client;
        await gateway.close();
        gateway = await another(gemini3, first, "");
        return gateway.client;
      },
    });
    expect(bodiesAt(first).map((body) => body.split("skip_thought_signature_validator").length - 1)).toEqual([
      0, 1, 1, 1,
    ]);
    expect(await outcomeOf(gateway, "stand_in")).toBe(3);
    const lines = gateway.log.lines.filter(({ msg }) => msg.includes("stand-in"));
    expect(lines.map(({ level, model }) => [level, model])).toEqual(Array(3).fill([30, "test-model"]));
    expect(new Set(lines.map((line) => line.request_id)).size).toBe(3);
  });
});

describe("two gateways that share Redis", () => {
  const database = 11;
  const shared = `server: { secret: "\${SECRET}" }\nredis: { url: "\${REDIS}/${database}" }`;
  beforeEach(needRedis);
  afterAll(() => deleteKeys("specgate:value:continuity:", database));

  test.each(families)("$name: each turn is another gateway's", async (family) => {
    const first = await startFor(family, shared, env);
    const gateways = [first, await another(family, first, shared)];
    await talk({
      family,
      kind: hardest,
      stream: true,
      client: (turn) => (gateways[turn % 2] ?? first).client,
    });
    const bodies = bodiesAt(first);
    expect(bodies.map(family.proofIn).slice(0, 3)).toEqual([0, 1, 2]);
    expect(bodies.join("\n")).not.toContain("skip_thought_signature_validator");
    expect([await total(gateways, "stand_in"), await total(gateways, "missing")]).toEqual([0, 0]);
  });
});

describe("whose it is", () => {
  const keys = `keys: [{ name: alice, key: "\${KEY}" }, { name: bob, key: "\${BOB}" }]`;

  test("another tenant finds nothing", async () => {
    const gateway = await startFor(gemini3, keys, env);
    const bob = gateway.clientWith({ apiKey: env.BOB });
    await talk({
      family: gemini3,
      kind: strips,
      stream: false,
      client: (turn) => (turn === 0 ? gateway.client : bob),
    });
    expect(bodiesAt(gateway).map((body) => body.split("skip_thought_signature_validator").length - 1)).toEqual([
      0, 1, 1, 1,
    ]);
    // The call that bob got himself, in his second and third request, and the text of his last answer.
    expect(await outcomeOf(gateway, "found")).toBe(3);
  });

  test("a new key under the same name finds all", async () => {
    const routes = inFile(join(folder(), "state.db"));
    const first = await startFor(gemini3, `${routes}\nkeys: [{ name: alice, key: "\${KEY}" }]`, env);
    let gateway = first;
    await talk({
      family: gemini3,
      kind: strips,
      stream: false,
      async client(turn) {
        if (turn !== 1) return gateway === first ? first.client : gateway.clientWith({ apiKey: env.BOB });
        await first.close();
        gateway = await another(gemini3, first, `${routes}\nkeys: [{ name: alice, key: "\${BOB}" }]`);
        return gateway.clientWith({ apiKey: env.BOB });
      },
    });
    expect(await outcomeOf(gateway, "stand_in")).toBe(0);
  });
});

describe("another model", () => {
  /** One model after another, turn by turn. */
  async function relay(gateway: TestGateway, models: readonly string[], thinking: object): Promise<void> {
    const client = (turn: number) =>
      gateway.clientWith({
        defaultQuery: {},
        fetch: (url, init) => gateway.fetch(new URL(String(url)).pathname, withModel(init, models[turn])),
      });
    await talk({ family: { thinking }, kind: strips, stream: false, client });
  }

  const withModel = (init: RequestInit | undefined, model = "test-model"): RequestInit => {
    const body: object = JSON.parse(String(init?.body));
    return { ...init, body: JSON.stringify({ ...body, model }) };
  };

  test("is not given what is not its own, and the first one gets it back", async () => {
    const gateway = await startGateway({
      providers: gemini3.providers,
      routes: "models: { a: up/gemini-3-flash-preview, b: up/gemini-3.1-pro-preview }",
      script: scriptFor(gemini3),
    });
    await relay(gateway, ["a", "b", "a", "a"], {});
    const standIns = bodiesAt(gateway).map((body) => body.split("skip_thought_signature_validator").length - 1);
    // The second request holds a's turn for b, the third and the fourth b's for a.
    expect(standIns).toEqual([0, 1, 1, 1]);
  });

  test("of the same make has it at another provider, where its thoughts are good everywhere", async () => {
    const claude = familyNamed("Claude with a budget, on Vertex AI");
    const upstream = await claude.start(parseScript(scriptFor(claude)));
    const gateway = await startGateway({
      providers: `${claude.providers}  corp:
    { type: vertex, project: ${project}, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`,
      routes: "models: { a: up/claude-sonnet-4-5@20250929, b: corp/claude-sonnet-4-5 }",
      upstream: async () => upstream,
    });
    await relay(gateway, ["a", "b", "a", "b"], claude.thinking);
    expect(bodiesAt(gateway).map(claude.proofIn).slice(0, 3)).toEqual([0, 1, 2]);
  });

  test("of Google's at another provider is taken for another", async () => {
    const gateway = await startGateway({
      providers: `${gemini3.providers}  corp:
    { type: vertex, project: ${project}, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`,
      routes: "models: { a: up/gemini-3-flash-preview, b: corp/gemini-3-flash-preview }",
      script: scriptFor(gemini3),
    });
    await relay(gateway, ["a", "b", "a", "a"], {});
    const standIns = bodiesAt(gateway).map((body) => body.split("skip_thought_signature_validator").length - 1);
    expect(standIns).toEqual([0, 1, 1, 1]);
  });
});

describe("the secret", () => {
  async function afterRotation(written: string): Promise<TestGateway> {
    const path = join(folder(), "state.db");
    const routes = (names: string): string => `server: { secret: ${names} }\ndatabase: { url: "sqlite:${path}" }`;
    const first = await startFor(gemini3, routes(`"\${OLD}"`), env);
    let gateway = first;
    await talk({
      family: gemini3,
      kind: strips,
      stream: false,
      async client(turn) {
        if (turn !== 1) return gateway.client;
        await first.close();
        gateway = await another(gemini3, first, routes(written));
        return gateway.client;
      },
    });
    return gateway;
  }

  test("may be the second of a list", async () => {
    const gateway = await afterRotation(`["\${SECRET}", "\${OLD}"]`);
    expect([await outcomeOf(gateway, "stand_in"), await outcomeOf(gateway, "unreadable")]).toEqual([0, 0]);
  });

  test("that is gone takes with it what it has sealed, and no request fails", async () => {
    const gateway = await afterRotation(`"\${SECRET}"`);
    expect(await outcomeOf(gateway, "stand_in")).toBe(3);
    expect(await outcomeOf(gateway, "unreadable")).toBeGreaterThan(0);
  });
});
