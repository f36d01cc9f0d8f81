import { AzureOpenAI } from "openai";
import { describe, expect, test } from "vitest";
import { says, secrets, startGateway, type TestGateway } from "../_setup.ts";
import { keys, named } from "./_row.ts";

describe("Azure's client", () => {
  const azure = (gateway: TestGateway, deployment?: string): AzureOpenAI =>
    new AzureOpenAI({
      endpoint: gateway.url,
      apiKey: secrets.key,
      apiVersion: "2024-10-21",
      maxRetries: 0,
      fetch: (input, init) => gateway.fetch(String(input).slice(gateway.url.length), init),
      ...(deployment === undefined ? {} : { deployment }),
    });

  test.each([["test-model"], ["google/gemini-2.5-pro"], ["vertex/claude@20250929"]])("reaches %s", async (name) => {
    const gateway = await startGateway({ routes: `${named}\n${keys}` });
    const answer = await azure(gateway).chat.completions.create({ model: name, ...says("hi") });
    expect(answer.object).toBe("chat.completion");
    expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ key: "alice", model: name });
  });

  test("names its deployment in the path, which wins over the body's model", async () => {
    const gateway = await startGateway(named);
    await azure(gateway, "llama3:8b").chat.completions.create({ model: "nobody", ...says("hi") });
    expect(await gateway.log.until(({ msg }) => msg === "request")).toMatchObject({ model: "llama3:8b" });
  });

  test("lists the models", async () => {
    const gateway = await startGateway(`${named}\n${keys}`);
    const page = await azure(gateway).models.list();
    expect(page.data.map(({ id }) => id)).toContain("test-model");
  });
});
