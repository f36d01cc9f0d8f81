import { describe, expect, test } from "vitest";
import { serverAt } from "../../src/providers/server-at.ts";

type Row = readonly [url: string | undefined, server: ReturnType<typeof serverAt>];

describe("a host of a service tells by its name", () => {
  test.each<Row>([
    [undefined, "openai"],
    ["https://api.openai.com/v1", "openai"],
    ["https://eu.api.openai.com/v1", "openai"],
    ["https://openrouter.ai/api/v1", "openrouter"],
    ["https://eu.openrouter.ai/api/v1", "openrouter"],
    ["https://ollama.com/v1", "ollama"],
    ["https://API.OpenAI.com/v1", "openai"],
    ["https://openai.com.evil.example/v1", "other"],
    ["https://notopenrouter.ai/api/v1", "other"],
    ["https://api.deepseek.com", "deepseek"],
    ["https://api.deepseek.com/beta", "deepseek"],
    ["https://api.groq.com/openai/v1", "groq"],
    ["https://api.mistral.ai/v1", "mistral"],
    ["https://api.x.ai/v1", "xai"],
    ["https://eu-west-1.api.x.ai/v1", "xai"],
    ["https://max.ai/v1", "other"],
    ["https://api.together.xyz/v1", "other"],
    ["https://acme.openai.azure.com/openai/v1", "other"],
  ])("%s is %s", (url, server) => {
    expect(serverAt(url)).toBe(server);
  });
});

describe("a port tells on this machine and in private networks", () => {
  const ports: readonly (readonly [port: string, server: Row[1]])[] = [
    ["8000", "vllm"],
    ["11434", "ollama"],
    ["1234", "lmstudio"],
    ["8080", "llamacpp"],
    ["3000", "other"],
    ["80", "other"],
  ];
  const near = [
    ...["localhost", "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.20"],
    ...["[::1]", "[fd00::5]", "[fc00::5]", "gpu-box", "ollama", "host.docker.internal", "printer.local"],
    ...["vllm.models.svc.cluster.local", "nas.lan", "gpu.home.arpa", "a.localhost"],
  ];
  const far = [
    ...["api.example.com", "8.8.8.8", "172.32.0.1", "172.15.0.1", "192.169.1.1", "11.0.0.1", "[2001:db8::1]"],
    ...["10.example.com", "127.0.0.1.example.com", "local.example.com", "localhost.example.com"],
  ];

  test.each(near)("%s", (host) => {
    for (const [port, server] of ports) expect(serverAt(`http://${host}:${port}/v1`)).toBe(server);
    expect(serverAt(`http://${host}/v1`)).toBe("other");
  });

  test.each(far)("not at %s", (host) => {
    for (const [port] of ports) expect(serverAt(`http://${host}:${port}/v1`)).toBe("other");
  });

  test("the scheme, the path and what stands after them tell nothing", () => {
    expect(serverAt("https://localhost:11434")).toBe("ollama");
    expect(serverAt("http://localhost:11434/some/where/")).toBe("ollama");
    expect(serverAt("no url")).toBe("other");
    expect(serverAt("")).toBe("other");
  });
});
