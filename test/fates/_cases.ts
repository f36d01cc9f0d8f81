import type { Condition, Facts, OperationFates } from "../../src/dialects/dialect.ts";
import type { ConditionalFate, Fate } from "../../src/dialects/fates.ts";

/** A line of a fate table under one of its conditions, and a model for which just that holds. */
export interface FateCase {
  readonly key: string;
  readonly condition: string;
  readonly fate: Fate;
  readonly upstreamModel: string;
  readonly request: object;
}

/** Models to look for one that triggers no condition of a line. */
const models = ["gemini-2.5-flash", "gemini-3-flash-preview", "gemini-3.6-flash", "gemini-2.0-flash-001"];

/** Every line and every condition of a table. */
export function casesOf(
  table: OperationFates["request"],
  conditions: OperationFates["conditions"],
): readonly FateCase[] {
  return Object.entries(table).flatMap(([key, fate]) => casesOfLine(key, fate, conditions));
}

function casesOfLine(
  key: string,
  fate: Fate | ConditionalFate<string>,
  conditions: OperationFates["conditions"],
): readonly FateCase[] {
  if (fate.kind !== "when") return [{ key, condition: "always", fate, upstreamModel: "gemini-2.5-flash", request: {} }];
  const names = Object.keys(fate.cases);
  const cases = names.map((name): FateCase => {
    const decided = fate.cases[name];
    const example = conditions[name]?.example;
    if (decided === undefined || example === undefined) throw new Error(`${key}: no condition called ${name}`);
    return {
      key,
      condition: name,
      fate: decided,
      upstreamModel: example.upstreamModel ?? "",
      request: example.request ?? {},
    };
  });
  const free = models.find((model) => names.every((name) => !holds(conditions[name], model)));
  if (free === undefined) throw new Error(`${key}: every model triggers one of ${names.join(", ")}`);
  return [...cases, { key, condition: "otherwise", fate: fate.otherwise, upstreamModel: free, request: {} }];
}

function holds(condition: Condition | undefined, upstreamModel: string): boolean {
  return condition?.holds(factsFor(upstreamModel), { model: upstreamModel, messages: [] }) ?? false;
}

/** Facts as the gateway would hand them over. */
export function factsFor(upstreamModel: string): Facts {
  return {
    upstreamModel,
    host: "vertex",
    responseModel: "some-model",
    callId: "0123456789ab",
    createdSec: 1_790_000_000,
  };
}
