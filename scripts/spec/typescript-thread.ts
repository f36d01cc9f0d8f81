/** The other end of typescript.ts: does one thing after the other, and says how it went. */
import { parentPort } from "node:worker_threads";
import { emitTypes } from "./emit-types.ts";
import type { Done, Job } from "./typescript.ts";

parentPort?.on("message", async (job: Job) => {
  try {
    report({ id: job.id, text: await textOf(job) });
  } catch (error) {
    report({ id: job.id, error });
  }
});

function report(done: Done): void {
  parentPort?.postMessage(done);
}

async function textOf({ work }: Job): Promise<string> {
  if (work.kind === "types") return emitTypes(work.spec, work.mode);
  // Loaded when it is needed: it is as much again as the types need.
  const { writeClient } = await import("./emit-client.ts");
  await writeClient(work.folder);
  return "";
}
