import { describe, expect, test } from "vitest";
import { parseAmount, parseCount, parseDay } from "../../../src/cli/reconcile/cells.ts";
import { parseCsv } from "../../../src/cli/reconcile/csv.ts";
import { modelIn, modelKey } from "../../../src/cli/reconcile/model-name.ts";
import { readBill } from "../../../src/cli/reconcile/read-bill.ts";
import fc from "../../_fc.ts";

describe("CSV", () => {
  test.each([
    ["", []],
    ["a,b", [["a", "b"]]],
    [
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["\ufeffa\rb\nc", [["a"], ["b"], ["c"]]],
    [
      "a,\n,b",
      [
        ["a", ""],
        ["", "b"],
      ],
    ],
    ["a,", [["a", ""]]],
    ["a\n\n\nb", [["a"], ["b"]]],
    ['"a,b","c""d"', [["a,b", 'c"d']]],
    ['"a\r\nb",c', [["a\r\nb", "c"]]],
    ['a"b,c', [['a"b', "c"]]],
    ['"",x', [["", "x"]]],
  ])("%j is read", (text, want) => {
    const rows = parseCsv(text);
    expect("message" in rows ? rows : rows.map(({ cells }) => cells)).toEqual(want);
  });

  test.each([
    ['a\n"b', 2],
    ['a,"b"c', 1],
    ['"a\n\nb",c\n"d" ,e', 4],
  ])("%j has a mistake in line %i", (text, line) => {
    expect(parseCsv(text)).toEqual({ line, message: "a quote is not closed, or something stands behind it" });
  });

  test("rows know the lines they begin in", () => {
    expect(parseCsv('a\n"b\nb"\nc')).toEqual([
      { line: 1, cells: ["a"] },
      { line: 2, cells: ["b\nb"] },
      { line: 4, cells: ["c"] },
    ]);
  });

  test("what is written is read, whatever is in it", () => {
    const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { maxLength: 4 }), (table) => {
        const rows = parseCsv(table.map((row) => `${row.map(quoted).join(",")}\r\n`).join(""));
        expect("message" in rows ? rows : rows.map(({ cells }) => cells)).toEqual(table);
      }),
    );
  });
});

describe("cells", () => {
  test.each([
    ["1", 1_000_000_000n],
    ["0.000000001", 1n],
    ["$1,234.50", 1_234_500_000_000n],
    ["-$0.25", -250_000_000n],
    ["- 3", undefined],
    [".5", 500_000_000n],
    ["1.2E-7", 120n],
    ["1e3", 1_000_000_000_000n],
    ["0.00000000049", 0n],
    ["0.0000000005", 1n],
    ["1,2", undefined],
    ["", undefined],
    [".", undefined],
    ["EUR 3", undefined],
    ["NaN", undefined],
  ])("the amount %j", (text, want) => {
    expect(parseAmount(text)).toBe(want);
  });

  test.each([
    ["12", 12],
    ["1,234", 1234],
    ["12.0", 12],
    ["-1", undefined],
    ["$3", undefined],
    ["many", undefined],
  ])("the count %j", (text, want) => {
    expect(parseCount(text)).toBe(want);
  });

  test.each([
    ["2026-01-31", "2026-01-31"],
    ["2026-01-31T23:59:59.999Z", "2026-01-31"],
    ["2026-01-31 08:00:00 UTC", "2026-01-31"],
    ["2026-01-31T23:00:00-05:00", "2026-02-01"],
    ["1769817600", "2026-01-31"],
    ["2026-02-30", undefined],
    ["1/31/2026", undefined],
    ["", undefined],
  ])("the day %j", (text, want) => {
    expect(parseDay(text)).toBe(want);
  });
});

describe("names of models", () => {
  test.each([
    ["claude-sonnet-4-5@20250929", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"],
    ["claude-sonnet-4-5-20250929", "Claude Sonnet 4.5"],
    ["claude-3-5-sonnet-20241022", modelIn("USE1-Claude3.5Sonnet-input-tokens")],
    ["claude-sonnet-4-5", modelIn("Claude 4.5 Sonnet (Amazon Bedrock Edition)")],
    ["gemini-2.5-flash", modelIn("Gemini 2.5 Flash GA Text Input - Predictions")],
    ["gemini-2.5-flash-lite", modelIn("Gemini 2.5 Flash Lite Text Output")],
    ["gemini-2.5-pro", modelIn("Generate content input token count gemini 2.5 pro short input text")],
    ["gpt-4o", "gpt-4o-2024-08-06"],
    ["gpt-4o-mini", "GPT-4o mini"],
    ["gemini-2.0-flash-001", "publishers/google/models/gemini-2.0-flash"],
    ["amazon.nova-pro-v1:0", modelIn("USE1-NovaPro-output-tokens")],
  ])("%s is %s", (ledger, bill) => {
    expect(modelKey(bill)).toBe(modelKey(ledger));
  });

  test.each([
    ["gemini-2.5-flash", modelIn("Gemini 2.5 Flash Lite Text Output")],
    ["gpt-4o", "gpt-4o-mini"],
    ["claude-sonnet-4-5", "Claude Sonnet 4"],
    ["claude-opus-4-1", "claude-opus-4-5"],
  ])("%s is not %s", (ledger, bill) => {
    expect(modelKey(bill)).not.toBe(modelKey(ledger));
  });
});

const usd = (dollars: number): bigint => BigInt(Math.round(dollars * 1e9));
const none = { costNanoUsd: undefined, inputTokens: undefined, outputTokens: undefined };

describe("exports", () => {
  test.each([
    [
      "OpenAI costs",
      `start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,organization_id
1769817600,1769904000,2026-01-31T00:00:00+00:00,2026-02-01T00:00:00+00:00,0.0123,usd,"gpt-4o-2024-08-06, input",org-1
1769817600,1769904000,2026-01-31T00:00:00+00:00,2026-02-01T00:00:00+00:00,1.5E-2,usd,"gpt-4o-2024-08-06, output",org-1`,
      [
        { ...none, day: "2026-01-31", model: "gpt-4o-2024-08-06", costNanoUsd: usd(0.0123) },
        { ...none, day: "2026-01-31", model: "gpt-4o-2024-08-06", costNanoUsd: usd(0.015) },
      ],
    ],
    [
      "OpenAI costs",
      JSON.stringify({
        object: "page",
        data: [
          {
            start_time: 1769817600,
            results: [{ amount: { value: 2.5, currency: "usd" }, line_item: "gpt-4o, input" }],
          },
          { start_time: 1769904000, results: [] },
        ],
      }),
      [{ ...none, day: "2026-01-31", model: "gpt-4o", costNanoUsd: usd(2.5) }],
    ],
    [
      "OpenAI usage",
      `start_time,end_time,start_time_iso,end_time_iso,num_model_requests,model,input_tokens,output_tokens,input_cached_tokens
1769817600,1769904000,2026-01-31T00:00:00+00:00,2026-02-01T00:00:00+00:00,3,gpt-4o-2024-08-06,100,20,40`,
      [{ ...none, day: "2026-01-31", model: "gpt-4o-2024-08-06", inputTokens: 100, outputTokens: 20 }],
    ],
    [
      "Anthropic costs",
      `usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type
2026-01-31,Claude Sonnet 4.5,Default,team,message,≤ 200k,input_no_cache,0.42,token`,
      [{ ...none, day: "2026-01-31", model: "Claude Sonnet 4.5", costNanoUsd: usd(0.42) }],
    ],
    [
      "Anthropic tokens",
      `usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count
2026-01-31,claude-sonnet-4-5-20250929,team,Default,standard,≤ 200k,10,20,30,40,5,0`,
      [{ ...none, day: "2026-01-31", model: "claude-sonnet-4-5-20250929", inputTokens: 100, outputTokens: 5 }],
    ],
    [
      "Google Cloud Billing",
      `Billing account,0123
Invoice,January

Project ID,Service description,SKU description,Credit type,Cost type,Usage start date,Usage end date,Usage amount,Usage unit,Unrounded Cost ($),Cost ($)
acme,Vertex AI,Gemini 2.5 Flash GA Text Input - Predictions,,Usage,2026-01-31,2026-01-31,1000,count,0.000315,0.00
acme,Vertex AI,Tax,,Tax,2026-01-31,2026-01-31,,,0.10,0.10
acme,Vertex AI,Gemini 2.5 Flash GA Text Input - Predictions,FREE_TIER,Usage,2026-01-31,2026-01-31,,,-0.1,-0.10
,,,,Total,,,,,0.000315,0.00`,
      [{ ...none, day: "2026-01-31", model: "gemini 2.5 flash", costNanoUsd: 315_000n }],
    ],
    [
      "AWS Cost and Usage Report",
      `lineItem/UsageStartDate,lineItem/ProductCode,lineItem/UsageType,lineItem/LineItemDescription,lineItem/UnblendedCost,lineItem/CurrencyCode
2026-01-31T05:00:00Z,AmazonBedrock,USE1-Claude3.5Sonnet-input-tokens,,0.30,USD
2026-01-31T05:00:00Z,AmazonEC2,BoxUsage,a machine,9.00,USD`,
      [{ ...none, day: "2026-01-31", model: "claude 3.5 sonnet", costNanoUsd: usd(0.3) }],
    ],
    [
      "AWS Cost Explorer",
      `"Service","Claude Sonnet 4.5 (Amazon Bedrock Edition)($)","EC2-Instances($)","Total costs($)"
"Service total","1.5","9","10.5"
"2026-01-31","1.5","9","10.5"`,
      [{ ...none, day: "2026-01-31", model: "claude sonnet 4.5", costNanoUsd: usd(1.5) }],
    ],
  ])("%s", (format, text, lines) => {
    expect(readBill(text)).toEqual({ format, lines });
  });

  test("any CSV whose columns are named", () => {
    const text = "When,Which,US$ spent,In\n2026-01-31,m,1.00,7\n";
    const mapping = { date: "When", model: "Which", cost: "US$ spent", inputTokens: "In" };
    expect(readBill(text, mapping)).toEqual({
      format: "columns as named",
      lines: [{ day: "2026-01-31", model: "m", costNanoUsd: usd(1), inputTokens: 7, outputTokens: undefined }],
    });
  });

  const mapping = { date: "d", model: "m", cost: "c" };

  test.each([
    ["", undefined, 0, "there are no rows"],
    ["d,m,c\n", undefined, 0, "there are no rows"],
    ["{", undefined, 0, "the file is no JSON"],
    ['{"data": 3}', undefined, 0, "expected a list of objects, or one under data"],
    ["d,m,c\n1,2,3", undefined, 1, "no known export has these columns: d, m, c; name them"],
    ["d,m\n1,2", mapping, 1, "there is no column 'c'"],
    ["d,m,c\n2026-01-31,m,1\nyesterday,m,1", mapping, 3, "'yesterday' is no day"],
    ["d,m,c\n2026-01-31,m,much", mapping, 2, "'much' is no amount"],
    ["d,m,c\n2026-01-31,m,-1", { date: "d", model: "m", inputTokens: "c" }, 2, "'-1' is no count of tokens"],
    ['d,m,c\n2026-01-31,"m,1', mapping, 2, "a quote is not closed"],
    [
      "start_time,amount_value,amount_currency,line_item\n1769817600,1,eur,gpt-4o",
      undefined,
      2,
      "the bill is in EUR; the ledger is in USD",
    ],
    ['"Service","Claude($)"\n"soon","1"', undefined, 2, "'soon' is no day"],
    ['"Service","Claude($)"\n"2026-01-31","x"', undefined, 2, "'x' is no amount"],
  ])("%j is told to be wrong", (text, columns, line, message) => {
    expect(readBill(text, columns)).toEqual({ line, message: expect.stringContaining(message) });
  });
});
