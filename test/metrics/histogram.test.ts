import { Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { Distribution, toHistogram, toLabels } from "../../src/metrics/histogram.ts";
import fc from "../_fc.ts";

const labels = { model: 'a "b" \\ c\nd', status: "200" };
const bounds = [0.05, 1, 2.5, 600];

test("writes what prom-client's own histogram writes", async () => {
  const values = fc.array(fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constantFrom(...bounds)));
  const property = fc.asyncProperty(values, async (observed) => {
    const register = new Registry();
    const labelNames = Object.keys(labels);
    const theirs = new Histogram({
      name: "h",
      help: "What it is.",
      labelNames,
      buckets: bounds,
      registers: [register],
    });
    const ours = new Distribution(bounds);
    for (const value of observed) {
      theirs.observe(labels, value);
      ours.observe(value);
    }
    expect(toHistogram("h", "What it is.", ours.toLines("h", toLabels(labels)))).toBe(await register.metrics());
  });
  await fc.assert(property);
});

test("leaves out what is no number", () => {
  const ours = new Distribution(bounds);
  for (const value of [Number.NaN, Infinity, -Infinity]) ours.observe(value);
  expect(ours.toLines("h", "")).toEqual([]);
});
