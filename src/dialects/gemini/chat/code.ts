import type { AnsweredPart } from "../types.ts";

/**
 * Code that the model had run, or what came of it, as a fenced block of the content.
 *
 * @param content what stands before it: a fence begins on a line of its own
 */
export function toCodeBlock(part: AnsweredPart, content: string): string | undefined {
  const { executableCode, codeExecutionResult } = part;
  if (executableCode != null) {
    const language = executableCode.language === "PYTHON" ? "python" : "";
    return fenced(language, executableCode.code ?? "", content);
  }
  if (codeExecutionResult == null) return undefined;
  const { outcome, output } = codeExecutionResult;
  const failed = failures.get(outcome ?? "");
  // The output may be missing; a run that went well and said nothing has nothing to show.
  if (!output && failed === undefined) return "";
  return fenced("", [failed, output].filter((one) => one).join("\n"), content);
}

/** How a run went that did not end well, in words. */
const failures: ReadonlyMap<string, string> = new Map([
  ["OUTCOME_FAILED", "(failed)"],
  ["OUTCOME_DEADLINE_EXCEEDED", "(took too long)"],
]);

function fenced(language: string, text: string, content: string): string {
  const before = content === "" || content.endsWith("\n") ? "" : "\n";
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${before}${fence}${language}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}\n`;
}
