import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { secretIn } from "../_canary.ts";
import { root } from "../_repository.ts";
import { freePort, runSpecgate, startForTest, untilHealthy } from "../_specgate.ts";
import { needRedisServer, startOwnRedis } from "../limits/_redis.ts";
import { until } from "../store/_key-value.ts";
import { startRelay } from "../store/_relay.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { startUpstream } from "../upstream/_servers.ts";
import { urlOf } from "./_accounts.ts";
import { everythingIn, faults, makeFolder, models, planted, routes, startEcho } from "./_canary-run.ts";

/** Holds what belongs to an admin, who may read it again: in no log, metric or row of the ledger. */
const metadata = `metadata-${crypto.randomUUID().replaceAll("-", "")}`;

/** Paths of the admin API that answer to GET. */
function readable(): readonly string[] {
  const { paths }: { paths: Record<string, object> } = parse(readFileSync(join(root, "specs/admin.yaml"), "utf8"));
  return Object.keys(paths).filter((path) => Reflect.has(paths[path] ?? {}, "get"));
}

describe.each([sqliteDatabase(), postgresDatabase()])("secrets of a gateway on $name", (database) => {
  afterAll(() => database.drop(), 60_000);

  test("show in no log, metric, error, row or answer after a run of faults", async (context) => {
    await database.need(context);
    needRedisServer(context);
    const place = await database.fresh();
    const redis = await startOwnRedis(planted.redis);
    const hook = await startUpstream((response, { url }) => response.writeHead(500).end(url));
    const relay =
      place.kind === "postgres" ? await startRelay("127.0.0.1", Number(new URL(urlOf(place)).port || 5432)) : undefined;
    onTestFinished(() => relay?.close());
    const address = relay === undefined ? urlOf(place) : withPassword(urlOf(place), relay.port);
    const folder = makeFolder(routes);
    const env = {
      ...{ SEAL: planted.seal, MASTER: planted.master, DATABASE: address, UPSTREAM: await startEcho() },
      ...{
        REDIS: redis.url.replace("redis://", `redis://:${planted.redis}@`),
        WEBHOOK: `${hook.origin}/${planted.webhook}`,
      },
      ...{ API_KEY: planted.apiKey, BEARER: planted.bearer, HEADER: planted.header, ENVIRONMENT: planted.environment },
      ...{ DECLARED: planted.declared, DECLARED_SECOND: planted.declaredSecond },
    };
    const port = await freePort();
    const gateway = startForTest(["serve", "--port", String(port)], { cwd: folder, env });
    const url = `http://127.0.0.1:${port}`;
    await untilHealthy(url);

    /** What was found, by where. */
    const leaks: string[] = [];
    const look = (where: string, text: string): void => {
      const shown = secretIn(text);
      if (shown !== undefined) leaks.push(`${where}: ${shown}`);
    };
    let answers = 0;
    const statuses = new Set<number>();
    const ask = async (
      line: string,
      body?: object | string,
      key: string | null = planted.declared,
      headers: object = {},
    ) => {
      const [method = "GET", path = "/"] = line.split(" ");
      const response = await fetch(url + path, {
        method,
        headers: {
          ...{ connection: "close", "content-type": "application/json", ...headers },
          ...(key !== null && { authorization: `Bearer ${key}` }),
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text().catch((thrown: unknown) => String(thrown));
      answers++;
      statuses.add(response.status);
      return {
        status: response.status,
        text,
        shown: `${response.status} ${text} ${JSON.stringify([...response.headers])}`,
      };
    };
    const watched = async (...args: Parameters<typeof ask>) => {
      const answer = await ask(...args);
      // Whoever said it may hear it again.
      look(`the answer to ${args[0].slice(0, 40)}`, answer.shown.replaceAll(planted.prompt, ""));
      return answer;
    };
    const chat = (model: string, content: string, more: object = {}) =>
      watched("POST /v1/chat/completions", { model, messages: [{ role: "user", content }], ...more });
    const master = (line: string, body?: object | string) => watched(line, body, planted.master);

    const admin = async (when: string) => {
      for (const path of readable()) {
        const at = path.replace("{key}", "key_0").replace("{model}", "by-key");
        for (const query of ["", "?key=alice&user_id=ann&team_id=red&end_user_id=eve&return_full_object=true"]) {
          for (const key of [planted.master, planted.declared, null])
            await watched(`GET ${at}${query}`, undefined, key);
        }
      }
      look(`/metrics ${when}`, (await ask("GET /metrics")).text);
    };

    // Keys of the database: made by the admin, changed, blocked, in conflict. The one answer that shows a key is its maker's.
    const made = await ask(
      "POST /key/generate",
      { key: planted.own, key_alias: "carol", user_id: "ann", metadata: { note: metadata } },
      planted.master,
    );
    expect(made.status).toBe(200);
    const { key: random }: { key: string } = JSON.parse(
      (await ask("POST /key/generate", { key_alias: "dave" }, planted.master)).text,
    );
    expect(random).toMatch(/^sk-/);
    const { key: rotated }: { key: string } = JSON.parse(
      (await ask("POST /key/regenerate", { key: random, grace_period: "1h" }, planted.master)).text,
    );
    const generated = [random, rotated].filter((one) => typeof one === "string");

    // Each upstream, and each of its faults, whole and streamed.
    for (const model of models) {
      for (const fault of faults) {
        for (const stream of [false, true]) await chat(model, `fault: ${fault}. ${planted.prompt}`, { stream });
      }
    }
    await until(() => hook.seen.length > 0);

    // Keys that are wrong, and keys in the wrong places.
    for (const key of [planted.master, planted.declared, planted.own, ...generated]) {
      const wrong = [`${key}x`, `x${key}`, key.toUpperCase(), `${key} `, Buffer.from(key).toString("base64")];
      for (const one of wrong) {
        await watched("GET /v1/models", undefined, one);
        await watched("POST /key/info", { key: one }, planted.master);
        await watched(`GET /key/info?key=${encodeURIComponent(one)}`, undefined, planted.master);
        await watched("POST /key/update", { key: one, rpm_limit: 1 }, planted.master);
      }
      for (const name of ["x-api-key", "api-key", "x-goog-api-key"]) {
        await watched("GET /v1/models", undefined, null, { [name]: `${key}x` });
      }
      await watched("GET /v1/models", undefined, null, { authorization: `Basic ${btoa(`me:${key}`)}` });
      await watched(`GET /v1/models?key=${key}&api_key=${key}`, undefined, null);
      // Who asks for a path, a model or a role by such a name hears of it again; the log does not.
      await ask(`GET /v1/${key}`);
      await ask(`POST /v1/chat/completions/${key}`, {});
      await ask(`GET /v1/models/${key}`);
      await ask(`POST /key/${key}x/regenerate`, {}, planted.master);
      await watched("POST /v1/chat/completions", `{"model": "${key}", "messages": [{"role": "user" "${key}"}]}`);
      await watched("POST /v1/chat/completions", `"${key}"`);
      await watched("POST /v1/chat/completions", { model: "by-bearer", messages: key });
      await ask("POST /v1/chat/completions", { model: "by-bearer", messages: [{ role: key, content: key }] });
    }

    // The admin's own mistakes.
    await master("POST /key/generate", { key: planted.own });
    await master("POST /key/generate", { key_alias: "carol" });
    await master("POST /key/generate", { key: planted.declared });
    await master("POST /key/generate", { unheard_of: planted.master });
    await master("POST /key/generate", { max_budget: planted.master });
    await master("POST /key/generate", `{"key": "${planted.own}`);
    await master("POST /key/block", { key: planted.own });
    await master("POST /key/unblock", { key: planted.own });
    await watched("POST /key/generate", { key: planted.own }, planted.own);
    await admin("while all is well");

    // Redis is away, then the database.
    await redis.stop();
    await chat("by-bearer", planted.prompt);
    await admin("without Redis");
    await redis.start();
    const isHealthy = async () => (await ask("GET /health")).text.includes('"healthy"');
    await until(isHealthy);
    if (relay !== undefined) {
      const asking = chat("by-bearer", planted.prompt, { stream: true });
      await relay.cut();
      await asking;
      await chat("by-header", planted.prompt);
      await watched("GET /v1/models", undefined, `${planted.own}y`);
      await master("POST /key/generate", { key: `${planted.own}-new` });
      await admin("without PostgreSQL");
      await relay.mend();
      await until(isHealthy);
    }
    await chat("by-bearer", planted.prompt);
    await master("POST /key/delete", { keys: [planted.own] });
    await admin("at the end");
    // It is asked three times, in eleven seconds.
    await gateway.until("the webhook of `alerts` did not take a message");

    for (const [name, text] of Object.entries(await everythingIn(place))) {
      look(`the table ${name}`, text);
      if (name.endsWith("ledger")) expect(text.includes(metadata)).toBe(false);
      for (const one of generated) if (text.includes(one)) leaks.push(`the table ${name}: a generated key`);
    }
    const metrics = (await ask("GET /metrics")).text;
    // Before the process's end looks as well.
    look("standard output", gateway.stdout());
    for (const one of [metadata, ...generated]) expect((gateway.stdout() + metrics).includes(one)).toBe(false);
    expect(leaks).toEqual([]);
    const ended = await gateway.stop();
    look("standard error", ended.stderr);
    look("standard output", ended.stdout);
    expect([leaks, ended.code]).toEqual([[], 0]);

    // It was no walk in the park: what was to go wrong did, and it was logged.
    expect(answers).toBeGreaterThan(300);
    for (const status of [200, 400, 401, 403, 404, 409, 429, 502, 503]) expect(statuses).toContain(status);
    const isLogged = (text: string) => ended.stdout.includes(text);
    expect(["limits cannot be counted", "requests cannot be accounted for"].map(isLogged)).toEqual([
      true,
      relay !== undefined,
    ]);
    const ledger = Object.entries(await everythingIn(place)).filter(([name]) => name.endsWith("ledger"));
    expect(ledger.map(([, text]) => text.includes("by-command"))).toEqual([true]);
  }, 180_000);

  test("show in nothing that is said of a routes.yaml with mistakes", async () => {
    const folder = makeFolder(
      routes.replace("max:", "maxx:").replace("rpm: 10000", 'rpm: "${DECLARED}"').replace("closed", "${SEAL}"),
    );
    const env = {
      ...{ SEAL: planted.seal, MASTER: planted.master, REDIS: planted.redis, WEBHOOK: planted.webhook },
      ...{ DATABASE: `postgres://u:${planted.database}@[bad/x`, UPSTREAM: `http://u:${planted.bearer}@127.0.0.1:1` },
      ...{ API_KEY: planted.apiKey, BEARER: planted.bearer, HEADER: `${planted.header}\n`, ENVIRONMENT: "é" },
      ...{ DECLARED: planted.declared, DECLARED_SECOND: planted.declared },
    };
    // Each fails where it prints a secret.
    const checked = await runSpecgate(["check"], { cwd: folder, env });
    expect(checked.code).toBe(1);
    expect(checked.stdout.split("\n").length).toBeGreaterThan(3);
    expect((await runSpecgate(["serve"], { cwd: folder, env })).code).toBe(1);
  }, 60_000);
});

function withPassword(url: string, port: number): string {
  return Object.assign(new URL(url), { hostname: "127.0.0.1", port: String(port), password: planted.database }).href;
}
