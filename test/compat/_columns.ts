import { type Column, standardColumns } from "../../src/compat/columns.ts";
import type { Fate } from "../../src/dialects/fates.ts";

const columns = await standardColumns();

/** A column by its title. */
export function columnOf(title: string): Column {
  const found = columns.find((column) => column.title === title);
  if (found === undefined) throw new Error(`no column ${title}`);
  return found;
}

/** The same column, one line of its chat table altered. */
export function altered(column: Column, key: string, fate: Fate): Column {
  const { chat } = column.target;
  if (chat === undefined) throw new Error(`${column.title} does not chat`);
  const { operation } = chat;
  const fates = { ...operation.fates, request: { ...operation.fates.request, [key]: fate } };
  return { ...column, target: { ...column.target, chat: { ...chat, operation: { ...operation, fates } } } };
}
