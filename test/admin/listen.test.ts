import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { masterKey, startAdmin } from "./_admin.ts";

test("an admin port that is taken stops the start, and frees the gateway's own", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === "object" ? address?.port : 0;
  await expect(startAdmin({ server: `admin: { port: ${port} }` })).rejects.toThrow(/EADDRINUSE/);
});

test("both addresses drain: what runs is answered, and then nobody listens", async () => {
  const gateway = await startAdmin({ server: "admin: { port: 0 }, drain: 5s" });
  const { adminUrl = "", url, ask, close } = gateway;
  const running = ask("GET /key/list", undefined, { url: adminUrl });
  expect((await running).status).toBe(200);
  await close();
  for (const one of [url, adminUrl]) {
    await expect(fetch(`${one}/health`, { headers: { authorization: `Bearer ${masterKey}` } })).rejects.toThrow();
  }
});
