import { describe, expect, test } from "vitest";
import { getCompat } from "../../generated/admin-sdk/index.ts";
import { validateCompat } from "../../generated/validators/admin.exact.mjs";
import { standardMatrix } from "../../src/compat/matrix.ts";
import { adminClient } from "../_admin-client.ts";
import { secrets, startGateway } from "../_setup.ts";

const keys = 'keys: [{ name: alice, key: "${KEY}" }]';
const models = `
models:
  test-model: { deployments: [vertex/gemini-2.5-flash, vertex/claude-sonnet-4-5@20250929] }
  "google/*": { deployments: ["vertex/*"] }
aliases: { gpt-4o: test-model }
`;

describe("GET /v1/compat", () => {
  test("is the published matrix, to those who have a key", async () => {
    const { url } = await startGateway(keys);
    const { data } = await getCompat({ client: adminClient(url, secrets.key) });
    expect(validateCompat(data), JSON.stringify(validateCompat.errors)).toBe(true);
    expect(data).toEqual(JSON.parse(JSON.stringify(await standardMatrix())));
    const refused = await getCompat({ client: adminClient(url, "sk-wrong-key-1234567890") });
    expect(refused.response?.status).toBe(401);
  });

  test("is sent once: who names its tag hears that it is the same", async () => {
    const { get } = await startGateway();
    const first = await get("/v1/compat");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await get("/v1/compat", { "if-none-match": `"other", ${etag}` });
    expect({ status: again.status, text: again.text, etag: again.headers.get("etag") }).toEqual({
      status: 304,
      text: "",
      etag,
    });
    expect(await get("/v1/compat", { "if-none-match": '"other"' })).toMatchObject({ status: 200, text: first.text });
  });

  test.each([
    ["test-model", ["vertex/gemini-2.5-flash", "vertex/claude-sonnet-4-5@20250929"]],
    ["gpt-4o", ["vertex/gemini-2.5-flash", "vertex/claude-sonnet-4-5@20250929"]],
    ["google/gemini-3-flash-preview", ["vertex/gemini-3-flash-preview"]],
  ])("of %s has a column for each deployment", async (model, titles) => {
    const { get } = await startGateway(models);
    const { status, body } = await get(`/v1/compat?model=${encodeURIComponent(model)}`);
    expect(status).toBe(200);
    expect(validateCompat(body), JSON.stringify(validateCompat.errors)).toBe(true);
    const { columns } = Object(body);
    expect(columns.map(({ title }: { title: string }) => title)).toEqual(titles);
  });

  test("of a model that is not there is a 404 in OpenAI's words", async () => {
    const { get } = await startGateway(models);
    const { status, body } = await get("/v1/compat?model=nobody");
    expect({ status, body }).toMatchObject({ status: 404, body: { error: { code: "model_not_found" } } });
  });
});
