import type { Mapping } from "./bill.ts";
import { modelIn } from "./model-name.ts";

/** A row by the names of its columns, as {@link columnName} writes them. */
export type Cells = ReadonlyMap<string, string>;

/** How a provider's export is read. Where several columns are named, the first that is there counts. */
export interface Format {
  readonly name: string;
  /** Columns that tell it from others; one of each group. */
  readonly needs: readonly (readonly string[])[];
  readonly date: readonly string[];
  readonly model: readonly string[];
  /** What a cell of the model says; as it is unless told. */
  readonly toModel?: (cell: string) => string;
  readonly cost?: readonly string[];
  readonly currency?: readonly string[];
  /** These are added up. */
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  /** Rows that are of no interest. */
  readonly keeps?: (cells: Cells) => boolean;
}

/** A column's name without what differs between exports: `Cost ($)` → `cost`, `lineItem/UsageType` → `lineitem_usagetype`. */
export function columnName(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/\(.*?\)/g, "")
    .trim()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
}

const openAIDates = ["start_time_iso", "start_time", "date"] as const;
const curDates = ["lineitem_usagestartdate", "line_item_usage_start_date"] as const;
const googleDates = ["usage_start_time", "usage_start_date"] as const;

/** By the columns that each is known to have; none of it was tried on a live export. */
export const formats: readonly Format[] = [
  {
    name: "OpenAI costs",
    needs: [["amount_value"], ["line_item"], openAIDates],
    date: openAIDates,
    model: ["line_item"],
    // `gpt-4o-2024-08-06, cached input`
    toModel: (cell) => cell.split(",")[0] ?? cell,
    cost: ["amount_value"],
    currency: ["amount_currency"],
  },
  {
    name: "OpenAI usage",
    needs: [["num_model_requests"], ["input_tokens"], ["output_tokens"], ["model"], openAIDates],
    date: openAIDates,
    model: ["model"],
    input: ["input_tokens"],
    output: ["output_tokens"],
  },
  {
    name: "Anthropic costs",
    needs: [["usage_date_utc"], ["cost_usd"], ["model"]],
    date: ["usage_date_utc"],
    model: ["model"],
    cost: ["cost_usd"],
  },
  {
    name: "Anthropic tokens",
    needs: [["usage_date_utc"], ["usage_output_tokens"], ["model_version", "model"]],
    date: ["usage_date_utc"],
    model: ["model_version", "model"],
    input: [
      "usage_input_tokens_no_cache",
      "usage_input_tokens_cache_write_5m",
      "usage_input_tokens_cache_write_1h",
      "usage_input_tokens_cache_read",
    ],
    output: ["usage_output_tokens"],
  },
  {
    name: "Google Cloud Billing",
    needs: [["sku_description"], ["unrounded_cost", "cost"], googleDates],
    date: googleDates,
    model: ["sku_description"],
    toModel: modelIn,
    cost: ["unrounded_cost", "cost"],
    currency: ["currency"],
    // Taxes and credits have lines of their own.
    keeps: (cells) =>
      /^(?:usage|regular)?$/i.test(cells.get("cost_type") ?? "") && (cells.get("credit_type") ?? "") === "",
  },
  {
    name: "AWS Cost and Usage Report",
    needs: [curDates, ["lineitem_unblendedcost", "line_item_unblended_cost"]],
    date: curDates,
    model: [
      "product_model",
      "lineitem_lineitemdescription",
      "line_item_line_item_description",
      "lineitem_usagetype",
      "line_item_usage_type",
    ],
    toModel: modelIn,
    cost: ["lineitem_unblendedcost", "line_item_unblended_cost"],
    currency: ["lineitem_currencycode", "line_item_currency_code"],
    keeps: (cells) => [...cells.values()].some((cell) => /bedrock/i.test(cell)),
  },
];

/** The format of a file with these columns. */
export function formatOf(columns: ReadonlySet<string>): Format | undefined {
  return formats.find(({ needs }) => needs.every((some) => some.some((name) => columns.has(name))));
}

/** The format that somebody described. */
export function genericFormat({ date, model, cost, inputTokens, outputTokens }: Mapping): Format {
  return {
    name: "columns as named",
    needs: [],
    date: [columnName(date)],
    model: [columnName(model)],
    ...(cost !== undefined && { cost: [columnName(cost)] }),
    ...(inputTokens !== undefined && { input: [columnName(inputTokens)] }),
    ...(outputTokens !== undefined && { output: [columnName(outputTokens)] }),
  };
}
