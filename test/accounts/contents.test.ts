import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { validateSpendLogContent } from "../../generated/validators/admin.exact.mjs";
import { contentMember } from "../../src/policy/content.ts";
import type { SqlPlace } from "../../src/store/sql/open.ts";
import { secret } from "../_canary.ts";
import { type Answered, says, secrets, startOpenAIServer } from "../_setup.ts";
import { until } from "../store/_key-value.ts";
import { onPostgres, postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { type AccountsGateway, startOn } from "./_accounts.ts";

const master = secret("sk-master-of-contents");
const bob = secret("sk-bob-says-nothing");
const env = { MASTER: master, BOB: bob };

const withContent = (retention = "30d"): string => `
server: { master_key: "\${MASTER}", secret: "\${SECRET}" }
ledger: { content: { retention: ${retention} } }
models:
  test-model: { deployments: [vertex/gemini-2.5-flash], price: { input: "1", output: "2" } }
  vectors: { deployments: [vertex/gemini-embedding-001], price: { input: "1", output: "2" } }
keys:
  - { name: alice, key: "\${KEY}", content: true }
  - { name: bob, key: "\${BOB}" }
`;
const routes = withContent();
const script = "answers: [{ text: Hello there. }]";

/** JSON as it came. */
type Json = ReturnType<typeof JSON.parse>;

async function read(gateway: AccountsGateway, id: string, key = master): Promise<{ status: number; body: Json }> {
  const headers = { authorization: `Bearer ${key}`, connection: "close" };
  const response = await fetch(`${gateway.url}/spend/logs/content?request_id=${id}`, { headers });
  return { status: response.status, body: await response.json() };
}

/** The id of the request that came last. */
async function lastId({ accounts }: AccountsGateway): Promise<string> {
  const [row] = await accounts.ledger.rows({}, { limit: 1 });
  if (row === undefined) throw new Error("nothing is on the ledger");
  return row.id;
}

/** What was said in the last request, as soon as it is there. */
async function lastContent(gateway: AccountsGateway): Promise<Json> {
  const id = await lastId(gateway);
  await until(async () => (await gateway.accounts.contents.byId(id)) !== undefined);
  const { status, body } = await read(gateway, id);
  expect([status, body.request_id, validateSpendLogContent(body)]).toEqual([200, id, true]);
  return body;
}

const json = ({ text }: Answered): Json => JSON.parse(text);

describe.each([sqliteDatabase(), postgresDatabase()])("what is said, on $name", (database) => {
  afterAll(() => database.drop());

  test("is kept of a key that wants it, as it came and as it left, and of no other", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    const asked = { model: "test-model", ...says("Hi"), user: "eve", a_member_that_nobody_knows: [1] };
    await gateway.post(asked, { authorization: `Bearer ${bob}` });
    const bobs = await lastId(gateway);
    const answered = await gateway.post(asked);
    const { time, request, response } = await lastContent(gateway);
    expect(request).toEqual(asked);
    expect(response).toEqual(json(answered));
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    expect(await gateway.accounts.contents.byId(bobs)).toBeUndefined();
    expect((await read(gateway, bobs)).status).toBe(404);
    expect((await read(gateway, "req_nothing")).status).toBe(404);
    expect((await read(gateway, "")).status).toBe(400);
  });

  test("is kept of no key where the config has no place for it", async (context) => {
    const without = routes.replace(/^ledger:.*$/m, "").replace(", content: true", "");
    const gateway = await startOn(database, context, { routes: without, script, env });
    const made = { key_alias: "carol", content: true };
    const headers = { authorization: `Bearer ${master}`, "content-type": "application/json", connection: "close" };
    const body = JSON.stringify(made);
    const { key }: Json = await (await fetch(`${gateway.url}/key/generate`, { method: "POST", headers, body })).json();
    await gateway.post({ model: "test-model", ...says("Hi") }, { authorization: `Bearer ${key}` });
    expect((await gateway.accounts.keys.byAlias("carol"))?.metadata).toEqual({ [contentMember]: true });
    const id = await lastId(gateway);
    await gateway.close();
    expect(await gateway.accounts.contents.byId(id)).toBeUndefined();
  });

  test("is kept of keys of the database", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    const headers = { authorization: `Bearer ${master}`, "content-type": "application/json", connection: "close" };
    const body = JSON.stringify({ content: true });
    const { key }: Json = await (await fetch(`${gateway.url}/key/generate`, { method: "POST", headers, body })).json();
    await gateway.post({ model: "test-model", ...says("Hi") }, { authorization: `Bearer ${key}` });
    expect((await lastContent(gateway)).request.messages).toEqual(says("Hi").messages);
  });

  test("is kept of streams, put together", async (context) => {
    const long = "answers: [{ text: One two three four., thoughts: Hm., chunks: 5 }]";
    const gateway = await startOn(database, context, { routes, script: long, env });
    const { chunks } = await gateway.stream({ ...says("Hi"), stream_options: { include_usage: true } });
    expect(chunks.length).toBeGreaterThan(3);
    const { request, response } = await lastContent(gateway);
    expect(request).toMatchObject({ stream: true });
    expect(response).toMatchObject({
      id: chunks[0]?.id,
      object: "chat.completion",
      model: "test-model",
      choices: [{ index: 0, message: { role: "assistant", content: "One two three four." }, finish_reason: "stop" }],
    });
  });

  test("is kept of calls in a stream that is passed on as it came", async (context) => {
    const gateway = await startOn(database, context, {
      providers: 'providers: { up: { type: openai, base_url: "${UPSTREAM}/v1", auth: { bearer: "${TOKEN}" } } }',
      routes: routes.replaceAll(/vertex\/[\w.-]+/g, "up/gpt-4o"),
      script:
        "answers: [{ calls: [{ name: weather, args: { city: Paris } }, { name: weather, args: { city: Rome } }] }]",
      upstream: (one) => startOpenAIServer(one, "openai"),
      env,
    });
    const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }];
    await gateway.stream({ ...says("Hi"), tools });
    const { response } = await lastContent(gateway);
    const calls: Json[] = response.choices[0].message.tool_calls;
    expect(calls.map((call) => [call.type, call.function.name, JSON.parse(call.function.arguments)])).toEqual([
      ["function", "weather", { city: "Paris" }],
      ["function", "weather", { city: "Rome" }],
    ]);
  });

  test("is kept of legacy completions, whole and streamed", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    const asked = { model: "test-model", prompt: "Say hello" };
    const answered = await gateway.post(asked, undefined, "/v1/completions");
    const whole = await lastContent(gateway);
    expect([whole.request, whole.response]).toEqual([asked, json(answered)]);
    await gateway.post({ ...asked, stream: true }, undefined, "/v1/completions");
    const { response } = await lastContent(gateway);
    expect(response).toMatchObject({ object: "text_completion", choices: [{ text: json(answered).choices[0].text }] });
  });

  test("is kept of vectors", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    const asked = { model: "vectors", input: ["Pear", "Apple"], dimensions: 8 };
    const answered = await gateway.post(asked, undefined, "/v1/embeddings");
    const { request, response } = await lastContent(gateway);
    expect([request, response]).toEqual([asked, json(answered)]);
  });

  test("is kept of requests that failed, and not of those that were not let in", async (context) => {
    const refusing = "answers: [{ error: { status: 400, message: no } }]";
    const gateway = await startOn(database, context, { routes, script: refusing, env });
    const answered = await gateway.post({ model: "test-model", ...says("Hi") });
    const failed = await lastContent(gateway);
    expect(failed.request.messages).toEqual(says("Hi").messages);
    expect(failed.response).toEqual(json(answered));
    await gateway.post({ model: "test-model", messages: "Hi" });
    await gateway.post({ model: "nothing", ...says("Hi") });
    await gateway.close();
    const id = failed.request_id;
    expect(await gateway.accounts.contents.trim(Date.now() + 60_000, 10)).toBe(1);
    expect(await gateway.accounts.contents.byId(id)).toBeUndefined();
  });

  test("is kept of a stream that breaks, as far as it came, with what the client heard", async (context) => {
    const breaking =
      "answers: [{ text: One two three four., chunks: 4, stream_error: { after_events: 2, status: 503 } }]";
    const planned = ["upstream_error", "overloaded", "upstream_unreachable"] as const;
    const gateway = await startOn(database, context, { routes, script: breaking, env, planned });
    const { error } = await gateway.stream(says("Hi"));
    expect(error).toBeDefined();
    const { response } = await lastContent(gateway);
    expect(response.error).toEqual(error);
    expect("One two three four.").toContain(response.choices[0].message.content);
  });

  test("is kept of a client that left", async (context) => {
    const gateway = await startOn(database, context, {
      routes,
      script: "answers: [{ text: One two three four., chunks: 4, delay: { between: 5s } }]",
      env,
    });
    const leaving = new AbortController();
    const response = await gateway
      .fetch("/v1/chat/completions", {
        method: "POST",
        headers: { authorization: `Bearer ${secrets.key}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "test-model", ...says("Hi"), stream: true }),
        signal: leaving.signal,
      })
      .catch(() => undefined);
    leaving.abort();
    await response?.text().catch(() => undefined);
    await gateway.log.until(({ msg }) => msg === "request");
    const content = await lastContent(gateway);
    expect(content.request.messages).toEqual(says("Hi").messages);
    expect(content.response?.error).toBeUndefined();
  });

  test("is cut where it is very long", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    const long = `${'"quoted" '.repeat(200_000)}the end`;
    const asked = { model: "test-model", ...says(long) };
    await gateway.post(asked);
    const { request } = await lastContent(gateway);
    expect(request).toMatchObject({ truncated: true, bytes: JSON.stringify(asked).length });
    expect(JSON.stringify(asked).startsWith(request.start)).toBe(true);
    expect(request.start.length).toBeGreaterThan(400_000);
  });

  test("is on the disk in no readable form", async (context) => {
    const canary = "a canary that sings";
    const gateway = await startOn(database, context, { routes, script: `answers: [{ text: ${canary} }]`, env });
    await gateway.chat(says(`to ${canary}`));
    await gateway.stream(says(`to ${canary}`));
    const { response } = await lastContent(gateway);
    expect(response.choices[0].message.content).toBe(canary);
    await gateway.close();
    expect(await bytesOf(gateway.place)).toContain(await lastId(gateway));
    expect(await bytesOf(gateway.place)).not.toContain("canary that");
  });

  test("is written when the gateway stops", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    await gateway.chat(says("Hi"));
    await gateway.close();
    expect((await gateway.accounts.contents.byId(await lastId(gateway)))?.keyId).toBe("alice");
  });

  test("is read with secrets that are listed, and with another one that is said", async (context) => {
    const first = await startOn(database, context, { routes, script, env });
    await first.chat(says("Hi"));
    const id = await lastId(first);
    await first.close();
    const rotated = routes.replace('secret: "${SECRET}"', 'secret: ["${NEW}", "${SECRET}"]');
    const NEW = "another secret that is long enough";
    const second = await startOn(database, context, { routes: rotated, script, env: { ...env, NEW } }, first.place);
    expect((await read(second, id)).body.request.messages).toEqual(says("Hi").messages);
    await second.close();
    const third = await startOn(database, context, { routes, script, env: { ...env, SECRET: NEW } }, first.place);
    const { status, body } = await read(third, id);
    expect([status, body.error.code]).toEqual([409, "conflict"]);
    expect(body.error.message).toContain("`server.secret`");
    expect((await third.accounts.audit.list({ action: "content.read" }, { limit: 10 })).length).toBe(1);
  });

  test("opens neither for another request nor for another key", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    await gateway.chat(says("Hi"));
    await lastContent(gateway);
    const row = await gateway.accounts.contents.byId(await lastId(gateway));
    if (row === undefined) throw new Error("nothing is kept");
    await gateway.accounts.contents.put([
      { ...row, id: "req_other" },
      { ...row, id: "req_swapped", request: row.answer ?? "", answer: row.request },
    ]);
    for (const id of ["req_other", "req_swapped"]) expect((await read(gateway, id)).status).toBe(409);
  });

  test("is read by the master key alone, and that is on the audit log", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    await gateway.chat(says("Hi"));
    const { request_id: id } = await lastContent(gateway);
    expect((await read(gateway, id, secrets.key)).status).toBe(403);
    expect((await read(gateway, "req_nothing")).status).toBe(404);
    const entries = await gateway.accounts.audit.list({}, { limit: 10 });
    expect(entries).toMatchObject([
      { actor: "master key", action: "content.read", targetKind: "request", targetId: id, after: { key_id: "alice" } },
    ]);
    expect(JSON.stringify(entries)).not.toContain("Hello");
  });

  test("goes when its time is over, and is not read after it", async (context) => {
    const gateway = await startOn(database, context, { routes: withContent("2s"), script, env });
    await gateway.chat(says("Hi"));
    const { request_id: id } = await lastContent(gateway);
    await until(async () => (await read(gateway, id)).status === 404);
    expect(await gateway.accounts.contents.byId(id)).toBeDefined();
    await gateway.close();
    // Old ones are looked for at the start.
    const second = await startOn(database, context, { routes, script, env }, gateway.place);
    expect((await read(second, id)).status).toBe(200);
    await second.close();
    await startOn(database, context, { routes: withContent("1s"), script, env }, gateway.place);
    await until(async () => (await second.accounts.contents.byId(id)) === undefined);
    expect(await second.accounts.ledger.rows({ id }, { limit: 1 })).toHaveLength(1);
  });

  test("goes as a whole where nothing is to be kept any more", async (context) => {
    const gateway = await startOn(database, context, { routes, script, env });
    await gateway.chat(says("Hi"));
    const { request_id: id } = await lastContent(gateway);
    await gateway.close();
    const without = routes.replace(/^ledger:.*$/m, "").replace(", content: true", "");
    const second = await startOn(database, context, { routes: without, script, env }, gateway.place);
    await until(async () => (await second.accounts.contents.byId(id)) === undefined);
    expect((await read(second, id)).status).toBe(404);
    await second.log.until(({ msg }) => msg === "what was said in old requests was deleted");
  });
});

/** All that a database has on disk, as text. */
async function bytesOf(place: SqlPlace): Promise<string> {
  if (place.kind === "postgres") {
    const tables = ["ledger", "contents", "leases", "audit"];
    const rows = await Promise.all(
      tables.map((table) => onPostgres(place.url.reveal(), `SELECT one::text FROM specgate_${table} AS one`)),
    );
    return JSON.stringify(rows);
  }
  const folder = dirname(place.file);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("\n");
}
