import { filesIn, read } from "./_repository.ts";

/** A fenced piece of a page. */
export interface Snippet {
  readonly language: string;
  readonly text: string;
  /** The last line of prose before it. */
  readonly before: string;
}

/** Every page of the repository. */
export const pages: readonly string[] = filesIn(".").filter((path) => path.endsWith(".md"));

/** The fenced pieces of a page, in order. */
export function snippetsOf(page: string): readonly Snippet[] {
  const text = read(page);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(({ 1: language = "", 2: body = "", index }) => {
    const before = text.slice(0, index).trimEnd().split("\n").at(-1) ?? "";
    return { language, text: body, before };
  });
}

/** The rows of a page's tables, cell by cell, headings and rulers left out. */
export function rowsOf(page: string, columns: number): readonly (readonly string[])[] {
  const lines = read(page).split("\n");
  return lines
    .filter((line, i) => line.startsWith("|") && !isRuler(line) && !isRuler(lines[i + 1] ?? ""))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === columns);
}

function isRuler(line: string): boolean {
  return /^\|[\s|:-]+\|$/.test(line);
}

/** Targets of a page's links that lead into the repository. */
export function linksOf(page: string): readonly string[] {
  const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** Paths of the repository that a page names, in prose, code or pictures. */
export function pathsIn(page: string): readonly string[] {
  const folder = String.raw`(?:src|test|docs|scripts|specs|examples|generated|bench|\.ci)`;
  const path = new RegExp(String.raw`(?<![\w/.:-])${folder}/[\w./-]*\w`, "g");
  return [...new Set(read(page).match(path) ?? [])];
}
