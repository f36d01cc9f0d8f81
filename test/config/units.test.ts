import { describe, expect, test } from "vitest";
import { parseDuration, parseSize } from "../../src/config/units.ts";

describe("a duration", () => {
  test.each([
    ["250ms", 250],
    ["10s", 10_000],
    ["20m", 1_200_000],
    ["1h", 3_600_000],
    ["30d", 2_592_000_000],
    ["1.5s", 1_500],
    ["0s", 0],
  ])("%s is %i ms", (text, value) => {
    expect(parseDuration(text)).toEqual({ value });
  });

  test.each([
    ["5 m", "5m"],
    ["10sec", "10s"],
    ["20 minutes", "20m"],
    ["10S", "10s"],
    ["2hours", "2h"],
  ])("%s means %s, and is refused", (text, suggestion) => {
    expect(parseDuration(text)).toMatchObject({ suggestion });
  });

  test.each(["", "s", "-1s", "1h30m", "1e3s", "10", "0.0001s", "99999999999999999d", "10kb"])(
    "%j is refused",
    (text) => {
      expect(parseDuration(text)).toHaveProperty("problem");
      expect(parseDuration(text)).not.toHaveProperty("suggestion");
    },
  );

  test("without a unit says which there are", () => {
    expect(parseDuration("10")).toEqual({ problem: "needs a unit, one of ms, s, m, h, d, as in 10s" });
  });
});

describe("a size", () => {
  test.each([
    ["12B", 12],
    ["512KB", 524_288],
    ["100MB", 104_857_600],
    ["1GB", 1_073_741_824],
    ["0.5KB", 512],
  ])("%s is %i bytes", (text, value) => {
    expect(parseSize(text)).toEqual({ value });
  });

  test.each([
    ["100mb", "100MB"],
    ["1G", "1GB"],
    ["10 MiB", "10MB"],
    ["5bytes", "5B"],
  ])("%s means %s, and is refused", (text, suggestion) => {
    expect(parseSize(text)).toMatchObject({ suggestion });
  });

  test("counts whole bytes only", () => {
    expect(parseSize("0.0001KB")).toHaveProperty("problem");
  });
});
