import type { TestProject } from "vitest/node";
import { markerOf } from "./_canary-forms.ts";

/** Prints a secret when all tests are over and their totals told. */
export default function setUp(project: TestProject): () => void {
  return () => console.log(`late-${markerOf(project.getProvidedContext().canary)}`);
}
