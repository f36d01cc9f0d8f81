import type { Output } from "./check.ts";

/** Why a command cannot go on, in words for its user. 1: what was asked for went wrong; 2: it was asked for wrongly. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs what a command does. A failure goes to standard error, and its exit code to the process; a bug goes on. */
export async function failing(errors: Output, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    if (!(thrown instanceof CommandFailure)) throw thrown;
    errors.write(`${thrown.message}\n`);
    process.exitCode = thrown.exitCode;
  }
}
