import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import type { Readable } from "node:stream";
import type { Output } from "./check.ts";
import { CommandFailure } from "./failure.ts";

/** What a command reads, and where it writes. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean | undefined };
  readonly out: Output;
  readonly errors: NodeJS.WritableStream;
}

/** Those of the process. */
export const ownTerminal: Terminal = { input: process.stdin, out: process.stdout, errors: process.stderr };

/** Whether somebody sits before it who can answer. */
export function isAttended({ input }: Terminal): boolean {
  return input.isTTY === true;
}

/**
 * Asks on standard error, so that standard output holds the result alone. An empty answer is undefined.
 * Fails: rejects with a `CommandFailure` where whoever is asked leaves.
 */
export async function ask({ input, errors }: Terminal, question: string): Promise<string | undefined> {
  const lines = createInterface({ input, output: errors, terminal: input.isTTY === true });
  const left = once(lines, "close").then(() => {
    throw gone();
  });
  // When the answer is there it closes as well.
  left.catch(() => undefined);
  try {
    const answer = await Promise.race([lines.question(`${question} `), left]);
    return answer.trim() === "" ? undefined : answer.trim();
  } catch (thrown) {
    // Ctrl+C rejects the question; Ctrl+D ends the input.
    throw thrown instanceof Error && thrown.name === "AbortError" ? gone() : thrown;
  } finally {
    lines.close();
  }
}

const gone = (): CommandFailure => new CommandFailure("nothing was done");

/** Longer keys are none. */
const longestKey = 4_096;

/** A key from standard input, for it must not stand on the command line. Fails: rejects with a `CommandFailure`. */
export async function keyFrom({ input }: Terminal): Promise<string> {
  let text = "";
  for await (const piece of input) {
    text += String(piece);
    if (text.length > longestKey) break;
  }
  const key = text.trim();
  if (!/^[\x21-\x7e]{1,1024}$/.test(key))
    throw new CommandFailure("--key-stdin: expected one key on standard input", 2);
  return key;
}
