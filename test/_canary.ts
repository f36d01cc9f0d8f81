import { inspect } from "node:util";
import { inject } from "vitest";
import { createCanary, markerOf } from "./_canary-forms.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Hex digits, other ones for every run. */
    readonly canary: string;
  }
}

const run = inject("canary");
const canary = createCanary(run);

/**
 * A secret for a test: its name and this run's marker, as `sk-alice-canary3f9c…`. Fit for a header, a URL, an
 * environment variable and a file.
 *
 * The whole run is watched for the marker, in the letters and encodings of {@link secretForms}: what the test run and
 * the commands it starts print, what gateways answer, log and count.
 */
export function secret(name: string): string {
  if (!/^[a-z0-9-]+$/i.test(name)) throw new Error(`letters, digits and hyphens only: ${name}`);
  return `${name}-${markerOf(run)}`;
}

/** What shows that a text holds a secret: the marker, and how it reads in other letters and encodings. */
export const secretForms: readonly string[] = canary.forms;

/** Which secret a text shows, by name; undefined where it shows none. */
export const secretIn: (text: string) => string | undefined = canary.find;

/** Fails when a value shows a secret: as text, as JSON, or as Node's inspector prints it, causes and all. */
export function expectHidden(value: unknown): void {
  const texts = [String(value), JSON.stringify(value) ?? "", inspect(value, { depth: 12, showHidden: true })];
  const shown = secretIn(texts.join("\n"));
  if (shown !== undefined) throw new Error(`a secret shows: ${shown}`);
}
