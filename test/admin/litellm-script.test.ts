import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { databases, masterKey, startAdmin } from "./_admin.ts";

const run = promisify(execFile);

/**
 * A team's set-up for LiteLLM: only PROXY_URL tells the gateways apart. It waits until the proxy is up, makes a key,
 * reads it back both ways, and calls a model with it. What it prints last is the key.
 */
const script = `
set -euo pipefail
for attempt in $(seq 1 50); do
  curl -sf "$PROXY_URL/health" -H "Authorization: Bearer $MASTER_KEY" > /dev/null && break
  [ "$attempt" = 50 ] && { echo "the proxy does not come up" >&2; exit 1; }
  sleep 0.1
done
curl -sf "$PROXY_URL/health/liveliness" > /dev/null
curl -sf "$PROXY_URL/health/readiness" > /dev/null

field() { sed -n "s/.*\\"$1\\": *\\"\\([^\\"]*\\)\\".*/\\1/p" | head -n 1; }

generated=$(curl -sf -X POST "$PROXY_URL/key/generate" \\
  -H "Authorization: Bearer $MASTER_KEY" -H "Content-Type: application/json" \\
  -d '{"key_alias": "alice-roo", "user_id": "alice", "max_budget": 25, "rpm_limit": 120, "metadata": {"team": "platform"}}')
key=$(printf '%s' "$generated" | field key)
case "$key" in sk-*) ;; *) echo "no key: $generated" >&2; exit 1 ;; esac

curl -sf "$PROXY_URL/key/info?key=$key" -H "Authorization: Bearer $MASTER_KEY" | grep -q '"key_alias":"alice-roo"'
curl -sf "$PROXY_URL/key/info" -H "Authorization: Bearer $MASTER_KEY" -d "key=$key" | grep -q '"max_budget":25'
curl -sf "$PROXY_URL/key/info" -H "Authorization: Bearer $MASTER_KEY" -d "{\\"key\\": \\"$key\\"}" | grep -q '"rpm_limit":120'
curl -sf "$PROXY_URL/user/info" -H "Authorization: Bearer $key" | grep -q '"user_id":"alice"'

curl -sf "$PROXY_URL/v1/chat/completions" -H "Authorization: Bearer $key" -H "Content-Type: application/json" \\
  -d '{"model": "test-model", "messages": [{"role": "user", "content": "Hello"}]}' | grep -q '"finish_reason":"stop"'

printf '%s\\n' "$key"
`;

test.each(databases)("a set-up script for LiteLLM runs unchanged, on $name", async (database) => {
  const routes = `
models:
  test-model: { deployments: [{ use: vertex/gemini-2.5-flash, price: { input: "1.00", output: "2.00" } }] }`;
  const { url, ask } = await startAdmin({ database, routes });
  const env = { PATH: process.env["PATH"] ?? "", PROXY_URL: url, MASTER_KEY: masterKey };
  const { stdout, stderr } = await run("bash", ["--norc", "-c", script], { env, timeout: 30_000 });
  expect(stderr).toBe("");
  const key = stdout.trim();
  expect(key).toMatch(/^sk-/);
  const { info } = (await ask(`GET /key/info?key=${key}`)).body;
  expect(info.spend).toBeGreaterThan(0);
  const [row] = (await ask("GET /spend/logs?user_id=alice")).body;
  expect(row).toMatchObject({ user: "alice", api_key: info.token, status: "succeeded", model_group: "test-model" });
  expect(row.cost_nano_usd).toBe(info.spend_nano_usd);
});

test("and it fails where nothing listens", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  server.close();
  await once(server, "close");
  const env = { PATH: process.env["PATH"] ?? "", PROXY_URL: `http://127.0.0.1:${port}`, MASTER_KEY: masterKey };
  const failed = run("bash", ["--norc", "-c", script.replace("sleep 0.1", "true")], { env, timeout: 30_000 });
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: "the proxy does not come up\n" });
});
