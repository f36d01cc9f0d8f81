// Loaded before a server whose memory is looked at: collects garbage on request and says what is left.
//   node --expose-gc --import ./bench/memory.mjs SERVER
process.on("message", () => {
  // Twice, with a turn between: what is finalised by the first is freed by the second.
  globalThis.gc();
  setImmediate(() => {
    globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    process.send({ rss, heapUsed });
  });
});
process.channel.unref();
