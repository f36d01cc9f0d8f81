import { PassThrough } from "node:stream";
import type { Terminal } from "../../src/cli/terminal.ts";

/** A terminal that a test sits before. */
export interface TestTerminal extends Terminal {
  readonly input: PassThrough & { isTTY?: boolean };
  readonly printed: () => string;
  readonly said: () => string;
}

/** Answers each question that is asked on standard error. Without answers nobody sits there. */
export function terminalWith(answers?: readonly string[]): TestTerminal {
  const input: PassThrough & { isTTY?: boolean } = new PassThrough();
  input.isTTY = answers !== undefined;
  const [out, errors] = [new PassThrough(), new PassThrough()];
  const texts = { out: "", errors: "" };
  const left = [...(answers ?? [])];
  out.setEncoding("utf8").on("data", (text: string) => {
    texts.out += text;
  });
  errors.setEncoding("utf8").on("data", (text: string) => {
    texts.errors += text;
    if (/[:?)] $/.test(text)) setImmediate(() => input.write(`${left.shift() ?? ""}\r`));
  });
  return { input, out, errors, printed: () => texts.out, said: () => texts.errors };
}
