import { expect, test } from "vitest";
import { fromIn, toIn } from "../../src/admin/query.ts";
import { startAdmin } from "./_admin.ts";

const both = (text: string): readonly string[] => {
  const query = new URLSearchParams({ at: text });
  return [fromIn(query, "at"), toIn(query, "at")].map((time) => new Date(time ?? 0).toISOString());
};

test.each([
  ["2026-01-31", "2026-01-31T00:00:00.000Z", "2026-02-01T00:00:00.000Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
  ["2026-01-31 12:00", "2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31T12:00:00", "2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500Z", "2026-01-31T12:00:00.500Z"],
  ["2026-01-31T00:30:00+02:00", "2026-01-30T22:30:00.000Z", "2026-01-30T22:30:00.000Z"],
  ["2026-01-31T12:00:00-0130", "2026-01-31T13:30:00.000Z", "2026-01-31T13:30:00.000Z"],
])("%s is a time", (text, from, to) => {
  expect(both(text)).toEqual([from, to]);
});

test.each(["2026-02-30", "2026-02-29", "2026-04-31T00:00:00Z", "2026-02-30 10:00", "2026-1-3", "1969-12-31", "now"])(
  "%s is none",
  (text) => {
    expect(() => both(text)).toThrow("Invalid 'at'");
  },
);

test("what nothing acts on is reported in a query too: a filter that is misspelt chooses nothing", async () => {
  const { ask } = await startAdmin();
  const told = async (line: string) => (await ask(line)).headers.get("x-specgate-changes");
  expect(await told("GET /spend/logs?start=2026-01-01&user_id=a&limit=5")).toBe("reported:start");
  expect(await told("GET /key/list?organization_id=x&key_hash=y&size=5")).toBe(
    "reported:organization_id, reported:key_hash",
  );
  expect(await told("GET /audit/logs?actor=x&empty=")).toBeNull();
  expect(await told("GET /global/spend/report?group_by=user&start_date=2026-01-01")).toBeNull();
});
