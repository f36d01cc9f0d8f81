import { onTestFinished, expect, describe, test } from "vitest";
import { learnsFrom } from "../../../src/dialects/anthropic/learns.ts";
import { startAnthropicEmulator } from "../../../src/emulators/anthropic.ts";
import { secrets, startGateway, type TestGateway } from "../../_setup.ts";
import { ask } from "./_ask.ts";

const whileThinking = "Thinking may not be enabled when tool_choice forces tool use.";
const never = 'tool_choice: type "tool" and "any" are not supported for this model.';
const failure = (message: string, status = 400) => ({
  status,
  headers: {},
  text: JSON.stringify({ type: "error", error: { type: "invalid_request_error", message } }),
});

describe("§2.1 what a refusal teaches", () => {
  test.each([whileThinking, never])("%s", (message) => {
    expect(learnsFrom(failure(message))).toBe("no-forced-calls");
    expect(learnsFrom({ ...failure(""), text: JSON.stringify({ message }) })).toBe("no-forced-calls");
    expect(learnsFrom(failure(message, 429))).toBeUndefined();
  });

  test.each([
    "tool_choice: Field required",
    `tools.0.custom.input_schema: no "${whileThinking}"`,
    "This model does not support assistant message prefill.",
    "",
  ])("nothing is learned from %j", (message) => {
    expect(learnsFrom(failure(message))).toBeUndefined();
  });
});

const tools = ["f", "g"].map((name) => ({ type: "function", function: { name } }));
const g = { type: "function", function: { name: "g" } };
const learned = { learned: new Set(["no-forced-calls"]) };

describe("§2.1 a model that has told so", () => {
  test("is asked to choose, of the tool that is wanted, and the client is told", () => {
    const { body, told } = ask({ tools, tool_choice: g, reasoning_effort: "high" }, "claude-fable-5", learned);
    expect(body["tool_choice"]).toEqual({ type: "auto" });
    expect(body["tools"]).toMatchObject([{ name: "g" }]);
    expect(body["thinking"]).toEqual({ type: "adaptive" });
    expect(told).toEqual(["downgraded:tool_choice"]);
  });

  test("is asked for its answer's form in words", () => {
    const schema = { type: "object", properties: { any: {} } };
    const response_format = { type: "json_schema", json_schema: { name: "a", schema } };
    expect(ask({ response_format }, "claude-fable-5").body).toHaveProperty("tool_choice");
    expect(ask({ response_format }, "claude-fable-5", learned).body).not.toHaveProperty("tool_choice");
  });
});

/** Where Fable 5 thinks, and so lets nobody force a call at first. */
async function start(message: string): Promise<TestGateway> {
  const error = { status: 400, message };
  return startGateway({
    upstream: async (script) => {
      const upstream = await startAnthropicEmulator({ script, token: secrets.token });
      onTestFinished(() => upstream.close());
      return upstream;
    },
    providers: 'providers: { up: { type: anthropic, base_url: "${UPSTREAM}", auth: { api_key: "${TOKEN}" } } }',
    routes: "models: { test-model: { deployments: [up/claude-fable-5], conformance: enforce } }",
    script: JSON.stringify({ answers: [{ times: 1, error }, { calls: [{ name: "f", args: {} }] }] }),
  });
}

const messages = [{ role: "user", content: "Measure it." }];
const choices = ({ upstream }: TestGateway): readonly unknown[] =>
  upstream.requests.map(({ body }) => JSON.parse(JSON.stringify(body)).tool_choice?.type);

describe("§2.1 through the gateway", () => {
  test.each([false, true])("it is asked once more, and never forced again (streamed: %s)", async (stream) => {
    const gateway = await start(whileThinking);
    const asked = { messages, tools, tool_choice: "required" };
    if (stream) {
      const { chunks } = await gateway.stream(asked);
      expect(JSON.stringify(chunks)).toContain('"name":"f"');
    } else {
      const { body, headers } = await gateway.chat(asked);
      expect(body.choices[0]?.finish_reason).toBe("tool_calls");
      expect(headers.get("x-specgate-changes")).toBe("downgraded:tool_choice");
    }
    expect(choices(gateway)).toEqual(["any", "auto"]);
    await gateway.chat(asked);
    expect(choices(gateway)).toEqual(["any", "auto", "auto"]);
  });

  test("another refusal is the client's", async () => {
    const gateway = await start("tool_choice: no");
    const { status } = await gateway.post({ model: "test-model", messages, tools, tool_choice: "required" });
    expect(status).toBe(400);
    expect(choices(gateway)).toEqual(["any"]);
  });
});
