import { readdirSync, readFileSync } from "node:fs";
import { isObject } from "./_schema-values.ts";

/** A schema as some tool or library makes it, and what of it each form of Gemini's and Claude's cannot say. */
export interface Specimen {
  readonly family: string;
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** Paths below the schema that the form with JSON Schema downgrades. */
  readonly losses: readonly string[];
  /** Paths that the older form downgrades. */
  readonly older: readonly string[];
  readonly claude: {
    /** Paths that a tool's schema downgrades, and members at its top that are renamed. */
    readonly input: readonly string[];
    readonly renamed: readonly string[];
    /** Paths that the schema of a strict tool downgrades; undefined where none can be strict. */
    readonly strict: readonly string[] | undefined;
    /** Paths that the schema of an answer downgrades; undefined where answers cannot be held to it. */
    readonly output: readonly string[] | undefined;
  };
  /** How the schema is to be read, where its keywords mean different things in different drafts. */
  readonly draft: "draft-07" | "2020-12";
  /** Why no validator of JSON Schema can judge it. */
  readonly unchecked: string | undefined;
}

const folder = new URL("./corpus/", import.meta.url);

/** The whole corpus: a file for each family of tools. */
export const corpus: readonly Specimen[] = readdirSync(folder)
  .toSorted()
  .flatMap((file) => {
    const entries: unknown = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return Array.isArray(entries) ? entries.map((entry) => toSpecimen(entry, file.replace(".json", ""))) : [];
  });

function toSpecimen(entry: unknown, family: string): Specimen {
  if (!isObject(entry) || typeof entry["name"] !== "string" || !isObject(entry["schema"])) {
    throw new Error(`no specimen in ${family}: ${JSON.stringify(entry)}`);
  }
  const { name, schema, draft, unchecked } = entry;
  const claude = isObject(entry["claude"]) ? entry["claude"] : {};
  return {
    family,
    name,
    schema,
    losses: textsIn(entry["losses"]),
    older: textsIn(entry["older"]),
    claude: {
      input: textsIn(claude["input"]),
      renamed: textsIn(claude["renamed"]),
      strict: claude["strict"] === null ? undefined : textsIn(claude["strict"]),
      output: claude["output"] === null ? undefined : textsIn(claude["output"]),
    },
    draft: draft === "draft-07" ? "draft-07" : "2020-12",
    unchecked: typeof unchecked === "string" ? unchecked : undefined,
  };
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
