import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { type ErrorName, errorTable } from "../src/errors.ts";
import { anchorsOf, linksOf, pages, pathsIn, rowsOf } from "./_markdown.ts";
import { circleIn, filesIn, importsOf, nodesOf, placeOf, read, root } from "./_repository.ts";

const sources = filesIn("src").filter((path) => /\.[jt]s$/.test(path));
const isJson = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object";
const manifest: unknown = JSON.parse(read("package.json"));

function manifestNames(section: string): readonly string[] {
  const members: unknown = isJson(manifest) ? manifest[section] : undefined;
  return isJson(members) ? Object.keys(members) : [];
}

/** A folder of src, or a file that stands alone, by its name. */
function layerOf(path: string): string {
  const [top = "", name = ""] = path.split("/");
  return top === "src" ? name.replace(/\.[jt]s$/, "") : top;
}

/**
 * Who may know whom: layers of src, then packages. docs/architecture.md says why.
 * A name with a slash stands for one file of a layer: its types and the contract that it is.
 */
const mayImport: Readonly<Record<string, { readonly layers: readonly string[]; readonly packages: RegExp }>> = {
  specgate: { layers: ["guard", "main", "young-generation"], packages: /^node:module$/ },
  guard: { layers: [], packages: /^$/ },
  "young-generation": { layers: [], packages: /^$/ },
  main: { layers: ["cli", "version"], packages: /^citty$/ },
  cli: {
    layers: [
      "build",
      "compat",
      "config",
      "emulators",
      "errors",
      "generated",
      "import",
      "log",
      "policy/period",
      "secret",
      "store",
      "version",
    ],
    packages: /^(?!undici$)/,
  },
  build: {
    layers: [
      "admin/health",
      "app",
      "build-accounts",
      "build-admin",
      "compat/page",
      "config",
      "continuity",
      "gateway",
      "media",
      "metrics",
      "operations",
      "policy",
      "routing",
      "store",
      "upstream",
      "usage",
    ],
    packages: /^(h3|pino|node:crypto)$/,
  },
  "build-accounts": {
    layers: ["config", "metrics/metrics", "policy", "seal", "store", "upstream/webhook"],
    packages: /^pino$/,
  },
  "build-admin": {
    layers: ["admin", "app", "config", "policy", "routing", "secret", "store", "upstream/target"],
    packages: /^node:(crypto|http)$/,
  },
  // It reads and writes accounts, and knows neither how keys are let in nor how upstreams are asked.
  admin: {
    layers: [
      "config/config",
      "errors",
      "gateway",
      "generated",
      "http",
      "operations/invalid",
      "operations/types",
      "policy/caller",
      "policy/content",
      "policy/contents",
      "policy/period",
      "store/sql/accounts",
      "store/sql/audit",
      "store/sql/ledger-row",
      "store/sql/port",
      "store/sql/tokens",
      "store/store-error",
      "surface/route",
      "usage/price",
    ],
    packages: /^node:(crypto|http)$/,
  },
  app: { layers: ["errors", "http", "policy", "surface"], packages: /^(h3|srvx|node:http)$/ },
  // It explains what the gateway would do, by the same tables and translators, and sends nothing.
  compat: {
    layers: [
      "config",
      "dialects/audit",
      "dialects/dialect",
      "dialects/fates",
      "errors",
      "generated",
      "http/json",
      "operations",
      "providers",
      "routing",
      "upstream/credential",
      "upstream/target",
      "usage",
    ],
    packages: /^node:crypto$/,
  },
  surface: {
    layers: ["access-log", "config/suggest", "errors", "gateway", "http", "metrics", "operations", "policy", "turn"],
    packages: /^(pino|node:(http|stream))$/,
  },
  gateway: {
    layers: [
      ...["config", "continuity", "errors", "http", "media", "operations", "outcome", "policy", "routing", "upstream"],
      ...["usage", "ways"],
    ],
    packages: /^node:http$/,
  },
  ways: {
    layers: ["continuity", "http/abort", "media", "operations", "routing", "upstream/target"],
    packages: /^$/,
  },
  outcome: {
    layers: ["errors", "http/journey", "operations/types", "policy/ledger", "upstream/attempt", "usage/bill"],
    packages: /^$/,
  },
  "access-log": { layers: ["errors", "gateway", "http", "usage"], packages: /^(pino|node:http)$/ },
  log: { layers: ["config", "errors"], packages: /^(pino(-pretty)?|node:module)$/ },
  errors: { layers: [], packages: /^$/ },
  secret: { layers: [], packages: /^node:util$/ },
  seal: { layers: ["secret"], packages: /^node:crypto$/ },
  version: { layers: [], packages: /^node:fs$/ },
  turn: { layers: [], packages: /^$/ },
  http: { layers: ["errors", "operations/types", "turn", "usage"], packages: /^node:(http|events|zlib|stream|timers)/ },
  // Operations that are served by chat stand before a dialect's chat; of dialects they know the contract alone.
  operations: {
    layers: ["dialects/audit", "dialects/dialect", "dialects/fates", "errors", "generated", "usage"],
    packages: /^gpt-tokenizer/,
  },
  routing: { layers: ["config", "errors", "operations/types", "usage"], packages: /^$/ },
  policy: { layers: ["config", "errors", "seal", "store", "usage"], packages: /^node:(crypto|http)$/ },
  upstream: {
    layers: [
      "config",
      "dialects",
      "errors",
      "operations/types",
      "operations/completions/over-chat",
      "providers",
      "secret",
      "turn",
      "usage",
    ],
    packages:
      /^(undici|eventsource-parser|google-auth-library|@aws-sdk\/credential-providers|@azure\/identity|@smithy\/(eventstream-codec|signature-v4)|node:.*)$/,
  },
  providers: { layers: ["config", "dialects", "generated", "operations/types"], packages: /^openapi-fetch$/ },
  dialects: { layers: ["errors", "generated", "operations/types", "usage"], packages: /^$/ },
  metrics: {
    layers: ["config", "dialects", "errors", "generated", "operations/types", "providers", "usage"],
    packages: /^prom-client$/,
  },
  usage: { layers: ["generated", "operations/types"], packages: /^$/ },
  // What a dialect says of its turns, and where they are kept: never a socket to an upstream.
  continuity: {
    layers: ["dialects/audit", "dialects/dialect", "operations/types", "seal", "secret", "store"],
    packages: /^node:crypto$/,
  },
  media: { layers: ["config", "dialects/audit", "dialects/dialect", "errors", "operations/types"], packages: /^$/ },
  store: { layers: ["secret"], packages: /^(ioredis|kysely|pg|node:(crypto|fs|path|sqlite|worker_threads))$/ },
  config: { layers: ["generated", "secret"], packages: /^(yaml|node:.*)$/ },
  // Texts and rows of other gateways become what the config and the store take; nothing is read or written there.
  import: { layers: ["config", "store/sql/accounts"], packages: /^(yaml|node:crypto)$/ },
  emulators: { layers: ["generated"], packages: /^(h3|yaml|@smithy\/eventstream-codec|node:.*)$/ },
};

describe("who may know whom", () => {
  test("every layer of src has its line", () => {
    expect([...new Set(sources.map(layerOf))].sort()).toEqual(Object.keys(mayImport).sort());
  });

  test.each(sources)("%s imports what its layer may", (path) => {
    const own = layerOf(path);
    const rule = mayImport[own];
    const astray = importsOf(path).filter((imported) => {
      if (!imported.includes("/") || imported.startsWith("@") || imported.startsWith("node:")) {
        return rule?.packages.test(imported) !== true;
      }
      const layer = layerOf(imported);
      if (layer === own || rule?.layers.includes(layer) === true) return false;
      const file = imported.slice("src/".length, -".ts".length);
      return rule?.layers.includes(file) !== true;
    });
    expect(astray).toEqual([]);
  });

  test("imports run in no circle", () => {
    const graph = new Map(sources.map((path) => [path, importsOf(path).filter((one) => one.startsWith("src/"))]));
    expect(circleIn(graph)).toBeUndefined();
  });

  test("a dialect takes generated types through its types.ts", () => {
    const astray = sources
      .filter((path) => path.startsWith("src/dialects/") && !path.endsWith("/types.ts"))
      .flatMap((path) => importsOf(path).map((imported) => `${path} → ${imported}`))
      .filter((line) => line.includes("generated/types/"));
    expect(astray).toEqual([]);
  });

  test("a dialect knows no clock, no chance and no network", () => {
    const impure = /^(Date|fetch|crypto|performance|process|console|setTimeout|setInterval|setImmediate)$/;
    const astray = sources
      .filter((path) => path.startsWith("src/dialects/"))
      .flatMap((path) => [...nodesOf(path)])
      .filter((node) => ts.isIdentifier(node) && (impure.test(node.text) || isChance(node)))
      .filter((node) => !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node));
    expect(astray.map(placeOf)).toEqual([]);
  });

  test("only main.ts reads the environment, and before it what may start Node anew", () => {
    const readers = sources.filter((path) => [...nodesOf(path)].some(readsEnvironment));
    expect(readers).toEqual(["src/main.ts", "src/young-generation.js"]);
  });

  test("a dialect's or a provider's name is in no condition outside its folder", () => {
    const named = [...dialects, ...providers];
    const astray = sources
      .filter((path) => !named.some((name) => new RegExp(`^src/(dialects|providers|emulators)/${name}\\b`).test(path)))
      .flatMap((path) => [...nodesOf(path)])
      .filter((node) => ts.isStringLiteral(node) && named.includes(node.text) && isCompared(node));
    expect(astray.map(placeOf)).toEqual([]);
  });

  test("nothing generated knows src", () => {
    const astray = generatedFiles().filter((path) => importsOf(path).some((imported) => imported.startsWith("src/")));
    expect(astray).toEqual([]);
  });
});

const folders = (path: string): readonly string[] => [
  ...new Set(
    filesIn(path)
      .map((file) => file.slice(path.length + 1).split("/"))
      .filter((steps) => steps.length > 1)
      .map(([folder = ""]) => folder),
  ),
];
// What dialects share stands beside them.
const dialects = folders("src/dialects").filter((one) => one !== "schema");
const providers = filesIn("src/providers")
  .map((path) => path.slice("src/providers/".length, -".ts".length))
  .filter(
    (name) =>
      !["google-embeddings", "index", "prepare-call", "provider", "request-headers", "server-at"].includes(name),
  );

function generatedFiles(): readonly string[] {
  return ["types", "validators", "fields", "admin-sdk"].flatMap((folder) =>
    filesIn(join("generated", folder)).filter((path) => /\.m?[jt]s$/.test(path)),
  );
}

function isChance(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.getText() === "Math.random";
}

function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return /^(globalThis\.)?process\.env$/.test(node.getText());
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
    return (
      node.initializer?.getText() === "process" &&
      node.name.elements.some((one) => (one.propertyName ?? one.name).getText() === "env")
    );
  }
  return ts.isImportDeclaration(node) && /^["']node:process["']$/.test(node.moduleSpecifier.getText());
}

/** Beside `===` and its like, after `case`, or asked for by `includes` and its like. */
function isCompared(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return /^[!=]==?$/.test(parent.operatorToken.getText());
  if (ts.isCaseClause(parent)) return true;
  if (ts.isArrayLiteralExpression(parent)) return /\]\s*\.includes$/.test(parent.parent.getText());
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    /^(includes|startsWith|endsWith|has)$/.test(parent.expression.name.text)
  );
}

describe("folder shape", () => {
  test.each(dialects)("dialect %s has the files that all have", (name) => {
    const folder = join("src/dialects", name);
    const missing = ["index.ts", "types.ts", "errors.ts", "usage.ts"].filter(
      (file) => !existsSync(join(root, folder, file)),
    );
    expect(missing).toEqual([]);
    // Facts go by model, or by the server where that is what differs.
    expect(["models.ts", "hosts.ts"].some((file) => existsSync(join(root, folder, file)))).toBe(true);
    expect(folders(folder)).not.toEqual([]);
  });

  // What operations share may fill a folder too: schemas stand in requests of several.
  const operations = (dialect: string) => folders(join("src/dialects", dialect)).filter((one) => one !== "schema");

  test.each(dialects.flatMap((dialect) => operations(dialect).map((one) => join(dialect, one))))(
    "operation %s has the files that all have",
    (operation) => {
      const needed = ["fates.ts", "request.ts", "response.ts", ...(operation.endsWith("/chat") ? ["stream.ts"] : [])];
      expect(needed.filter((file) => !existsSync(join(root, "src/dialects", operation, file)))).toEqual([]);
    },
  );

  test.each([...dialects, ...providers])("%s is in its index", (name) => {
    const index = dialects.includes(name) ? "src/dialects/index.ts" : "src/providers/index.ts";
    expect(importsOf(index).some((path) => path.includes(`/${name}`))).toBe(true);
  });

  test("no file of src is longer than 400 lines, fate tables aside", () => {
    const long = sources.filter((path) => read(path).split("\n").length > 401);
    expect(long.filter((path) => !/\/(?:[\w-]+-)?fates\.ts$/.test(path))).toEqual([]);
  });
});

describe("properties", () => {
  test("take their values from test/_fc.ts, which seeds them", () => {
    const own = filesIn("test").filter((path) => /\.ts$/.test(path) && /from "fast-check"/.test(read(path)));
    expect(own.filter((path) => path !== "test/repository.test.ts")).toEqual(["test/_fc.ts"]);
  });
});

describe("pages", () => {
  test.each(pages)("%s names paths that exist", (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test.each(pages)("%s has links that lead somewhere", (page) => {
    const broken = linksOf(page).filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test.each(pages)("%s names npm scripts that exist", (page) => {
    const named = [...read(page).matchAll(/\bnpm (?:run (?:-s |--silent )?([\w:-]+)|(test|start)\b)/g)];
    const scripts = manifestNames("scripts");
    expect(named.map(([, run, own]) => run ?? own ?? "").filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test("the README has both set-up commands on lines of their own", () => {
    expect(read("README.md")).toMatch(/^```sh\nnpm ci && npm run demo\n```$/m);
    expect(read("README.md")).toMatch(/^```sh\nnpm ci && npm test\n```$/m);
  });

  test("docs/errors.md and the error table agree row by row", () => {
    const documented = rowsOf("docs/errors.md", 6).map(([name, status, type, code]) => [name, status, type, code]);
    const names = Object.keys(errorTable).filter((name): name is ErrorName => name in errorTable);
    const actual = names.map((name) => {
      const [status, type, code] = errorTable[name];
      return [`\`${name}\``, String(status), `\`${type}\``, `\`${code}\``];
    });
    expect(documented).toEqual(actual);
  });

  test("docs/errors.md says of every row when it happens and what to do", () => {
    const bare = rowsOf("docs/errors.md", 6).filter(([, , , , when, remedy]) => when === "" || remedy === "");
    expect(bare).toEqual([]);
  });

  test.each([
    ["dependencies", 3],
    ["devDependencies", 2],
  ] as const)("docs/dependencies.md lists the %s of package.json, each with a reason", (section, columns) => {
    const rows = rowsOf("docs/dependencies.md", columns);
    expect(rows.map(([name]) => name).sort()).toEqual(
      manifestNames(section)
        .map((name) => `\`${name}\``)
        .sort(),
    );
    expect(rows.flat().filter((cell) => cell === "")).toEqual([]);
  });
});

describe("what must not be in the repository", () => {
  test("package-lock.json names no registry", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved": "(?!file:)|registry\./);
  });

  test("no file names a folder of somebody's machine", () => {
    // In pieces, or this file would be the first to name them.
    const machines = new RegExp(
      ["work", "home/\\w+", "Users/\\w+", "root"].map((one) => `(?<![\\w.*])/${one}/`).join("|"),
    );
    const astray = filesIn(".").filter((path) => machines.test(read(path)));
    expect(astray).toEqual([]);
  });
});
