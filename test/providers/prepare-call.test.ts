import { describe, expect, test } from "vitest";
import type { ProviderConfig } from "../../src/config/config.ts";
import { prepareCall } from "../../src/providers/prepare-call.ts";
import { configOf } from "../config/_load.ts";

function providerWith(headers: string): ProviderConfig {
  const [provider] = configOf(`providers: { up: { type: openai${headers} } }\nmodels: { m: up/m }`).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

const plain = providerWith("");
const callTo = (
  baseUrl: string,
  path: string,
  params: Record<string, string> = {},
  query: Record<string, string> = {},
) => prepareCall(plain, baseUrl, path, params, query);

describe("a call that is prepared", () => {
  test.each<[string, ReturnType<typeof callTo>, origin: string, path: string]>([
    ["goes below the base URL", callTo("https://up.example/v1", "/chat"), "https://up.example", "/v1/chat"],
    ["keeps a port and a prefix", callTo("http://up.example:8000/a/b", "/chat"), "http://up.example:8000", "/a/b/chat"],
    ["may have no prefix", callTo("http://up.example", "/chat"), "http://up.example", "/chat"],
    ["has a query", callTo("http://up.example", "/chat", {}, { alt: "sse" }), "http://up.example", "/chat?alt=sse"],
    [
      "has parameters",
      callTo("http://up.example", "/m/{model}:ask", { model: "x-1.5" }),
      "http://up.example",
      "/m/x-1.5:ask",
    ],
    ["keeps an @ as it is", callTo("http://up.example", "/m/{model}", { model: "x@1" }), "http://up.example", "/m/x@1"],
    [
      "lets no name leave its place",
      callTo("http://up.example", "/m/{model}/ask", { model: "../a?b#c" }),
      "http://up.example",
      "/m/..%2Fa%3Fb%23c/ask",
    ],
    [
      "encodes what is no letter",
      callTo("http://up.example", "/m/{model}", { model: "ü x%" }),
      "http://up.example",
      "/m/%C3%BC%20x%25",
    ],
    ["encodes a query", callTo("http://up.example", "/m", {}, { a: "b&c=d" }), "http://up.example", "/m?a=b%26c%3Dd"],
  ])("%s", (_name, call, origin, path) => {
    expect(call).toEqual({ origin, path, headers: { "content-type": "application/json" } });
  });

  test("has the provider's headers, names in lower case", () => {
    const { headers } = prepareCall(
      providerWith(", headers: { X-Team: a, x-other: b }"),
      "http://up.example",
      "/",
      {},
      {},
    );
    expect(headers).toEqual({ "content-type": "application/json", "x-team": "a", "x-other": "b" });
  });
});
