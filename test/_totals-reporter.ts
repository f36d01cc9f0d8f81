import type { Reporter, TestModule } from "vitest/node";
import { createCanary } from "./_canary-forms.ts";
import { watchOutput } from "./_canary-output.ts";

/** How the reporter is told of this run. */
export interface TotalsOptions {
  /** Hex digits that mark this run's secrets. */
  readonly canary: string;
}

/**
 * Ends a run with its totals on a plain line, which other tools can read: `120 passed, 0 failed, 2 skipped`.
 * A secret that was printed while it lasted is a failure.
 */
export default class TotalsReporter implements Reporter {
  readonly #secretsShown: () => readonly string[];

  constructor({ canary }: TotalsOptions) {
    // Before any other reporter gets hold of the streams.
    this.#secretsShown = watchOutput(createCanary(canary));
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      if (module.state() === "failed" && [...module.children.allTests()].length === 0) failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else skipped++;
      }
    }
    const shown = this.#secretsShown();
    const told = shown.length;
    if (told > 0) process.exitCode = 1;
    const lines = [...shown, `${passed} passed, ${failed + told} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`];
    process.stdout.write(`\n${lines.join("\n")}\n`);
    // What is printed after the totals counts too.
    process.once("exit", () => {
      const late = this.#secretsShown().slice(told);
      if (late.length === 0) return;
      process.exitCode = 1;
      process.stderr.write(`${late.join("\n")}\n`);
    });
  }
}
