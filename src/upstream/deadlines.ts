/** Something that must be over by then. */
export interface Limited {
  /** By the process's own clock, in milliseconds. */
  readonly deadlineMs: number;
  /** Its time is up. */
  readonly onDeadline: () => void;
}

const open = new Set<Limited>();
const lookMs = 1_000;
let watch: NodeJS.Timeout | undefined;

/** Ends what takes too long, up to a second late. A timer for each would cost five times as much, and all but none fire. */
export function watchDeadline(one: Limited): void {
  open.add(one);
  watch ??= setInterval(look, lookMs).unref();
}

/** It is over. */
export function forgetDeadline(one: Limited): void {
  open.delete(one);
}

function look(): void {
  const nowMs = performance.now();
  for (const one of open) if (one.deadlineMs <= nowMs) one.onDeadline();
  if (open.size > 0) return;
  clearInterval(watch);
  watch = undefined;
}
