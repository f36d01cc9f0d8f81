import { type Document, type LineCounter, type ParsedNode, parseDocument, visit, type YAMLError } from "yaml";
import type { Report } from "./report.ts";
import type { Span } from "./tree.ts";

/** A parsed YAML document. */
export type YamlDocument = Document.Parsed<ParsedNode>;

const leftOver = "this is left over; does the text need quotes, or is a line indented wrongly?";

/** What the parser's words mean to somebody who edits the file. The first that matches is said. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, "YAML is not indented with tabs; use spaces"],
  [/multiple documents/, "the file holds one document only; remove this `---` and what follows"],
  [/^Flow (map|sequence) in block/, "a `{` or `[` above is not closed before this line"],
  [
    /must start at the same column|block sequence may not be/,
    "this line is indented differently from those it belongs with",
  ],
  [/^Nested mappings/, "text with `: ` in it needs quotes; a nested map begins on a line of its own"],
  [/^Implicit keys need to be on/, "a key and its `:` must stand on one line; is a `:` or the space after it missing?"],
  [/need to be followed by map values/, "expected `key: value` here, and the `:` is missing"],
  [/^Missing closing/, "this text begins with a quote that is never closed"],
  [/^Missing space after :/, "a `:` needs a space after it"],
  [/^Plain value cannot start/, "text that begins with this character needs quotes"],
  [/^(Alias|Anchor)/, "text that begins with `*` or `&` needs quotes"],
  [/^Unresolved tag/, "tags, as this `!`, mean nothing here; remove it, or put the text in quotes"],
  [/^Comments must be separated/, "a `#` needs a space before it to begin a comment; otherwise put the text in quotes"],
  [/^Block scalar header/, "nothing may follow `|` or `>` on its line"],
  [/^Unexpected .*( at node end| token)/, leftOver],
];

/** Parses YAML 1.2. Every error and warning goes into the report; undefined when there are any. */
export function parseYaml(text: string, lines: LineCounter, report: Report): YamlDocument | undefined {
  // Keys that appear twice are found later, where the first one is known too.
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: false, prettyErrors: false });
  const problems = [...document.errors, ...document.warnings];
  const told = new Set<number>();
  for (const problem of problems) {
    const span = placeOf(problem, document);
    const { line } = lines.linePos(span.start);
    const message = explain(problem, text);
    // What is left over, or stands on the same line, follows from the first problem.
    const follows = told.has(line) || (told.size > 0 && message === leftOver);
    if (!follows) report.mistakeAt(span, [], { message });
    told.add(line);
  }
  return problems.length === 0 ? document : undefined;
}

/** The parser sees a missing quote at the end of the file; the reader wants to see where it began. */
function placeOf({ message, pos: [start, end] }: YAMLError, document: YamlDocument): Span {
  let opening = start;
  if (message.startsWith("Missing closing")) {
    visit(document, {
      Scalar: (_, node) => {
        if (node.type?.startsWith("QUOTE") && node.range && node.range[0] < start) opening = node.range[0];
      },
    });
  }
  return opening === start ? { start, end } : { start: opening, end: opening + 1 };
}

function explain({ message, pos: [start] }: YAMLError, text: string): string {
  if (text.slice(start - 1, start + 1) === "${") return 'between { } or [ ], a `${NAME}` needs quotes: "${NAME}"';
  // The parser's own words may quote the file, and a secret in it; a colon begins the quotation.
  const own = message.split(": ", 1)[0] ?? "";
  return explanations.find(([pattern]) => pattern.test(message))?.[1] ?? `this is not valid YAML: ${own}`;
}
