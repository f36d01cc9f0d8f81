// Loaded before a server whose memory is looked at: at SIGUSR2 it collects garbage and writes down what is left.
//   MEMORY_FILE=FILE node --expose-gc --import ./bench/memory.mjs SERVER
import { renameSync, writeFileSync } from "node:fs";

const file = process.env["MEMORY_FILE"];

process.on("SIGUSR2", () => {
  // Twice, with a turn between: what is finalised by the first is freed by the second.
  globalThis.gc();
  setImmediate(() => {
    globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    // Whole or not there.
    writeFileSync(`${file}.new`, JSON.stringify({ rss, heapUsed }));
    renameSync(`${file}.new`, file);
  });
});
