import { describe, expect, test } from "vitest";
import { secret } from "../_canary.ts";
import { configOf, mistakesOf } from "./_load.ts";

const both = "providers: { v: { type: vertex, project: p, location: global } }\nmodels: { m: v/x }\n";
const database = 'database: { url: "sqlite:specgate.db" }\n';
const env = {
  MASTER: secret("master-key"),
  SHORT: "sk-1234",
  SECRET: secret("sealing"),
  NONE: "",
  LINE: "a\n",
  KEY: "dev",
};

const server = (members: string): string => `server: { secret: "\${SECRET}", ${members} }\n`;
const master = 'master_key: "${MASTER}"';

describe("the master key", () => {
  test("opens the admin API, and callers need keys", () => {
    const config = configOf(`${server(master)}${database}${both}`, env);
    expect(config.server.masterKey?.reveal()).toBe(env.MASTER);
    expect(config.server).toMatchObject({ auth: "keys", admin: undefined, defaultKey: undefined });
    expect(config.warnings).toEqual([]);
  });

  test("lets the gateway be reached from other machines", () => {
    const text = `${server(`${master}, host: 0.0.0.0`)}${database}${both}`;
    expect(configOf(text, env).server).toMatchObject({ host: "0.0.0.0", auth: "keys" });
  });

  test("may be empty: then there is no admin API, wherever it would be", () => {
    const text = `server: { master_key: "\${NONE:-}", admin: { port: 4001 } }\n${both}`;
    expect(configOf(text, env).server).toMatchObject({ masterKey: undefined, admin: undefined, auth: "none" });
  });

  test("may be short, which is a warning", () => {
    const { warnings } = configOf(`${server('master_key: "${SHORT}"')}${database}${both}`, env);
    expect(warnings.map(({ line, column, message }) => [line, column, message])).toEqual([
      [1, 44, "`master_key` is shorter than 16 characters; a long random one cannot be guessed"],
    ]);
  });

  test("beside `auth: none` makes keys that nobody asks for, which is a warning", () => {
    const config = configOf(`${server(`${master}, auth: none`)}${database}${both}`, env);
    expect(config.server.auth).toBe("none");
    expect(config.warnings.map(({ message }) => message)).toEqual([
      "`auth: none` lets anybody in, so keys of the admin API are not asked for",
    ]);
  });

  test("is not needed where a database holds keys", () => {
    expect(configOf(`${server("auth: keys, host: 0.0.0.0")}${database}${both}`, env).server.auth).toBe("keys");
  });
});

describe("the admin API's address", () => {
  test.each([
    ["{ port: 4001 }", { host: "127.0.0.1", port: 4001 }],
    ['{ host: "[::]", port: 0 }', { host: "::", port: 0 }],
    ["{ host: 10.0.0.1, port: 4000 }", { host: "10.0.0.1", port: 4000 }],
  ])("%s", (admin, want) => {
    expect(configOf(`${server(`${master}, admin: ${admin}`)}${database}${both}`, env).server.admin).toEqual(want);
  });
});

test("those who send no key may have one of the file's", () => {
  const text = `${server("default_key: guest")}keys: [{ name: guest, key: "\${KEY}", rpm: 5 }]\n${both}`;
  expect(configOf(text, env).server).toMatchObject({ auth: "keys", defaultKey: "guest" });
});

describe("a mistake in them", () => {
  const keys = 'keys: [{ name: guest, key: "${KEY}" }]\n';

  test.each<[name: string, text: string, want: readonly string[]]>([
    [
      "an address without a key",
      server("admin: { port: 1 }"),
      ["3:32", "`admin` is where the admin API is, and there is none without `master_key`; add it"],
    ],
    ["an address without a port", server(`${master}, admin: { host: "::1" }`), ["3:57", "`admin` needs `port`"]],
    [
      "an address without a host",
      server(`${master}, admin: { host: "", port: 1 }`),
      ["3:72", "`host` must not be empty"],
    ],
    [
      "the gateway's own address",
      server(`${master}, admin: { port: 4000 }`),
      ["3:72", "`admin` has the gateway's own address; give it another port, or remove it to share this one"],
    ],
    [
      "an address that the gateway has with all others",
      server(`${master}, host: 0.0.0.0, port: 80, admin: { port: 80 }`),
      ["3:97", "`admin` has the gateway's own address; give it another port, or remove it to share this one"],
    ],
    [
      "a master key with a line break",
      server('master_key: "${LINE}"'),
      ["3:44", "`master_key` holds a space, a line break or another character that no header can carry"],
    ],
    [
      "a master key that is somebody's",
      `${server(master)}keys: [{ name: a, key: "\${MASTER}" }]\n`,
      ["4:8", "this is `server.master_key` too; it needs a key of its own"],
    ],
    [
      "a key with the master key's name",
      `${server(master)}keys: [{ name: master, key: "\${KEY}" }]\n`,
      ["4:16", "`master` is what the ledger calls `server.master_key`; give this key another name"],
    ],
    [
      "a default key that is not there",
      `${server("default_key: gest")}${keys}`,
      ["3:45", "no key under `keys` is named `gest`", "guest"],
    ],
    [
      "a default key where none is asked for",
      `${server("default_key: guest, auth: none")}${keys}`,
      ["3:32", "`default_key` does nothing: under `auth: none` no key is asked for"],
    ],
  ])("%s", (_name, text, want) => {
    const found = mistakesOf(`${both}${text}${database}`, env).map(({ line, column, message, suggestion }) => [
      `${line}:${column}`,
      message,
      ...(suggestion === undefined ? [] : [suggestion]),
    ]);
    expect(found).toEqual([want]);
  });
});
