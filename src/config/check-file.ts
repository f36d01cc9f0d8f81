import { resolve } from "node:path";
import { type Inspection, mistakeAt, shownAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";

/** A file the config names is there. */
export function checkFile(inspection: Inspection, path: Path, file: string | undefined): void {
  const { fileExists, folder } = inspection;
  if (file === undefined || fileExists === undefined || fileExists(resolve(folder, file))) return;
  const message = `the file ${shownAt(inspection, path)} does not exist; relative paths start at the folder of this file`;
  mistakeAt(inspection, path, { message });
}
