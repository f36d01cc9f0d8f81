import { type Document, isMap, LineCounter, parseDocument } from "yaml";
import type { components } from "../../generated/types/emulator.closed.ts";
import { validateScript } from "../../generated/validators/emulator.closed.mjs";
import type { ValidationError } from "../../generated/validators/validator.ts";
import { parseDuration } from "./duration.ts";

export type Script = components["schemas"]["Script"];
export type Answer = components["schemas"]["Answer"];
export type Call = components["schemas"]["Call"];
export type Failure = components["schemas"]["Failure"];
export type StreamError = components["schemas"]["StreamError"];

/** Something wrong in a script, and where. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A script that cannot be used; the message has a line per mistake, each with its place. */
export class ScriptError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: readonly Mistake[]) {
    super(mistakes.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"));
    this.name = "ScriptError";
    this.mistakes = mistakes;
  }
}

type Path = readonly (string | number)[];

/**
 * Reads an emulator script from YAML or JSON text.
 *
 * Fails: {@link ScriptError} with every mistake at once.
 *
 * @see specs/emulator.yaml
 */
export function parseScript(text: string, file = "script"): Script {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number, message: string): Mistake => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, message };
  };
  const broken = document.errors.map((error) => at(error.pos[0], firstLine(error.message)));
  if (broken.length > 0) throw new ScriptError(file, broken);
  const value: unknown = document.toJS();
  if (!validateScript(value)) {
    const errors = (validateScript.errors ?? []).filter((error) => error.keyword !== "if");
    throw new ScriptError(
      file,
      errors.map((error) => at(offsetOf(document, pathOf(error)), describe(error))),
    );
  }
  const durations = wrongDurations(value).map(({ path, message }) => at(offsetOf(document, path), message));
  if (durations.length > 0) throw new ScriptError(file, durations);
  return value;
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? text;

/** The member an error speaks of: for an unknown one its own name, else where the check failed. */
function pathOf(error: ValidationError): Path {
  const steps = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const unknown = error.params["additionalProperty"];
  if (typeof unknown === "string") steps.push(unknown);
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function offsetOf(document: Document, path: Path): number {
  const parent: unknown = path.length > 0 ? document.getIn(path.slice(0, -1), true) : undefined;
  const name = path.at(-1);
  const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(name)) : undefined;
  if (hasRange(pair?.key)) return pair.key.range[0];
  const node: unknown = path.length > 0 ? document.getIn(path, true) : document.contents;
  return hasRange(node) ? node.range[0] : 0;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function describe({ keyword, instancePath, params }: ValidationError): string {
  const place = instancePath === "" ? "the script" : toName(instancePath.split("/").slice(1));
  switch (keyword) {
    case "additionalProperties":
      return `${place} has no member ${params["additionalProperty"]}`;
    case "required":
      return `${place} needs ${params["missingProperty"]}`;
    case "type":
      return `${place} must be of type ${params["type"]}`;
    case "enum":
      return `${place} must be one of ${String(params["allowedValues"])}`;
    case "minimum":
    case "maximum":
      return `${place} must be ${params["comparison"]} ${params["limit"]}`;
    default:
      return `${place} is wrong (${keyword})`;
  }
}

/** `answers[0].delay.between` */
const toName = (path: Path): string =>
  path
    .map((step) => (/^\d+$/.test(String(step)) ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");

function wrongDurations(script: Script): readonly { path: Path; message: string }[] {
  const places = script.answers.flatMap((answer, index): [Path, string][] => [
    ...Object.entries(answer.delay ?? {}).map(([name, text]): [Path, string] => [
      ["answers", index, "delay", name],
      text,
    ]),
    ...(answer.error?.retry_after === undefined
      ? []
      : [[["answers", index, "error", "retry_after"], answer.error.retry_after] satisfies [Path, string]]),
  ]);
  return places
    .filter(([, text]) => parseDuration(text) === undefined)
    .map(([path, text]) => ({ path, message: `${toName(path)} is no duration: "${text}" (write 250ms, 1.5s or 2m)` }));
}
