import { describe, expect, test } from "vitest";
import { type LimitHeaders, type Standing, toDuration, toLimitHeaders } from "../../src/policy/limit-headers.ts";
import { refusalOf, toRefusalError } from "../../src/policy/limit-refusal.ts";
import type { LimitKind, SubjectKind } from "../../src/policy/limit-subject.ts";
import fc from "../_fc.ts";

function standing(
  subject: SubjectKind,
  kind: LimitKind,
  [limit, remaining, resetsInMs]: readonly [number, number, number],
): Standing {
  return { limit: { kind, limit, subject: { kind: subject, name: "it" }, key: "k" }, remaining, resetsInMs };
}

describe("a duration", () => {
  test.each([
    [0, "0s"],
    [1, "1ms"],
    [12, "12ms"],
    [999, "999ms"],
    [1_000, "1s"],
    [1_200, "1.2s"],
    [1_001, "1.001s"],
    [59_700, "59.7s"],
    [60_000, "1m0s"],
    [72_500, "1m12.5s"],
    [360_000, "6m0s"],
    [3_600_000, "1h0m0s"],
    [3_723_000, "1h2m3s"],
    [90_061_007, "25h1m1.007s"],
  ])("of %i ms is written as %s", (ms, want) => {
    expect(toDuration(ms)).toBe(want);
  });

  test("is read back by its units", () => {
    const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
    const read = (text: string): number =>
      [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce(
        (sum, [, n, unit = ""]) => sum + Number(n) * (units[unit] ?? 0),
        0,
      );
    fc.assert(
      fc.property(fc.nat(200_000_000), (ms) => {
        expect(Math.round(read(toDuration(ms)))).toBe(ms);
      }),
    );
  });
});

describe("headers", () => {
  const requests = (limit: number, remaining: number, reset: string): LimitHeaders => ({
    "x-ratelimit-limit-requests": limit,
    "x-ratelimit-remaining-requests": remaining,
    "x-ratelimit-reset-requests": reset,
  });
  const tokens = (limit: number, remaining: number, reset: string): LimitHeaders => ({
    "x-ratelimit-limit-tokens": limit,
    "x-ratelimit-remaining-tokens": remaining,
    "x-ratelimit-reset-tokens": reset,
  });
  test.each<[name: string, standings: readonly Standing[], want: LimitHeaders]>([
    ["of no limit are none", [], {}],
    ["say nothing of slots", [standing("key", "parallel", [5, 4, 60_000])], {}],
    ["of requests", [standing("key", "rpm", [3, 2, 59_700])], requests(3, 2, "59.7s")],
    ["of tokens", [standing("key", "tpm", [300, 0, 12])], tokens(300, 0, "12ms")],
    [
      "of both",
      [standing("key", "rpm", [3, 2, 360_000]), standing("key", "tpm", [9, 8, 1_000])],
      { ...requests(3, 2, "6m0s"), ...tokens(9, 8, "1s") },
    ],
    [
      "are those with the least left, whoever they are of",
      [
        standing("key", "rpm", [10, 5, 1_000]),
        standing("key", "tpm", [10, 1, 1_000]),
        standing("model", "rpm", [1_000, 4, 2_000]),
        standing("model", "tpm", [5, 2, 2_000]),
      ],
      { ...requests(1_000, 4, "2s"), ...tokens(10, 1, "1s") },
    ],
    [
      "of two with as much left are those that take longer",
      [standing("key", "rpm", [10, 0, 1_000]), standing("model", "rpm", [20, 0, 3_000])],
      requests(20, 0, "3s"),
    ],
  ])("%s", (_name, standings, want) => {
    expect(toLimitHeaders(standings)).toEqual(want);
  });
});

describe("a refusal", () => {
  const wanted = ({ limit }: Standing): number => (limit.kind === "tpm" ? 40 : 1);
  const told = (standings: readonly Standing[]): object | undefined => {
    const refusal = refusalOf(standings, wanted);
    if (refusal === undefined) return undefined;
    const error = toRefusalError(refusal, "gpt-4o", standings);
    const { type, code } = error.toEnvelope().error;
    return { status: error.status, type, code, message: error.message, retryAfterMs: error.retryAfterMs };
  };
  const refused = (type: string, message: string, retryAfterMs?: number): object => {
    return { status: 429, type, code: "rate_limit_exceeded", message, retryAfterMs };
  };

  test.each<[name: string, standings: readonly Standing[], want: object | undefined]>([
    ["is none where all is free", [standing("key", "rpm", [3, 1, 9]), standing("key", "tpm", [99, 40, 9])], undefined],
    [
      "of requests",
      [standing("key", "rpm", [3, 0, 59_700])],
      refused(
        "requests",
        "Rate limit reached for `gpt-4o` by the key `it` on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 59.7s.",
        59_700,
      ),
    ],
    [
      "of a model's tokens",
      [standing("model", "tpm", [100, 30, 1_200])],
      refused(
        "tokens",
        "Rate limit reached for `gpt-4o` for all callers together on tokens per min (TPM): Limit 100, Used 70, Requested 40. Please try again in 1.2s.",
        1_200,
      ),
    ],
    [
      "of slots is for a second, for nobody knows when one is free",
      [standing("team", "parallel", [2, 0, 60_000])],
      refused(
        "requests",
        "Rate limit reached for `gpt-4o` by the team `it` on parallel requests: Limit 2, Used 2, Requested 1. Please try again in 1s.",
        1_000,
      ),
    ],
    [
      "of more than the whole limit says that waiting does not help",
      [standing("user", "rpm", [1, 0, 60_000]), standing("user", "tpm", [39, 39, 0])],
      refused(
        "tokens",
        "Request too large for `gpt-4o` by the user `it` on tokens per min (TPM): Limit 39, Used 0, Requested 40. The prompt or the output limit must be reduced; waiting does not help.",
      ),
    ],
  ])("%s", (_name, standings, want) => {
    expect(told(standings)).toEqual(want);
  });

  test("of several limits is that which takes longest: whoever waits for it has waited for all", () => {
    const several = [
      standing("key", "rpm", [3, 0, 5_000]),
      standing("model", "rpm", [9, 0, 8_000]),
      standing("key", "parallel", [1, 0, 60_000]),
      standing("model", "tpm", [100, 100, 60_000]),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(several, { minLength: several.length }), (standings) => {
        expect(told(standings)).toMatchObject({ retryAfterMs: 8_000 });
      }),
    );
  });
});
