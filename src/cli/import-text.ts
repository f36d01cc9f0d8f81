import type { Fate, Line, ReadVariable } from "../import/litellm/index.ts";

const headings: readonly (readonly [Fate, string])[] = [
  ["carried", "carried over"],
  ["changed", "changed"],
  ["left", "no counterpart"],
];

/** What became of each line, and what is to be done. `target` is the new file, where it is not standard output. */
export function importText(
  lines: readonly Line[],
  variables: readonly ReadVariable[],
  file: string,
  target: string | undefined,
): string {
  const sections = headings.flatMap(([fate, heading]) => {
    const own = lines.filter((line) => line.fate === fate);
    return own.length === 0 ? [] : [`${heading} (${own.length})\n${own.map((line) => lineText(line, file)).join("")}`];
  });
  const written =
    target === undefined ? [] : [`wrote ${target}; \`specgate check ${target}\` says what it still needs\n`];
  return `${[...sections, ...variablesText(variables), ...written].join("\n")}`;
}

function lineText({ line, path, text, suggestion, to }: Line, file: string): string {
  const target = to === undefined ? "" : ` → ${to.line}  ${to.path}`;
  const hint = suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
  const said = text === undefined ? "" : `\n      ${text}${hint}`;
  return `  ${file}:${line}  ${path}${target}${said}\n`;
}

function variablesText(variables: readonly ReadVariable[]): readonly string[] {
  if (variables.length === 0) return [];
  const lines = variables.map(({ name, from, isNew }) => {
    const why = isNew
      ? "new: make one up"
      : from === undefined
        ? "as before"
        : `the value at line ${from.line}, ${from.path}`;
    return `  ${name}  ${why}\n`;
  });
  return [`variables to set\n${lines.join("")}`];
}
