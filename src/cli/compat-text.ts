import type { FeatureRow, Matrix, MatrixColumn } from "../compat/matrix.ts";
import type { FeatureCell, Mark } from "../compat/overview.ts";
import { markWords, reasonsOf } from "../compat/reasons.ts";
import { type Paint, type Style, screenWidth, wrapped } from "./text.ts";

const styles: Readonly<Record<Mark, Style>> = {
  yes: "green",
  gateway: "green",
  changed: "yellow",
  none: "dim",
  dropped: "yellow",
  refused: "red",
  absent: "dim",
};

/** Stands for a space at which no line ends. */
const glue = "\u00a0";

/** Names of columns in the order of the alphabet, as many as there may be. */
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

type Lettered = ReadonlyMap<string, string>;

/** The matrix for a terminal: the models by letters, and below them every feature. */
export function compatText(matrix: Matrix, paint: Paint, withReasons: boolean): string {
  const { columns, features } = matrix;
  const lettered: Lettered = new Map(columns.map(({ id }, at) => [id, letters[at] ?? "?"]));
  const groups = [...new Set(features.map(({ group }) => group))];
  const width = Math.max(...features.map(({ title }) => title.length)) + 2;
  const atMost = Math.floor((screenWidth - width - 2) / 2);
  const tables = groups.map((group) => {
    const rows = features.filter((one) => one.group === group);
    const able = columnsFor(rows, columns);
    return Array.from({ length: Math.ceil(able.length / atMost) }, (_, at) => {
      const some = able.slice(at * atMost, (at + 1) * atMost);
      return table(group, rows, some, { lettered, paint, width, withReasons: withReasons && at === 0 });
    }).flat();
  });
  return [...legend(columns, lettered, paint), ...tables.flat(), ""].join("\n");
}

interface Look {
  readonly lettered: Lettered;
  readonly paint: Paint;
  /** Of the names of features. */
  readonly width: number;
  readonly withReasons: boolean;
}

function legend(columns: readonly MatrixColumn[], lettered: Lettered, paint: Paint): readonly string[] {
  const names = columns.map(({ id, title }) => `${lettered.get(id)}  ${title}`);
  const isNarrow = names.every((name) => name.length < screenWidth / 2 - 1);
  const half = isNarrow ? Math.ceil(names.length / 2) : names.length;
  const lines = names.slice(0, half).map((name, at) => {
    const beside = names[at + half];
    return beside === undefined ? name : name.padEnd(screenWidth / 2) + beside;
  });
  const marks = Object.values(markWords).map(({ sign, words }) => `${sign} ${words}`);
  const glued = [...marks, "* unless the rest of the request decides otherwise"].map((one) =>
    one.replaceAll(" ", glue),
  );
  const told = wrapped(glued.join(" ")).map((line) => line.replaceAll(" ", "   ").replaceAll(glue, " "));
  return [...lines, "", ...told].map((line) => (line === "" ? line : paint("dim", line)));
}

/** The models that can be asked for any of some features. */
function columnsFor(rows: readonly FeatureRow[], columns: readonly MatrixColumn[]): readonly MatrixColumn[] {
  return columns.filter(({ operations }) => rows.some(({ operation }) => operations.includes(operation)));
}

function table(
  group: string,
  rows: readonly FeatureRow[],
  columns: readonly MatrixColumn[],
  look: Look,
): readonly string[] {
  const { lettered, paint, width } = look;
  const head = columns.map(({ id }) => lettered.get(id)).join(" ");
  return [
    "",
    `${paint("bold", group.padEnd(width))}  ${paint("dim", head)}`,
    ...rows.flatMap((row) => [
      rowLine(row, columns, width, paint),
      ...(look.withReasons ? reasonLines(row, look) : []),
    ]),
  ];
}

function rowLine({ title, cells }: FeatureRow, columns: readonly MatrixColumn[], width: number, paint: Paint): string {
  const marks = columns.map(({ id }) => `${signOf(cells[id], paint)}${cells[id]?.but === undefined ? " " : "*"}`);
  return `${`  ${title}`.padEnd(width)}  ${marks.join("").trimEnd()}`;
}

function signOf(cell: FeatureCell | undefined, paint: Paint): string {
  const mark = cell?.mark ?? "absent";
  return paint(styles[mark], markWords[mark].sign);
}

function reasonLines(row: FeatureRow, { lettered, paint }: Look): readonly string[] {
  return reasonsOf(row).flatMap(({ columns, text }) => {
    const who = lettered.size > 1 ? `${columns.map((id) => lettered.get(id)).join(", ")}: ` : "";
    return wrapped(`${who}${text}`, screenWidth - 6).map((line, at) =>
      paint("dim", `${at === 0 ? "    " : "      "}${line}`),
    );
  });
}
