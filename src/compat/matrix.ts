import { chatRequestShape, completionRequestShape, embeddingRequestShape } from "../../generated/fields/openai.ts";
import type { Shape } from "../../generated/fields/shape.ts";
import type { OperationFates } from "../dialects/dialect.ts";
import { fates as overChat } from "../operations/completions/over-chat.ts";
import type { OperationName } from "../operations/types.ts";
import { type Cell, createDecide, type Decide } from "./cell.ts";
import { type Column, loadStandard, standardColumnSlices } from "./columns.ts";
import type { Feature } from "./feature.ts";
import { features as everyFeature, featureGroups } from "./features.ts";
import { createFieldCells, keysOf } from "./fields.ts";
import { type FeatureCell, featureCell } from "./overview.ts";
import { probes } from "./probes.ts";
import { atOnce, type Slices } from "./slices.ts";

/** What becomes of everything at some models: what the docs, `GET /v1/compat` and `specgate compat` say. */
export interface Matrix {
  readonly columns: readonly MatrixColumn[];
  /** For those who choose: what a model can be asked for. */
  readonly features: readonly FeatureRow[];
  /** Every field of a request, by operation. */
  readonly requests: Readonly<Record<OperationName, readonly FieldRow[]>>;
  /** Every field of the upstreams' answers, by the language they are in. */
  readonly answers: readonly AnswerTable[];
}

/** A model at a host. */
export interface MatrixColumn extends Pick<Column, "id" | "title" | "provider" | "model" | "operations"> {
  /** What it speaks. */
  readonly dialect: string;
  /** The host as the dialect knows it. */
  readonly host: string;
}

/** A feature at every model, by the ids of columns. */
export interface FeatureRow extends Pick<Feature, "id" | "title" | "operation" | "fields"> {
  readonly group: string;
  readonly cells: Readonly<Record<string, FeatureCell>>;
}

/** A field at the models that serve its operation; models where the same becomes of it are together. */
export interface FieldRow {
  readonly field: string;
  readonly fates: readonly FieldFates[];
}

/** What becomes of a field, and where. */
export interface FieldFates extends Cell {
  readonly columns: readonly string[];
}

/** The fields of one kind of answer. */
export interface AnswerTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly fields: readonly FieldRow[];
}

const shapes: Readonly<Record<OperationName, Shape>> = {
  chat: chatRequestShape,
  completions: completionRequestShape,
  embeddings: embeddingRequestShape,
};

/** The matrix of some models, by the tables that the gateway runs on. */
export function matrixOf(columns: readonly Column[]): Matrix {
  return atOnce(matrixSlices(columns));
}

/** The same in slices: all of it takes a third of a second. */
export function* matrixSlices(columns: readonly Column[]): Slices<Matrix> {
  const features = yield* featureRows(columns);
  const chat = yield* fieldRows(columns, "chat");
  const completions = yield* fieldRows(columns, "completions");
  const embeddings = yield* fieldRows(columns, "embeddings");
  const answers = yield* answerTables(columns);
  return {
    columns: columns.map(({ target, facts: _facts, ...column }) => ({
      ...column,
      dialect: target.dialect.name,
      host: target.host,
    })),
    features,
    requests: { chat, completions, embeddings },
    answers,
  };
}

function* featureRows(columns: readonly Column[]): Slices<readonly FeatureRow[]> {
  const groupOf = new Map(featureGroups.flatMap(({ title, features }) => features.map((one) => [one.id, title])));
  const rows: FeatureRow[] = [];
  for (const feature of everyFeature) {
    const { id, title, operation, fields } = feature;
    const cells: Record<string, FeatureCell> = {};
    for (const column of columns) {
      cells[column.id] = featureCell(feature, column);
      yield;
    }
    rows.push({ group: groupOf.get(id) ?? "", id, title, operation, fields, cells });
  }
  return rows;
}

let standard: Matrix | undefined;

/** The published matrix. Made when it is first asked for. */
export async function standardMatrix(): Promise<Matrix> {
  await loadStandard();
  standard ??= atOnce(standardSlices());
  return standard;
}

/** The same in slices, after {@link loadStandard}. */
export function* standardSlices(): Slices<Matrix> {
  return yield* matrixSlices(yield* standardColumnSlices());
}

function* fieldRows(columns: readonly Column[], operation: OperationName): Slices<readonly FieldRow[]> {
  const able = columns.filter(({ operations }) => operations.includes(operation));
  const rows: FieldRow[] = [];
  if (able.length === 0) return rows;
  for (const field of keysOf(shapes[operation])) {
    const cells: (readonly [string, Cell | undefined])[] = [];
    for (const column of able) cells.push([column.id, createFieldCells(column, operation)(field)]);
    rows.push({ field, fates: grouped(cells) });
    yield;
  }
  return rows;
}

const texts = new WeakMap<Cell, string>();

function textOf(cell: Cell): string {
  const text = texts.get(cell) ?? JSON.stringify(cell);
  texts.set(cell, text);
  return text;
}

function grouped(cells: readonly (readonly [column: string, cell: Cell | undefined])[]): readonly FieldFates[] {
  const groups = new Map<string, { readonly cell: Cell; readonly columns: string[] }>();
  for (const [column, cell] of cells) {
    if (cell === undefined) continue;
    const key = textOf(cell);
    const group = groups.get(key) ?? { cell, columns: [] };
    groups.set(key, group);
    group.columns.push(column);
  }
  return [...groups.values()].map(({ cell, columns }) => ({ columns, ...cell }));
}

/** One table of answers with the models whose answers it reads. */
interface Spoken {
  readonly title: string;
  readonly fates: { readonly response: OperationFates["response"] };
  readonly columns: { readonly column: Column; readonly decide: Decide }[];
}

function* answerTables(columns: readonly Column[]): Slices<readonly AnswerTable[]> {
  const tables = new Map<object, Spoken>();
  const add = (title: string, column: Column, fates: Spoken["fates"], decide: Decide): void => {
    const table = tables.get(fates) ?? { title, fates, columns: [] };
    tables.set(fates, table);
    table.columns.push({ column, decide });
  };
  for (const column of columns) {
    const { target, facts } = column;
    const { chat, completions, embeddings, dialect } = target;
    if (chat !== undefined) {
      const { fates } = chat.operation;
      add(`chat, ${dialect.name}`, column, fates, createDecide(fates, facts, probes.chat));
    }
    if (completions !== undefined) {
      const { fates } = completions.operation;
      const title = fates === overChat ? "legacy completions where chat stands in" : `completions, ${dialect.name}`;
      add(title, column, fates, createDecide(fates, facts, probes.completions));
    }
    if (embeddings !== undefined) {
      const { fates } = embeddings.operation;
      add(`embeddings, ${dialect.name}`, column, fates, createDecide(fates, facts, probes.embeddings));
    }
  }
  const made: AnswerTable[] = [];
  for (const { title, fates, columns: able } of tables.values()) {
    const fields: FieldRow[] = [];
    for (const [field, line] of Object.entries(fates.response)) {
      fields.push({ field, fates: grouped(able.map(({ column, decide }) => [column.id, decide(line)])) });
      yield;
    }
    made.push({ title, columns: able.map(({ column }) => column.id), fields });
  }
  return made;
}
