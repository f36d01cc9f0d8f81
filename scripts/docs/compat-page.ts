import type { AnswerTable, FeatureRow, FieldFates, FieldRow, Matrix, MatrixColumn } from "../../src/compat/matrix.ts";
import { markWords, reasonsOf, toText } from "../../src/compat/reasons.ts";

const head = `# Compatibility

What you can ask of which model, at which host. This page is made from the fate tables that the gateway itself runs on, and tests hold it to a running gateway: a mark says what happens. \`node scripts/compat-page.ts\` writes it anew.

The same is at \`GET /v1/compat\` and in \`specgate compat\`; both take one of your own models too. \`specgate explain\` says it of a request of yours. [cli.md](cli.md) has both commands, [fates.md](fates.md) says how the tables are proved.
`;

/** The page docs/compatibility.md: an overview for those who choose, then every field. */
export function compatPage(matrix: Matrix): string {
  const { columns, features, requests, answers } = matrix;
  const groups = [...new Set(features.map(({ group }) => group))];
  return [
    head,
    `## Marks\n\n${markList()}\n`,
    `## Models and hosts\n\n${columnTable(columns)}\n`,
    "## Overview\n",
    ...groups.map((group) => overview(group, matrix)),
    "## Every field of a request\n",
    fieldsIntro,
    ...Object.entries(requests).map(([operation, rows]) => fieldSection(operation, rows, columns)),
    "## What comes back\n",
    answersIntro,
    ...answers.map((table) => answerSection(table, columns)),
  ].join("\n");
}

function markList(): string {
  const lines = Object.values(markWords).map(({ sign, words }) => `- ${sign} ${words}`);
  const notes = [
    "",
    "A mark with `*` is true unless another part of the request decides otherwise: the lines below the table say when.",
    "At hosts that speak OpenAI's own language ✓ means that the server gets the field as it is; what the model behind it makes of it is the model's own affair. A model's `unsupported: refuse` turns every ○ into a 400.",
  ];
  return [...lines, ...notes].join("\n");
}

function columnTable(columns: readonly MatrixColumn[]): string {
  const rows = columns.map(({ title, provider, model, operations }) => [
    title,
    `\`${provider}\``,
    `\`${model}\``,
    operations.join(", "),
  ]);
  return table(["model and host", "provider type", "stands for it here", "serves"], rows);
}

/** The models that serve any of some operations. */
function able(columns: readonly MatrixColumn[], operations: readonly string[]): readonly MatrixColumn[] {
  return columns.filter((column) => column.operations.some((one) => operations.includes(one)));
}

const titleOf = ({ title }: MatrixColumn): string => title.replace(/ on |, /, "<br>");

function overview(group: string, { columns, features }: Matrix): string {
  const rows = features.filter((one) => one.group === group);
  const shown = able(
    columns,
    rows.map(({ operation }) => operation),
  );
  const cells = rows.map((row) => [row.title, ...shown.map(({ id }) => signOf(row, id))]);
  const notes = new Map<string, string[]>();
  for (const row of rows) {
    for (const { columns: ids, text } of reasonsOf(row)) {
      const key = `${whoOf(ids, shown)}: ${text}`;
      notes.set(key, [...(notes.get(key) ?? []), row.title]);
    }
  }
  const lines = [...notes].map(([text, titles]) => `- **${titles.join(", ")}**. ${text}`);
  return [
    `### ${group}\n`,
    table(["", ...shown.map(titleOf)], cells),
    "",
    ...(lines.length === 0 ? [] : [...lines, ""]),
  ].join("\n");
}

function signOf({ cells }: FeatureRow, id: string): string {
  const cell = cells[id];
  const sign = markWords[cell?.mark ?? "absent"].sign;
  return cell?.but === undefined ? sign : `${sign}*`;
}

/** Columns by their titles; those of one make, if all of them are meant, by its name. */
function whoOf(ids: readonly string[], shown: readonly MatrixColumn[]): string {
  if (ids.length === shown.length) return "everywhere";
  const makes = new Map<string, MatrixColumn[]>();
  for (const column of shown) {
    const [make = ""] = column.title.split(/[ ,]/);
    makes.set(make, [...(makes.get(make) ?? []), column]);
  }
  return [...makes]
    .flatMap(([make, columns]) => {
      const meant = columns.filter(({ id }) => ids.includes(id));
      return meant.length > 1 && meant.length === columns.length ? [`every ${make}`] : meant.map(({ title }) => title);
    })
    .join("; ");
}

const fieldsIntro = `A field that is not listed shares the fate of the one it lies below. ✓ is carried over, ◆ taken or done by the gateway itself, · nothing to do, ○ dropped and told, ✗ refused, ± depends on the rest of the request; an empty cell means that the field is not known there. \`GET /v1/compat\` also names the places on the upstream's side.
`;

const answersIntro = `What upstreams say and a client's answer has no place for is told in \`x-specgate-changes\`. Only what is not simply carried over is listed.
`;

const signs: Readonly<Record<FieldFates["kind"], string>> = {
  mapped: "✓",
  emulated: "◆",
  gateway: "◆",
  ignored: "·",
  reported: "○",
  refused: "✗",
  depends: "±",
};

const titles: Readonly<Record<string, string>> = {
  chat: "Chat completions",
  completions: "Legacy completions",
  embeddings: "Embeddings",
};

function fieldSection(operation: string, rows: readonly FieldRow[], columns: readonly MatrixColumn[]): string {
  const shown = able(columns, [operation]);
  const told = rows.filter((row) => saysMore(row, rows));
  const cells = told.map((row) => [`\`${row.field}\``, ...shown.map(({ id }) => fieldSign(row, id))]);
  return [
    `### ${titles[operation] ?? operation}\n`,
    narrow(["", ...shown.map(titleOf)], cells),
    "",
    ...fieldNotes(told, shown),
    "",
  ].join("\n");
}

const kindsOf = ({ fates }: FieldRow): string =>
  JSON.stringify(
    fates.flatMap(({ columns, kind, why, cases }) => columns.map((id) => [id, kind, why, cases?.map(toText)])).sort(),
  );

/** Whether a field has another fate than the one it lies below. */
function saysMore(row: FieldRow, rows: readonly FieldRow[]): boolean {
  const parents = rows.filter(({ field }) => row.field !== field && row.field.startsWith(field));
  const parent = parents.filter(({ field }) => /^[.[<=]/.test(row.field.slice(field.length))).at(-1);
  return parent === undefined || kindsOf(parent) !== kindsOf(row);
}

function fieldSign({ fates }: FieldRow, id: string): string {
  const found = fates.find(({ columns }) => columns.includes(id));
  return found === undefined ? "" : signs[found.kind];
}

/** Reasons, with the fields and the columns they are true of. */
function fieldNotes(rows: readonly FieldRow[], shown: readonly MatrixColumn[]): readonly string[] {
  const notes = new Map<string, string[]>();
  for (const { field, fates } of rows) {
    for (const fate of fates) {
      for (const text of textsOf(fate)) {
        const key = `${text} (${whoOf(fate.columns, shown)})`;
        notes.set(key, [...(notes.get(key) ?? []), `\`${field}\``]);
      }
    }
  }
  return [...notes].map(([text, fields]) => `- ${text}: ${fields.join(", ")}`);
}

function textsOf({ kind, why, cases }: FieldFates): readonly string[] {
  if (cases !== undefined && kind === "depends") return [`± ${cases.map(toText).join("; ")}`];
  if (kind === "mapped" || kind === "gateway" || why === undefined) return [];
  return [`${signs[kind]} ${why}`];
}

function answerSection({ title, columns: ids, fields }: AnswerTable, columns: readonly MatrixColumn[]): string {
  const shown = columns.filter(({ id }) => ids.includes(id));
  const notes = fieldNotes(
    fields.filter((row) => saysMore(row, fields)),
    shown,
  );
  const reasons = fields.filter(({ field }) => /(?:finish|stop|block)_?[rR]eason=/.test(field));
  const ends = new Set(
    reasons.map(({ field, fates }) => `\`${field.split("=")[1]}\` ${fates.map(({ kind }) => signs[kind]).join("")}`),
  );
  return [
    `### ${title[0]?.toUpperCase()}${title.slice(1)}\n`,
    ...(ends.size === 0 ? [] : [`Ends of an answer: ${[...ends].join(", ")}\n`]),
    ...(notes.length === 0 ? ["All is carried over."] : notes),
    "",
  ].join("\n");
}

/** A table whose columns line up in the source too. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(3, heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const ruler = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(headings), ruler, ...rows.map(line)].join("\n");
}

/** The same without a space too many: of hundreds of fields only a few have long names. */
function narrow(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}
