import type { Logger } from "pino";
import type { Config } from "../src/config/config.ts";
import type { ErrorName } from "../src/errors.ts";
import { createLog } from "../src/log.ts";

/** A line of the gateway's log; requests have the members of the access log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly request_id?: string;
  readonly path?: string;
  readonly status?: number;
  readonly error?: ErrorName;
  readonly key?: string;
  readonly model?: string;
  readonly stream?: boolean;
  readonly deployment?: string;
  readonly attempts?: number;
  readonly changes?: string;
  readonly tokens_in?: number;
  readonly tokens_out?: number;
}

/** What a gateway has logged, from debug on. */
export interface Log {
  readonly lines: readonly LogLine[];
  readonly text: () => string;
  /** Resolves with the first line that fits, now or later: a line is written after its answer. */
  readonly until: (fits: (line: LogLine) => boolean) => Promise<LogLine>;
}

/** A log that is kept in place of being written. */
export interface CapturedLog extends Log {
  readonly logger: Logger;
  /** What should not stand in it: warnings and errors that were not planned, and secrets. */
  readonly problems: (planned: readonly ErrorName[], secrets: readonly string[]) => readonly string[];
}

const warn = 40;

/** Makes the gateway's own log, with its own serializers, and keeps what it says. */
export function captureLog(config: Config["log"]): CapturedLog {
  const texts: string[] = [];
  const lines: LogLine[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  const write = (text: string): void => {
    const line: LogLine = JSON.parse(text);
    texts.push(text);
    lines.push(line);
    for (const tell of waiting) tell(line);
  };
  return {
    lines,
    text: () => texts.join(""),
    logger: createLog({ ...config, level: "debug" }, { isTTY: false, destination: { write } }),
    until: (fits) =>
      new Promise((resolve) => {
        const known = lines.find(fits);
        if (known !== undefined) {
          resolve(known);
          return;
        }
        const tell = (line: LogLine): void => {
          if (!fits(line)) return;
          waiting.delete(tell);
          resolve(line);
        };
        waiting.add(tell);
      }),
    problems: (planned, secrets) => [
      ...lines.flatMap((line, at) => {
        const fine = line.level < warn || (line.error !== undefined && planned.includes(line.error));
        return fine ? [] : [`logged, but not planned: ${texts[at]}`];
      }),
      ...texts.filter((text) => secrets.some((secret) => text.includes(secret))).map((text) => `a secret in ${text}`),
    ],
  };
}
