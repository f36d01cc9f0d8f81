import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { secret } from "../_canary.ts";
import { freePort, newFolder, startForTest, untilHealthy } from "../_specgate.ts";

test("`specgate dev` serves accounts too, its admin API at the same address", async () => {
  const folder = newFolder();
  const port = await freePort();
  const routes = `
server: { master_key: "\${MASTER}", secret: "\${SECRET}", admin: { port: ${await freePort()} } }
database: { url: "sqlite:accounts.db" }
providers: { up: { type: openai, base_url: "http://127.0.0.1:9/v1", auth: none } }
models: { m: { deployments: [up/m], price: { input: "1", output: "1" } } }
`;
  writeFileSync(join(folder, "routes.yaml"), routes);
  const master = secret("sk-master-of-dev");
  const env = { MASTER: master, SECRET: secret("secret-of-dev") };
  startForTest(["dev", "--port", String(port)], { cwd: folder, env });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url);
  expect((await fetch(`${url}/v1/models`)).status).toBe(401);
  const made = await fetch(`${url}/key/generate`, {
    method: "POST",
    headers: { authorization: `Bearer ${master}`, "content-type": "application/json" },
    body: JSON.stringify({ max_budget: 0.000001 }),
  });
  expect(made.status).toBe(200);
  const { key }: { key: string } = JSON.parse(await made.text());
  const asked = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "hi" }] }),
  });
  expect([asked.status, await asked.text()]).toEqual([429, expect.stringContaining("insufficient_quota")]);
}, 30_000);
