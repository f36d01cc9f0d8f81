import { describe, expect, test } from "vitest";
import type { ModelConfig } from "../../src/config/config.ts";
import { type Asking, createAdmit } from "../../src/policy/admit.ts";
import { anyone, type Caller } from "../../src/policy/caller.ts";
import type { Ending } from "../../src/policy/ledger.ts";
import type { Limits, Wish } from "../../src/policy/limits.ts";
import type { Usage } from "../../src/usage/usage.ts";
import { configOf } from "../config/_load.ts";
import { subject } from "./_limits.ts";

const routes = `
providers: { v: { type: vertex, project: p, location: l, auth: none } }
models:
  free: v/gemini-2.5-flash
  busy: { deployments: [v/gemini-2.5-flash], tpm: 1000 }
  "wild/*": { deployments: [v/*], parallel: 2 }
`;
const { models } = configOf(routes);
const [free, busy, wild] = models;
if (free === undefined || busy === undefined || wild === undefined) throw new Error("three models");

const alice: Caller = { ...anyone, role: "key", name: "alice", limited: [subject("key", "alice", { rpm: 1 })] };

/** What the limits were asked, and how many tokens the requests took in the end. */
function admitting() {
  const wishes: Wish[] = [];
  const settled: number[] = [];
  const limits: Limits = {
    enter: async (wish) => {
      wishes.push(wish);
      return {
        headers: { "x-ratelimit-limit-tokens": 1 },
        settle: async (tokens) => void settled.push(tokens),
        cancel: async () => undefined,
      };
    },
    trouble: async () => undefined,
  };
  const admit = createAdmit({
    config: { models },
    limits,
    accountant: undefined,
    endUser: () => undefined,
    nowMs: () => 0,
  });
  return { admit, wishes, settled };
}

const asking = (caller: Caller, model: ModelConfig, request: object, requestedModel: string): Asking => ({
  ...{ id: "req_1", caller, model, requestedModel, request },
  operation: "chat",
  bidders: [],
  calls: 1,
  client: undefined,
});

const endingOf = (usage: Usage | undefined): Ending => ({
  ...{ status: "succeeded", httpStatus: 200, errorCode: undefined, usage, costNanoUsd: undefined, attempts: 1 },
  ...{ upstreamModel: undefined, responseModel: undefined, provider: undefined, deployment: undefined, changes: [] },
  ...{ latencyMs: 1, firstByteMs: undefined },
});

describe("a request", () => {
  test("that nothing limits is let in without a promise", () => {
    const { admit, wishes } = admitting();
    expect(admit(asking(anyone, free, {}, "free"))).toBeUndefined();
    expect(wishes).toEqual([]);
  });

  test.each([
    ["the caller's", alice, free, ["key alice"]],
    ["the model's", anyone, busy, ["model busy"]],
    ["both", alice, busy, ["key alice", "model busy"]],
    ["a wildcard's, under its own name", alice, wild, ["key alice", "model wild/*"]],
  ])("is held against %s limits", async (_name, key, model, want) => {
    const { admit, wishes } = admitting();
    expect(await admit(asking(key, model, {}, "said"))).toMatchObject({ headers: { "x-ratelimit-limit-tokens": 1 } });
    expect(wishes.map((wish) => wish.subjects.map(({ kind, id }) => `${kind} ${id}`))).toEqual([want]);
    expect(wishes[0]?.model).toBe("said");
  });

  const messages = [{ role: "user", content: "x".repeat(300) }];
  // 300 bytes and 15 of names and roles are 105 tokens, and 4 frame the message.
  const prompt = 105 + 4;
  test.each<[name: string, request: object, want: number]>([
    ["that says nothing of its output is taken for its prompt", { messages }, prompt],
    ["may be as long as max_tokens", { messages, max_tokens: 50 }, prompt + 50],
    ["may be as long as max_completion_tokens", { messages, max_completion_tokens: 70, max_tokens: 50 }, prompt + 70],
    ["has several choices", { messages, max_tokens: 50, n: 3 }, 3 * (prompt + 50)],
    ["has several choices, of which one is shown", { prompt: "x".repeat(300), max_tokens: 50, best_of: 2 }, 300],
    ["has several prompts", { prompt: ["abc", "def"], max_tokens: 50 }, 102],
    ["is for vectors", { input: ["x".repeat(30), "y".repeat(30)] }, 20],
  ])("%s", async (_name, request, want) => {
    const { admit, wishes } = admitting();
    await admit(asking(anyone, busy, request, "busy"));
    expect(wishes[0]?.tokens()).toBe(want);
  });

  const used: Usage = { uncachedInput: 10, cacheRead: 5, output: 7, reasoning: 3 };
  test.each<[name: string, usage: Usage | undefined, want: number]>([
    ["took all its tokens, cached and thought ones too", used, 25],
    ["took none where no upstream answered", undefined, 0],
  ])("%s", async (_name, usage, want) => {
    const { admit, settled } = admitting();
    await (await admit(asking(anyone, busy, {}, "busy")))?.settle(endingOf(usage));
    expect(settled).toEqual([want]);
  });
});
