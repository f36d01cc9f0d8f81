import { expect, onTestFinished, test } from "vitest";
import { startAnthropicEmulator } from "../../../src/emulators/anthropic.ts";
import { secrets, startGateway } from "../../_setup.ts";

test("features that the config asks for and those of a request are asked for together", async () => {
  const gateway = await startGateway({
    upstream: async (script) => {
      const upstream = await startAnthropicEmulator({ script, token: secrets.token });
      onTestFinished(() => upstream.close());
      return upstream;
    },
    providers: `providers:
  up:
    type: anthropic
    base_url: "\${UPSTREAM}"
    auth: { api_key: "\${TOKEN}" }
    headers: { anthropic-beta: context-1m-2025-08-07 }`,
    routes: "models: { test-model: { deployments: [up/claude-opus-4-6], conformance: enforce } }",
  });
  const messages = [{ role: "user", content: "Hi." }];
  await gateway.chat({ messages });
  await gateway.chat({ messages, service_tier: "fast" });
  expect(gateway.upstream.requests.map(({ headers }) => headers["anthropic-beta"])).toEqual([
    "context-1m-2025-08-07",
    "context-1m-2025-08-07,fast-mode-2026-02-01",
  ]);
});
