import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import { digitsFor, exactUsd, shownUsd } from "../../src/cli/money-text.ts";
import { printable, tableText } from "../../src/cli/table.ts";
import type { LedgerRow } from "../../src/store/sql/ledger-row.ts";
import { newFolder, runSpecgate } from "../_specgate.ts";
import { startOn } from "../accounts/_accounts.ts";
import { masterKey } from "../admin/_admin.ts";
import { sqliteDatabase } from "../store/sql/_databases.ts";
import { ledgerRow, newKey, start } from "../store/sql/_records.ts";

const day = 86_400_000;
const routes = 'server: { secret: "${SECRET}", master_key: "${MASTER}" }';

/** A gateway whose ledger has some rows, and what asks it. */
async function withRows(context: TestContext, rows: readonly Partial<LedgerRow>[]) {
  const database = sqliteDatabase();
  const { url, accounts } = await startOn(database, context, { routes, env: { MASTER: masterKey } });
  await accounts.keys.insert(newKey("key_0123456789abcdef01234567", { alias: "laptop" }));
  await accounts.accounting.commit(rows.map((row, at) => ledgerRow(`row-${at}`, row)));
  const env = { SPECGATE_URL: url, SPECGATE_MASTER_KEY: masterKey };
  return {
    run: (words: readonly string[], cwd?: string) => runSpecgate(["usage", ...words], { env, ...(cwd && { cwd }) }),
  };
}

const tokens = ledgerRow("tokens").tokens;
const of = (input: number, output: number) => ({
  tokens: {
    ...tokens,
    ...Object.fromEntries(Object.keys(tokens).map((name) => [name, 0])),
    uncachedInput: input,
    output,
  },
});

const rows: readonly Partial<LedgerRow>[] = [
  {
    time: start,
    keyId: "key_0123456789abcdef01234567",
    userId: "alice",
    requestedModel: "fast",
    upstreamModel: "gemini-2.5-flash",
    provider: "vertex",
    costNanoUsd: 1_500_000_001n,
    ...of(1_000, 200),
  },
  {
    time: start + day,
    keyId: "ci",
    userId: "bob",
    requestedModel: "fast",
    upstreamModel: "gemini-2.5-flash",
    provider: "vertex",
    costNanoUsd: 250_000_000n,
    ...of(10, 2),
  },
  {
    time: start + day,
    keyId: "ci",
    userId: "bob",
    requestedModel: "odd",
    upstreamModel: "odd-1",
    provider: "own",
    costNanoUsd: undefined,
    ...of(5, 5),
  },
];

describe("specgate usage", () => {
  test("sums by day unless told, with a total and what has no price", async (context) => {
    const { run } = await withRows(context, rows);
    const { code, stdout, stderr } = await run([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`day         requests  failed  input  output   cost
2026-01-01         1       0  1,000     200  $1.50
2026-01-02         2       0     15       7  $0.25
----------  --------  ------  -----  ------  -----
total              3       0  1,015     207  $1.75

1 request has no price, and no part in the cost; \`specgate check\` names models without one
`);
    const byKey = await run(["--by", "key"]);
    expect(byKey.stdout).toContain("laptop (key_0123456789abcdef01234567)");
    const json = JSON.parse((await run(["--by", "user", "--json"])).stdout);
    expect(json).toMatchObject({
      by: "user",
      from: null,
      to: null,
      total: { requests: 3, unpriced: 1, cost_usd: "1.750000001" },
    });
    expect((await run(["--key", "laptop", "--json"])).stdout).toContain('"cost_usd": "1.500000001"');
    expect(
      JSON.parse((await run(["--from", "2026-01-02", "--to", "2026-01-02", "--model", "fast", "--json"])).stdout).total,
    ).toMatchObject({
      requests: 1,
      cost_nano_usd: "250000000",
    });
    expect((await run(["--user", "nobody"])).stdout).toBe("no requests\n");
    const csv = (await run(["--by", "model", "--csv"])).stdout.split("\r\n");
    expect(csv[0]).toMatch(/^group,name,requests,/);
    expect(csv).toHaveLength(4);
  });

  test.each([
    [["--by", "week"], "--by week: expected one of day, key, user"],
    [["--from", "yesterday"], "--from yesterday: expected a day as 2026-01-31"],
    [["--to", "2026-02-30"], "--to 2026-02-30: expected a day"],
    [["--from", "2026-02-02", "--to", "2026-02-01"], "--to 2026-02-01 is before --from 2026-02-02"],
    [["--json", "--csv"], "--json or --csv, not both"],
    [["--key", "sk-1234567890123456"], "others can read the words of a command"],
    [["reprot"], "unknown command 'reprot'; did you mean 'report'?"],
    [["--form", "2026-01-01"], "unknown option '--form'; did you mean '--from'?"],
    [["reconcile"], "which file? give a provider's billing export"],
    [["reconcile", "a", "--by", "week"], "--by week: expected one of day-model, day, model"],
    [["reconcile", "a", "--tolerance", "lots"], "--tolerance lots: expected a share as 1%"],
    [["reconcile", "a", "--date", "d", "--model", "m"], "name the columns of the file"],
  ])("%j is wrong usage", async (words, said) => {
    const ended = await runSpecgate(["usage", ...words], { env: { SPECGATE_MASTER_KEY: masterKey } });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(said);
  });
});

describe("specgate usage reconcile", () => {
  const bill = (...lines: readonly string[]): string => {
    const cwd = newFolder();
    writeFileSync(join(cwd, "bill.csv"), ["usage_date_utc,model,cost_usd", ...lines].join("\n"));
    return cwd;
  };

  test("ends with 0 where they agree", async (context) => {
    const { run } = await withRows(context, rows);
    const cwd = bill("2026-01-01,Gemini 2.5 Flash,1.49", "2026-01-02,Gemini 2.5 Flash,0.25");
    const { code, stdout, stderr } = await run(["reconcile", "bill.csv", "--provider", "vertex"], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("bill.csv (Anthropic costs) and the ledger, 2026-01-01 to 2026-01-02\n");
    expect(stdout).toMatch(/^total +\$1\.74 +\$1\.75$/m);
    expect(stdout).toContain("they agree, within 1%\n");
  });

  test("ends with 1 where they part, and shows where", async (context) => {
    const { run } = await withRows(context, rows);
    const cwd = bill("2026-01-01,Gemini 2.5 Flash,1.40", "2026-01-02,Gemini 2.5 Pro,0.25");
    const { code, stdout } = await run(["reconcile", "bill.csv"], cwd);
    expect(code).toBe(1);
    expect(stdout).toContain(`day         model             bill cost  ledger cost  parts in
2026-01-01  gemini-2.5-flash      $1.40        $1.50  cost
2026-01-02  gemini-2.5-flash          -        $0.25  only on the ledger
2026-01-02  Gemini 2.5 Pro        $0.25            -  only in the bill
2026-01-02  odd-1                     -        $0.00  only on the ledger
----------  ----------------  ---------  -----------  ------------------
total                             $1.65        $1.75  cost
`);
    expect(stdout).toContain("they part in 4 of 4 lines, beyond 1%\n1 requests on the ledger have no price");
    const json = await run(
      ["reconcile", "bill.csv", "--json", "--by", "day", "--tolerance", "10%", "--provider", "vertex"],
      cwd,
    );
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      format: "Anthropic costs",
      from: "2026-01-01",
      to: "2026-01-02",
      rows: [
        { day: "2026-01-01", bill: { cost_usd: "1.4" }, ledger: { cost_usd: "1.500000001", input_tokens: 1000 } },
        {},
      ],
    });
  });

  test("reads more rows than a page of them", async (context) => {
    const many = Array.from({ length: 1_001 }, () => ({
      time: start,
      upstreamModel: "m",
      costNanoUsd: 1_000_000n,
      ...of(1, 1),
    }));
    const { run } = await withRows(context, many);
    const { code, stdout } = await run(["reconcile", "bill.csv", "--all"], bill("2026-01-01,m,1.001"));
    expect({ code, agrees: stdout.includes("they agree") }).toEqual({ code: 0, agrees: true });
  });

  test.each([
    ["no.csv", "no.csv  the file cannot be read"],
    ["bill.csv", "bill.csv:2  'soon' is no day"],
  ])("%s cannot be read", async (file, said) => {
    const env = { SPECGATE_MASTER_KEY: masterKey };
    const ended = await runSpecgate(["usage", "reconcile", file], { cwd: bill("soon,m,1"), env });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: "" });
    expect(ended.stderr).toContain(said);
  });
});

describe("money for people", () => {
  test.each([
    [0n, "$0.00", "0"],
    [1_250_000_000n, "$1.25", "1.25"],
    [1_255_000_000n, "$1.26", "1.255"],
    [12_000_000n, "$0.012", "0.012"],
    [-500_000_000n, "-$0.50", "-0.5"],
    [1_234n, "$0.000001", "0.000001234"],
    [1n, "<$0.000001", "0.000000001"],
    [1_234_567_890_000_000_000n, "$1234567890.00", "1234567890"],
  ])("%s nano-dollars", (nano, shown, exact) => {
    expect(shownUsd(nano, digitsFor([nano]))).toBe(shown);
    expect(exactUsd(nano)).toBe(exact);
  });
});

test("what moves a terminal's cursor is shown as a mark", () => {
  expect(printable("a\u001b[2Jb\u202e\n")).toBe("a\ufffd[2Jb\ufffd\ufffd");
  expect(tableText([{ heading: "x" }], [["a\nb"]])).toBe("x\na\ufffdb\n");
});
