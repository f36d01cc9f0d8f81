import { describe, expect, test } from "vitest";
import type { UpstreamFailure } from "../../../src/dialects/dialect.ts";
import { secret } from "../../_canary.ts";
import { type Body, errorOf, numbered, openai } from "./_errors.ts";

describe("how long to wait", () => {
  const date = "Sat, 28 Feb 2026 23:59:50 GMT";
  test.each<[string, UpstreamFailure["headers"], number | undefined]>([
    ["no header", {}, undefined],
    ["seconds", { "retry-after": "2" }, 2000],
    ["parts of a second", { "retry-after": "1.5" }, 1500],
    ["parts of a millisecond", { "retry-after-ms": "1200.4" }, 1201],
    ["milliseconds before seconds", { "retry-after-ms": "250", "retry-after": "9" }, 250],
    ["milliseconds that are none, and seconds", { "retry-after-ms": "soon", "retry-after": "9" }, 9000],
    ["nothing to wait", { "retry-after": "0" }, 0],
    ["an empty header", { "retry-after": "", "retry-after-ms": "" }, undefined],
    ["less than nothing", { "retry-after": "-1", "retry-after-ms": "-1" }, undefined],
    ["a word", { "retry-after": "later" }, undefined],
    ["several headers", { "retry-after": ["1", "2"] }, undefined],
    ["a date, by the answer's own clock", { "retry-after": "Sun, 01 Mar 2026 00:00:20 GMT", date }, 30_000],
    [
      "a date beyond a leap day",
      { "retry-after": "Wed, 01 Mar 2028 00:00:00 GMT", date: "Mon, 28 Feb 2028 00:00:00 GMT" },
      172_800_000,
    ],
    [
      "a date beyond a year",
      { "retry-after": "Fri, 01 Jan 2027 00:00:01 GMT", date: "Thu, 31 Dec 2026 23:59:59 GMT" },
      2000,
    ],
    [
      "a date beyond the end of February of a century that has no leap day",
      { "retry-after": "Mon, 01 Mar 2100 00:00:00 GMT", date: "Sun, 28 Feb 2100 00:00:00 GMT" },
      86_400_000,
    ],
    ["a date that is over", { "retry-after": "Sat, 28 Feb 2026 23:59:00 GMT", date }, 0],
    ["a date, and no clock", { "retry-after": "Sun, 01 Mar 2026 00:00:20 GMT" }, undefined],
    ["a date of another form", { "retry-after": "2026-03-01T00:00:20Z", date }, undefined],
    ["a date of no month", { "retry-after": "Sun, 01 Foo 2026 00:00:20 GMT", date }, undefined],
  ])("%s", (_name, headers, want) => {
    expect(errorOf(429, openai("Slow."), headers).retryAfterMs).toBe(want);
    expect(errorOf(503, "<html>", headers).retryAfterMs).toBe(want);
  });

  test.each([
    ["Please try again in 1.2s.", 1200],
    ["Please try again in 860ms. Visit the page.", 860],
    ["Please try again in 20s", 20_000],
    ["Please try again in 6m0s.", 360_000],
    ["Please try again in 1m2.5s.", 62_500],
    ["Please try again in 1h0m1s.", 3_601_000],
    ["Try again in a minute.", undefined],
    ["Please try again in 5 apples", undefined],
  ])("in words: %s", (message, want) => {
    expect(errorOf(429, openai(message)).retryAfterMs).toBe(want);
    expect(errorOf(400, openai(message)).retryAfterMs).toBeUndefined();
    expect(errorOf(429, openai(message), { "retry-after": "3" }).retryAfterMs).toBe(3000);
  });

  test("every day of four years lies a day after the one before", () => {
    const day = (at: number) => new Date(Date.UTC(2027, 0, 1) + at * 86_400_000).toUTCString();
    for (let at = 0; at < 4 * 366; at++) {
      const headers = { "retry-after": day(at + 1), date: day(at) };
      expect([day(at), errorOf(429, "", headers).retryAfterMs]).toEqual([day(at), 86_400_000]);
    }
  });
});

describe("what nobody is told", () => {
  const key = secret("upstream-key");

  test.each([
    ["OpenAI's", `sk-${key}`],
    ["OpenAI's, of a project", `sk-proj-${key}_T3Blbk-FJ`],
    ["OpenRouter's", `sk-or-v1-${key}`],
    ["Groq's", `gsk_${key}`],
    ["xAI's", `xai-${key}`],
  ])("a key of ours: %s", (_name, ours) => {
    const { message } = errorOf(400, openai(`Incorrect API key provided: ${ours}. You can find yours elsewhere.`));
    expect(message).toMatch(/^Incorrect API key provided: \w+-…\. You can find yours elsewhere\.$/);
  });

  test.each([
    "Rate limit reached for gpt-4o in organization org-abc123DEF456 on tokens per min.",
    "Project `proj_x1` is archived: proj-abc123DEF456",
    "No access for user-abc123DEF456.",
    "The project acme-prod-271828 has no access.",
  ])("%s", (message) => {
    const shown = JSON.stringify(errorOf(400, openai(message)).toEnvelope());
    expect(shown).not.toMatch(/abc123DEF456|271828/);
    expect(shown).toContain("…");
  });

  test("a message longer than anybody reads", () => {
    const { message } = errorOf(400, openai("x".repeat(50_000)));
    expect(message).toHaveLength(2001);
  });
});

describe("what the log is told", () => {
  const hint = { hint: "the provider's base_url may be wrong" };
  test.each<[string, number, Body, boolean]>([
    ["a page with 404", 404, "404 page not found", true],
    ["FastAPI's 404", 404, { detail: "Not Found" }, true],
    ["llama.cpp's 404", 404, numbered(404, "File Not Found"), true],
    ["a 405", 405, { detail: "Method Not Allowed" }, true],
    ["a redirect", 308, "", true],
    ["LM Studio's 200", 200, { error: "Unexpected endpoint or method. (POST /x)" }, true],
    ["a model there is not", 404, numbered(404, "The model `x` does not exist."), false],
    ["a mistake", 400, openai("Bad."), false],
  ])("%s", (_name, status, body, isHinted) => {
    const { cause } = errorOf(status, body);
    expect(cause).toMatchObject({ httpStatus: expect.any(Number) });
    if (isHinted) expect(cause).toMatchObject(hint);
    else expect(cause).not.toHaveProperty("hint");
  });
});
