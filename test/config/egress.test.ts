import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
import { expectHidden, secret } from "../_canary.ts";
import { configOf, mistakesOf } from "./_load.ts";

const withProvider = (members: string): string =>
  `providers: { v: { type: vertex, project: p, location: global, ${members} } }\nmodels: { m: v/x }\n`;
const text = withProvider("auth: none");
const basic = (login: string): string => `Basic ${Buffer.from(login).toString("base64")}`;

describe("a provider's way out", () => {
  test("has its certificates and its connections; relative paths start at the file's folder", () => {
    const tls = "tls: { ca_file: ca.pem, cert_file: ./c.pem, key_file: /keys/k.pem }";
    const { providers } = configOf(withProvider(`${tls}, connections: 32, auth: { bearer_file: token }`));
    expect(providers[0]).toMatchObject({
      caFile: "/etc/specgate/ca.pem",
      certFile: "/etc/specgate/c.pem",
      keyFile: "/keys/k.pem",
      connections: 32,
      auth: { kind: "bearer_file", file: "/etc/specgate/token" },
    });
  });

  test("needs files that are there", () => {
    const members = "tls: { ca_file: a, cert_file: b, key_file: c }, auth: { bearer_file: d }";
    const context = { file: "/etc/specgate/routes.yaml", env: {}, fileExists: () => false };
    const loaded = parseRoutes(withProvider(members), context);
    const messages = "mistakes" in loaded ? loaded.mistakes.map(({ message }) => message) : [];
    expect(messages).toHaveLength(4);
    for (const [index, name] of ["a", "b", "c", "d"].entries()) {
      expect(messages[index]).toMatch(new RegExp(`^the file \`${name}\` does not exist`));
    }
  });
});

describe("the proxies of the environment", () => {
  const proxyIn = (env: Readonly<Record<string, string>>) => configOf(text, env).proxy;

  test("are none without a variable, or with empty ones", () => {
    expect(proxyIn({})).toBeUndefined();
    expect(proxyIn({ HTTP_PROXY: "", HTTPS_PROXY: " ", NO_PROXY: "*" })).toBeUndefined();
  });

  test.each<[Readonly<Record<string, string>>, http: string | undefined, https: string | undefined]>([
    [{ HTTP_PROXY: "http://p:1" }, "http://p:1", "http://p:1"],
    [{ HTTPS_PROXY: "http://p:2" }, undefined, "http://p:2"],
    [{ HTTP_PROXY: "http://p:1", HTTPS_PROXY: "https://p:2/" }, "http://p:1", "https://p:2"],
    [{ HTTP_PROXY: "http://p:1", HTTPS_PROXY: "" }, "http://p:1", undefined],
    [{ HTTP_PROXY: "http://p:1", http_proxy: "http://q:1" }, "http://q:1", "http://q:1"],
    [{ https_proxy: "proxy.example:3128" }, undefined, "http://proxy.example:3128"],
    [{ https_proxy: "http://[::1]:3128" }, undefined, "http://[::1]:3128"],
  ])("%j", (env, http, https) => {
    const proxy = proxyIn(env);
    expect([proxy?.http?.origin, proxy?.https?.origin]).toEqual([http, https]);
  });

  test("bring their login, which shows itself nowhere", () => {
    const proxy = proxyIn({ HTTPS_PROXY: "http://me:p%40ss:w@p:1", NO_PROXY: "a, b\tc" });
    expect(proxy?.https?.origin).toBe("http://p:1");
    expect(proxy?.https?.authorization?.reveal()).toBe(basic("me:p@ss:w"));
    expect(proxy?.noProxy).toEqual(["a", "b", "c"]);
    expect(`${inspect(proxy, { depth: 9 })}${JSON.stringify(proxy)}`).not.toMatch(/p@ss|p%40ss|bWU6/);
  });

  test.each([
    ["HTTPS_PROXY", `socks5://${secret("login")}@p:1`],
    ["HTTP_PROXY", "http://"],
    ["http_proxy", "http://me:%E0%A4%A@p:1"],
    ["HTTPS_PROXY", "http://p:99999"],
  ])("%s=%s is a mistake, and is not shown", (name, value) => {
    const [mistake, ...others] = mistakesOf(text, { [name]: value });
    expect(others).toEqual([]);
    expect(mistake?.message).toBe(
      `the environment variable ${name.toUpperCase()} is not the URL of an HTTP proxy, as in http://proxy.example:3128`,
    );
    expectHidden(mistake);
  });
});
