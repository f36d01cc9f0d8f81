import { afterAll, describe, expect, test } from "vitest";
import type { LedgerRow } from "../../src/store/sql/ledger-row.ts";
import { secrets } from "../_setup.ts";
import { until } from "../store/_key-value.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { startOn } from "./_accounts.ts";

const models = `
models:
  test-model:
    deployments: [vertex/gemini-2.5-flash]
    conformance: enforce
    price: { input: "1", output: "2" }
keys:
  - { name: alice, key: "\${KEY}", user: ann, team: red }
`;
const answer = `
answers:
  - text: Hello there.
    usage: { input: 100, output: 20 }
`;

describe.each([sqliteDatabase(), postgresDatabase()])("the ledger on $name", (database) => {
  afterAll(() => database.drop());

  test("has a row for an answer, before the client has its end", async (context) => {
    const gateway = await startOn(database, context, { routes: models, script: answer });
    const { body } = await gateway.chat({ messages: [{ role: "user", content: "Hi" }], user: "eve" });
    const { prompt_tokens: input, completion_tokens: output } = body.usage ?? {
      prompt_tokens: -1,
      completion_tokens: -1,
    };
    const rows = await gateway.accounts.ledger.rows({}, { limit: 10 });
    expect(rows).toMatchObject([
      {
        keyId: "alice",
        userId: "ann",
        teamId: "red",
        endUser: "eve",
        operation: "chat",
        requestedModel: "test-model",
        upstreamModel: "gemini-2.5-flash",
        responseModel: "gemini-2.5-flash",
        provider: "vertex",
        deployment: "vertex/gemini-2.5-flash",
        attempts: 1,
        status: "succeeded",
        httpStatus: 200,
        provenance: "reported",
        costNanoUsd: BigInt(input * 1000 + output * 2000),
      } satisfies Partial<LedgerRow>,
    ]);
    const budgets = await gateway.accounts.accounting.budgets({});
    const cost = rows[0]?.costNanoUsd;
    expect(budgets).toMatchObject([
      { subject: { kind: "key", id: "alice" }, spentNanoUsd: cost, reservedNanoUsd: 0n },
      { subject: { kind: "team", id: "red" }, spentNanoUsd: cost, reservedNanoUsd: 0n },
      { subject: { kind: "user", id: "ann" }, spentNanoUsd: cost, reservedNanoUsd: 0n },
    ]);
  });

  test("has a row for a stream when its last byte has come", async (context) => {
    const gateway = await startOn(database, context, { routes: models, script: answer });
    await gateway.stream({ messages: [{ role: "user", content: "Hi" }] });
    const rows = await gateway.accounts.ledger.rows({}, { limit: 10 });
    const responseModel = "gemini-2.5-flash";
    expect(rows).toMatchObject([{ status: "succeeded", provenance: "reported", keyId: "alice", responseModel }]);
    expect(rows[0]?.costNanoUsd).toBeGreaterThan(0n);
    expect(rows[0]?.firstByteMs).toBeGreaterThanOrEqual(0);
  });

  test("has a row of its own for each of two requests that a client gave the same id", async (context) => {
    const gateway = await startOn(database, context, { routes: models, script: answer });
    const request = { model: "test-model", messages: [{ role: "user", content: "Hi" }] };
    const headers = { authorization: `Bearer ${secrets.key}`, "x-request-id": "mine" };
    for (let i = 0; i < 2; i++) expect((await gateway.post(request, headers)).headers.get("x-request-id")).toBe("mine");
    expect(await gateway.accounts.ledger.rows({}, { limit: 10 })).toHaveLength(2);
  });

  test("has a row for a request that the upstream refused, and it cost nothing", async (context) => {
    const script = "answers: [{ error: { status: 400, message: no } }]";
    const gateway = await startOn(database, context, { routes: models, script });
    const { status } = await gateway.post({ model: "test-model", messages: [{ role: "user", content: "Hi" }] });
    expect(status).toBe(400);
    const rows = await gateway.accounts.ledger.rows({}, { limit: 10 });
    expect(rows).toMatchObject([{ status: "failed", httpStatus: 400, costNanoUsd: 0n, provenance: "absent" }]);
    expect((await gateway.accounts.accounting.budgets({})).map((one) => one.reservedNanoUsd)).toEqual([0n, 0n, 0n]);
  });

  test("has a row for a client that left, and its prompt is taken to have been read", async (context) => {
    const script = "answers: [{ text: late, delay: { headers: 5s } }]";
    const gateway = await startOn(database, context, { routes: models, script });
    const leaving = new AbortController();
    const request = { model: "test-model", messages: [{ role: "user", content: "x".repeat(300) }] };
    const asking = gateway.fetch("/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${secrets.key}`, "content-type": "application/json" },
      body: JSON.stringify(request),
      signal: leaving.signal,
    });
    await until(() => gateway.upstream.requests.length > 0);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    await gateway.log.until(({ msg }) => msg === "request");
    const rows = await gateway.accounts.ledger.rows({}, { limit: 10 });
    expect(rows).toMatchObject([{ status: "aborted", httpStatus: 499, provenance: "estimated" }]);
    expect(rows[0]?.tokens.uncachedInput).toBeGreaterThanOrEqual(100);
    expect(rows[0]?.costNanoUsd).toBe(BigInt((rows[0]?.tokens.uncachedInput ?? 0) * 1000));
  });
});
