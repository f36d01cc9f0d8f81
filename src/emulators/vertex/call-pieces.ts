import { isObject } from "../json.ts";
import { splitText } from "../text.ts";
import type { AnswerPart } from "./types.ts";

type PartialArg = NonNullable<NonNullable<AnswerPart["functionCall"]>["partialArgs"]>[number];

/** A call as Vertex AI streams it where arguments are asked for as they are made: a name, values, an empty end. */
export function partsOfCall({ functionCall, ...rest }: AnswerPart): readonly AnswerPart[] {
  const { args = {}, ...named } = functionCall ?? {};
  return [
    { functionCall: { ...named, willContinue: true }, ...rest },
    ...valuesIn(args, "$").map((one): AnswerPart => ({ functionCall: { partialArgs: [one], willContinue: true } })),
    { functionCall: {} },
  ];
}

/** Every value below a place, texts in two pieces. */
function valuesIn(value: unknown, jsonPath: string): readonly PartialArg[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => valuesIn(item, `${jsonPath}[${at}]`));
  if (isObject(value))
    return Object.entries(value).flatMap(([name, member]) => valuesIn(member, `${jsonPath}.${name}`));
  if (typeof value === "number") return [{ jsonPath, numberValue: value }];
  if (typeof value === "boolean") return [{ jsonPath, boolValue: value }];
  if (typeof value !== "string") return [{ jsonPath, nullValue: "NULL_VALUE" }];
  const texts = value === "" ? [""] : splitText(value, 2);
  return texts.map((stringValue, at) =>
    at < texts.length - 1 ? { jsonPath, stringValue, willContinue: true } : { jsonPath, stringValue },
  );
}
