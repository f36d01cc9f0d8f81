import type { Dialect, Fold } from "../dialects/dialect.ts";

/** Hears which model an answer says it comes from. */
export interface ResponseModel {
  readonly whole: (body: unknown) => void;
  /** A stream that is listened to, as long as it has not said it. */
  readonly within: <Chunk>(fold: Fold<Chunk>) => Fold<Chunk>;
  /** Undefined where it has not been said. */
  readonly said: () => string | undefined;
}

/** It stands in the first event, or in the one after a greeting. */
const mostEvents = 3;

/** Longer than any name in use: what is longer is none. */
const longest = 200;

/** Listens to one answer. */
export function createResponseModel({ answeredBy }: Pick<Dialect, "answeredBy">): ResponseModel {
  let said: string | undefined;
  let left = answeredBy === undefined ? 0 : mostEvents;
  const hear = (body: unknown): void => {
    const model = answeredBy?.(body);
    if (model !== undefined && model !== "" && model.length <= longest) said = model;
  };
  return {
    whole: hear,
    within: (fold) => ({
      ...fold,
      onEvent(data) {
        if (left > 0 && said === undefined) {
          left--;
          hearEvent(data, hear);
        }
        return fold.onEvent(data);
      },
    }),
    said: () => said,
  };
}

function hearEvent(data: string, hear: (body: unknown) => void): void {
  try {
    hear(JSON.parse(data));
  } catch {
    // Who reads the event says what is wrong with it.
  }
}
