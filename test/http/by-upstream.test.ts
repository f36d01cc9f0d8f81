import { describe, expect, test } from "vitest";
import { startGateway } from "../_setup.ts";
import { ask } from "./_ask.ts";
import { setupOf, told } from "./_by-upstream.ts";

/** @see reference: openai-surface §3 */
describe("what only the upstream knows of a request, the client reads in OpenAI's words", () => {
  test.each(told)("$name, by $by", async (row) => {
    const { status, type = "invalid_request_error", param = null, code = null, message, headers = {} } = row;
    const planned = ["upstream_auth_error", "overloaded"] as const;
    const gateway = await startGateway({ ...setupOf(row), planned });
    for (const stream of [false, true]) {
      const body = { model: "test-model", stream, ...row.request };
      const answer = await ask(gateway, { path: "/v1/chat/completions", body });
      expect(answer.body).toEqual({ error: { message, type, param, code } });
      expect(answer.status).toBe(status);
      for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    }
  });
});
