import { isCount, isFiniteNumber, type JsonObject } from "../../schema/json.ts";
import { describe } from "../../schema/values.ts";
import type { Schema } from "../types.ts";

/** What texts and numbers hang on in the older form. */
export interface ScalarWish {
  /** The Developer API lists words for texts only. */
  readonly developer: boolean;
  readonly lost: (path: string) => void;
}

/** Texts in the older form. Of formats all hosts know one: the others become words for the model. */
export function toOlderString(schema: JsonObject, path: string, { lost }: ScalarWish): Schema {
  const made: Schema = { type: "STRING" };
  const words = wordsOf(schema).filter((word) => typeof word === "string");
  if (words.length > 0) made.enum = words;
  const { format, pattern } = schema;
  if (format === "date-time") made.format = format;
  else if (typeof format === "string" && format !== "enum") {
    lost(`${path}.format`);
    made.description = describe(schema["description"], [`format: ${format}`]);
  }
  if (typeof pattern === "string") made.pattern = pattern;
  if (isCount(schema["minLength"])) made.minLength = String(schema["minLength"]);
  if (isCount(schema["maxLength"])) made.maxLength = String(schema["maxLength"]);
  return made;
}

/** Numbers in the older form. Those that are listed are listed as texts. */
export function toOlderNumber(type: "number" | "integer", schema: JsonObject, path: string, wish: ScalarWish): Schema {
  const made: Schema = { type: type === "number" ? "NUMBER" : "INTEGER" };
  const fits = type === "number" ? isFiniteNumber : Number.isInteger;
  const numbers = wordsOf(schema).filter((word) => fits(word));
  const { format, minimum, maximum } = schema;
  if (isFiniteNumber(minimum)) made.minimum = minimum;
  if (isFiniteNumber(maximum)) made.maximum = maximum;
  if (numbers.length > 0 && wish.developer) {
    wish.lost(path);
    made.description = describe(schema["description"], [`one of ${numbers.join(", ")}`]);
  } else if (numbers.length > 0) {
    made.format = "enum";
    made.enum = numbers.map(String);
  } else if (typeof format === "string") {
    if (formats[type].includes(format)) made.format = format;
    else wish.lost(`${path}.format`);
  }
  return made;
}

const formats: Readonly<Record<"number" | "integer", readonly string[]>> = {
  number: ["float", "double"],
  integer: ["int32", "int64"],
};

function wordsOf(schema: JsonObject): readonly unknown[] {
  const words = schema["enum"];
  return Array.isArray(words) ? words : [];
}
