import { describe, expect, test } from "vitest";
import { barredUsers, type KeyContext, type Row, toAccount, toKey } from "../../src/import/litellm-database/index.ts";
import { digestOf } from "../admin/_admin.ts";

const now = Date.UTC(2026, 0, 15, 12);
const digest = digestOf("sk-1234");
const context: KeyContext = { budgets: new Map(), barred: new Set(), nowMs: now };

const keyRow = (members: Row = {}): Row => ({
  token: digest,
  key_name: "sk-...1234",
  key_alias: "laptop",
  spend: 0,
  expires: null,
  models: [],
  metadata: {},
  created_at: "2026-01-01T00:00:00",
  ...members,
});

function keyOf(members: Row, more: Partial<KeyContext> = {}) {
  const read = toKey(keyRow(members), { ...context, ...more });
  if ("why" in read) throw new Error(read.why);
  return read;
}

describe("a key of LiteLLM's", () => {
  test("keeps its digest, and all that can be had", () => {
    const budgets = new Map<string, Row>([["b", { budget_id: "b", soft_budget: 5, rpm_limit: 9 }]]);
    const read = keyOf(
      {
        user_id: "alice",
        team_id: "web",
        max_budget: 12.345678901,
        budget_duration: "30d",
        budget_reset_at: "2026-01-20T00:00:00",
        budget_id: "b",
        tpm_limit: 1000,
        max_parallel_requests: 3,
        expires: "2027-01-01T00:00:00",
        models: ["gpt-4o", "claude-*"],
        metadata: { cost_centre: 7 },
        spend: 1.5,
        blocked: true,
      },
      { budgets },
    );
    expect(read).toEqual({
      name: "laptop",
      isBlocked: true,
      spentNanoUsd: 1_500_000_000n,
      notes: [],
      target: {
        id: expect.stringMatching(/^key_[\da-f]{24}$/),
        digest,
        hint: "sk-...1234",
        alias: "laptop",
        userId: "alice",
        teamId: "web",
        models: ["gpt-4o", "claude-*"],
        metadata: { cost_centre: 7 },
        rpm: 9,
        tpm: 1000,
        parallel: 3,
        maxBudgetNanoUsd: 12_345_678_901n,
        softBudgetNanoUsd: 5_000_000_000n,
        budgetPeriod: "30d",
        expiresAt: Date.UTC(2027, 0, 1),
        // Thirty days later it is the twentieth of January: LiteLLM's window ends so.
        createdAt: Date.UTC(2025, 11, 21),
      },
    });
    expect(keyOf({}).target.id).toBe(read.target.id);
  });

  test.each([
    ["a token that is no digest", { token: "sk-plain" }, "no digest of a key"],
    ["no token", { token: null }, "no digest of a key"],
    ["a session of its pages", { team_id: "litellm-dashboard" }, "a session of LiteLLM's own pages"],
    ["one that is over", { expires: "2026-01-15 11:59:59.123" }, "expired at 2026-01-15T11:59:59.123Z"],
  ])("is skipped with %s", (_name, members, why) => {
    expect(toKey(keyRow(members), context)).toMatchObject({ why: expect.stringContaining(why) });
  });

  test.each([
    ["months", { budget_duration: "2mo" }, "a budget of 2mo cannot be had: it lasts for ever now", {}],
    ["credentials", { metadata: { logging: [{ a: 1 }], a: 1 } }, "metadata.logging left out", { metadata: { a: 1 } }],
    [
      "our own members",
      { metadata: { specgate_content: true } },
      "metadata.specgate_content left out",
      { metadata: {} },
    ],
    ["budgets by model", { model_max_budget: { m: 1 } }, "budgets by model (model_max_budget) left out", {}],
    ["routes", { allowed_routes: ["/a"] }, "allowed routes (allowed_routes) left out", {}],
    ["a budget below nothing", { max_budget: -1 }, "max_budget of -1 is no bound", { maxBudgetNanoUsd: undefined }],
    ["a budget beyond counting", { max_budget: 1e12 }, "is no bound, and left out", { maxBudgetNanoUsd: undefined }],
  ])("tells of %s", (_name, members, note, target) => {
    const read = keyOf(members);
    expect(read.notes).toEqual([expect.stringContaining(note)]);
    expect(read.target).toMatchObject(target);
  });

  test.each([
    ["the largest count there is", { rpm_limit: Number("9223372036854775807") }, { rpm: undefined }],
    ["a month", { budget_duration: "1mo" }, { budgetPeriod: "1mo", createdAt: Date.UTC(2026, 0, 1) }],
    ["nobody's user", { user_id: "default_user_id" }, { userId: undefined }],
    ["an odd hint", { key_name: "sk-the-whole-key" }, { hint: "sk-..." }],
    ["columns it has not", { created_at: undefined, models: undefined }, { createdAt: now, models: undefined }],
  ])("%s", (_name, members, target) => {
    expect(keyOf(members).target).toMatchObject(target);
  });

  test.each([
    ["for ever", { spend: 3 }, 3_000_000_000n],
    ["in this window", { spend: 3, budget_duration: "1d", budget_reset_at: "2026-01-16T00:00:00" }, 3_000_000_000n],
    ["in one that is over", { spend: 3, budget_duration: "1d", budget_reset_at: "2026-01-15T00:00:00" }, 0n],
    ["with digits that are too small", { spend: 1.0000000004 }, 1_000_000_000n],
    ["below nothing", { spend: -1 }, 0n],
    ["no number", { spend: "3" }, 0n],
  ])("spent %s", (_name, members, spent) => {
    expect(keyOf(members).spentNanoUsd).toBe(spent);
  });

  test("of a user that may ask by teams alone asks for nothing", () => {
    const barred = barredUsers([
      { user_id: "alice", models: ["no-default-models"] },
      { user_id: "bob", models: [] },
    ]);
    expect(keyOf({ user_id: "alice" }, { barred }).target.models).toEqual(["no-default-models"]);
    expect(keyOf({ user_id: "alice", team_id: "web", models: ["m"] }, { barred }).target.models).toEqual(["m"]);
    expect(keyOf({ user_id: "bob" }, { barred }).target.models).toBeUndefined();
  });
});

describe("an account of LiteLLM's", () => {
  const budgets = new Map<string, Row>([["b", { budget_id: "b", max_budget: 2, budget_duration: "7d" }]]);

  test.each([
    [
      "user",
      { user_id: "u", user_alias: "U", user_email: "u@acme.example" },
      { id: "u", alias: "U", email: "u@acme.example" },
    ],
    [
      "team",
      { team_id: "t", team_alias: "T", models: ["m"] },
      { id: "t", alias: "T", models: ["m"], email: undefined },
    ],
    [
      "end_user",
      { user_id: "e", alias: "E", budget_id: "b" },
      { id: "e", maxBudgetNanoUsd: 2_000_000_000n, budgetPeriod: "7d" },
    ],
  ] as const)("%s", (kind, row, target) => {
    expect(toAccount(kind, row, { budgets, nowMs: now })).toMatchObject({ target: { kind, ...target }, notes: [] });
  });

  test.each([
    ["user", { user_id: "default_user_id" }, "the user that LiteLLM gives to keys of nobody's"],
    ["team", { team_id: "" }, "an id has 1 to 200 characters"],
    ["end_user", { user_id: "x".repeat(201) }, "an id has 1 to 200 characters"],
  ] as const)("%s is skipped", (kind, row, why) => {
    expect(toAccount(kind, row, { budgets, nowMs: now })).toMatchObject({ why });
  });

  test("a user's lists and budgets hold for keys of teams too, and it is told", () => {
    const read = toAccount("user", { user_id: "u", models: ["m"], max_budget: 1 }, { budgets, nowMs: now });
    expect(read).toMatchObject({
      notes: ["its models hold for its keys of teams too", "its budget holds for its keys of teams too"],
    });
  });
});
