import type { IncomingMessage } from "node:http";

/** How long the rest of a refused body is swallowed. */
const lingerMs = 10_000;

/**
 * Many clients listen only after they have sent everything: one cut off in the middle would see a broken pipe and not
 * the answer. Node reads on once the answer is out; this is where it ends.
 */
export function lingerOver(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const patience = setTimeout(() => request.socket.destroy(), lingerMs).unref();
  request.once("close", () => clearTimeout(patience));
}
