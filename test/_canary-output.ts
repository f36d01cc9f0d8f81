import { stripVTControlCharacters } from "node:util";
import type { Canary } from "./_canary-forms.ts";

/** Far more than the longest form of a secret: so much of a stream is looked at again with what follows. */
const overlap = 200;

/**
 * Looks at all that this process prints from now on; workers and their children print through it.
 * Returns what was found so far, a line each, without the secret itself.
 */
export function watchOutput(canary: Canary): () => readonly string[] {
  const findings: string[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    let last = "";
    const look = (chunk: unknown): void => {
      const text = last + stripVTControlCharacters(toText(chunk));
      const shown = canary.find(text);
      // What has been found is not found again.
      last = shown === undefined ? text.slice(-overlap) : "";
      if (shown === undefined) return;
      const line = text.split("\n").find((one) => canary.find(one) !== undefined) ?? "";
      findings.push(`a secret on ${name}, ${shown}: ${canary.blot(line).trim()}`);
    };
    stream.write = new Proxy(stream.write, {
      apply(write, self, args: unknown[]) {
        look(args[0]);
        return Reflect.apply(write, self, args);
      },
    });
  }
  return () => findings;
}

function toText(chunk: unknown): string {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk).toString("latin1");
  return typeof chunk === "string" ? chunk : "";
}
