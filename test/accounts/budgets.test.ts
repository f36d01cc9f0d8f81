import { createServer } from "node:http";
import { afterAll, describe, expect, onTestFinished, type TestContext, test } from "vitest";
import type { SqlStore } from "../../src/store/sql/port.ts";
import { secrets } from "../_setup.ts";
import { until } from "../store/_key-value.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { type AccountsGateway, startOn } from "./_accounts.ts";

/** A dollar for a million tokens in, ten for a million out: 10,000 nanodollars a token. */
const priced = (budget: string, more = "") => `
models:
  test-model:
    deployments: [vertex/gemini-2.5-flash]
    conformance: enforce
    price: { input: "1", output: "10" }
  no-price: vertex/gemini-0
keys:
  - { name: alice, key: "\${KEY}", user: ann, budget: ${budget} }
${more}
`;
const hi = { model: "test-model", messages: [{ role: "user", content: "Hi" }] };
const answer = "answers: [{ text: Hello there., usage: { input: 100, output: 20 } }]";

/** What one such answer costs, in nanodollars. */
const costOfAnswer = async ({ ledger }: SqlStore) => (await ledger.rows({}, { limit: 1 }))[0]?.costNanoUsd ?? -1n;

describe.each([sqliteDatabase(), postgresDatabase()])("a budget on $name", (database) => {
  afterAll(() => database.drop());
  const start = (context: TestContext, routes: string): Promise<AccountsGateway> =>
    startOn(database, context, { routes, script: answer });

  test("pays for a request, and what is left of the reservation is free again", async (context) => {
    const gateway = await start(context, priced('{ max: "5" }'));
    expect((await gateway.post(hi)).status).toBe(200);
    const spentNanoUsd = await costOfAnswer(gateway.accounts);
    expect(spentNanoUsd).toBeGreaterThan(0n);
    const subject = { kind: "key", id: "alice" } as const;
    const [budget] = await gateway.accounts.accounting.budgets({ subject });
    expect(budget).toMatchObject({ subject, spentNanoUsd, reservedNanoUsd: 0n, limitNanoUsd: 5_000_000_000n });
  });

  test("that pays for a shorter answer alone lowers the limit, and says so", async (context) => {
    // The model may say 65,536 tokens, which would be 65 cents.
    const gateway = await start(context, priced('{ max: "0.05" }'));
    const { status, headers } = await gateway.post(hi);
    expect(status).toBe(200);
    expect(headers.get("x-specgate-changes")).toBe("clamped:max_completion_tokens");
    const [sent] = gateway.upstream.requests;
    const [, limit] = /"maxOutputTokens":(\d+)/.exec(JSON.stringify(sent?.body)) ?? [];
    expect(Number(limit)).toBeGreaterThanOrEqual(4_800);
    expect(Number(limit)).toBeLessThan(5_000);
    const [row] = await gateway.accounts.ledger.rows({}, { limit: 1 });
    expect(row?.changes).toEqual(["clamped:max_completion_tokens"]);
  });

  test("that pays for as much as the client asks for changes nothing", async (context) => {
    const gateway = await start(context, priced('{ max: "0.05" }'));
    const { headers } = await gateway.post({ ...hi, max_tokens: 200 });
    // Gemini thinks no longer than that: what is told of it is not the budget's.
    expect(headers.get("x-specgate-changes")).toBe("clamped:reasoning_effort");
  });

  test("lowers the limit under the name that the client gave it", async (context) => {
    const gateway = await start(context, priced('{ max: "0.05" }'));
    const { headers } = await gateway.post({ ...hi, max_tokens: 60_000 });
    expect(headers.get("x-specgate-changes")).toContain("clamped:max_tokens");
  });

  test("that does not pay for 1,024 tokens refuses, and nobody upstream hears of it", async (context) => {
    const gateway = await start(context, priced('{ max: "0.01", period: day }'));
    const { status, body, headers } = await gateway.post(hi);
    expect(status).toBe(429);
    expect(body).toMatchObject({
      error: { type: "insufficient_quota", code: "insufficient_quota", param: null },
    });
    expect(JSON.stringify(body)).toMatch(
      /budget of the key `alice` does not pay .* 0 of 0\.01 USD are spent; .* It resets at \d{4}-\d\d-\d\dT00:00:00\.000Z/,
    );
    expect(headers.get("x-should-retry")).toBe("false");
    expect(gateway.upstream.requests).toEqual([]);
    expect(await gateway.accounts.ledger.rows({}, { limit: 1 })).toEqual([]);
  });

  test("that does not pay for it asks fewer than 1,024 only of who wants fewer", async (context) => {
    const gateway = await start(context, priced('{ max: "0.01" }'));
    expect((await gateway.post({ ...hi, max_tokens: 100 })).status).toBe(200);
  });

  test("holds for user, team and key together", async (context) => {
    const more = 'users: [{ name: ann, budget: { max: "0.001" } }]';
    const gateway = await start(context, priced('{ max: "5" }', more));
    const { status, text } = await gateway.post(hi);
    expect([status, text]).toEqual([429, expect.stringContaining("budget of the user `ann`")]);
    expect(await gateway.accounts.accounting.budgets({})).toMatchObject([
      { spentNanoUsd: 0n, reservedNanoUsd: 0n },
      { spentNanoUsd: 0n, reservedNanoUsd: 0n },
    ]);
  });

  test("holds for end users, each by themselves", async (context) => {
    const gateway = await start(context, priced('{ max: "5" }', 'end_users: { budget: { max: "0.0001" } }'));
    const { status, text } = await gateway.post({ ...hi, user: "eve" });
    expect([status, text]).toEqual([429, expect.stringContaining("budget of the end user `eve`")]);
    expect((await gateway.post({ ...hi, max_tokens: 1 })).status).toBe(200);
  });

  test("does not pay for a model without a price", async (context) => {
    const gateway = await start(context, priced('{ max: "5" }'));
    const { status, body } = await gateway.post({ ...hi, model: "no-price" });
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: { param: "model", message: expect.stringContaining("has no price") } });
  });

  test("gives the limits back what a refused request took of them", async (context) => {
    const routes = priced('{ max: "0.001" }').replace("name: alice,", "name: alice, rpm: 2, tpm: 100000,");
    const gateway = await start(context, routes);
    for (let i = 0; i < 5; i++)
      expect((await gateway.post(hi)).body).toMatchObject({ error: { type: "insufficient_quota" } });
    expect((await gateway.post({ ...hi, max_tokens: 1 })).headers.get("x-ratelimit-remaining-requests")).toBe("1");
  });

  test("that comes to its soft limit warns, by header and once by webhook", async (context) => {
    const heard: unknown[] = [];
    const server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (text: string) => heard.push(JSON.parse(text)));
      request.on("end", () => response.end());
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const more = `alerts: { webhook: "http://127.0.0.1:${port}/hook" }`;
    const gateway = await start(context, priced('{ max: "5", soft: "0.000001", period: month }', more));
    expect((await gateway.post(hi)).headers.get("x-specgate-budget-warning")).toBeNull();
    for (let i = 0; i < 3; i++) {
      const { headers } = await gateway.post(hi);
      expect(headers.get("x-specgate-budget-warning")).toMatch(/^key alice: 0\.0\d+ of 5 USD until \d{4}-\d\d-01T/);
    }
    await until(() => heard.length > 0);
    expect(heard).toMatchObject([
      {
        event: "soft_budget_reached",
        subject: { kind: "key", id: "alice", name: "alice" },
        soft_budget_usd: "0.000001",
        max_budget_usd: "5",
      },
    ]);
  });

  test("is not overspent by many requests at once", async (context) => {
    // Each costs the same, and reserves many times that.
    const gateway = await start(context, priced('{ max: "0.02" }'));
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        gateway.post({ ...hi, max_tokens: 300 }, { authorization: `Bearer ${secrets.key}` }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200).length;
    expect(won).toBeGreaterThan(3);
    expect(won).toBeLessThan(40);
    const [budget] = await gateway.accounts.accounting.budgets({ subject: { kind: "key", id: "alice" } });
    expect(budget?.reservedNanoUsd).toBe(0n);
    expect(budget?.spentNanoUsd).toBeLessThanOrEqual(20_000_000n);
  });
});
