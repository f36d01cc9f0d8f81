import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { secrets } from "../_setup.ts";
import type { Ask } from "./_ask.ts";

/** An operation that bodies are sent to. */
export interface Operation {
  readonly path: string;
  /** A body that is answered. */
  readonly minimal: Readonly<Record<string, unknown>>;
}

/** A request that nobody should send, and the answer to it, to the letter. */
export interface Malformed {
  readonly name: string;
  /** Sections of routes.yaml. */
  readonly routes?: string;
  readonly ask: (operation: Operation) => Ask;
  readonly status: number;
  readonly message: (operation: Operation) => string;
  readonly param: string | null;
  readonly code: string | null;
  /** Headers that belong to the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Said = string | ((operation: Operation) => string);
type Sent = Ask | ((operation: Operation) => Ask);

/** What an answer has besides status and message. */
interface More extends Partial<Pick<Malformed, "routes" | "param" | "code" | "headers">> {}

function row(name: string, sent: Sent, status: number, said: Said, more: More = {}): Malformed {
  const message = typeof said === "string" ? () => said : said;
  const toAsk = typeof sent === "function" ? sent : () => sent;
  const ask = (operation: Operation): Ask => ({ path: operation.path, body: operation.minimal, ...toAsk(operation) });
  return { name, ask, status, message, param: null, code: null, ...more };
}

// --- the way in ---

/** Bytes that begin with a request line of the operation's path. */
const raw =
  (rest: string, method = "POST"): ((operation: Operation) => Ask) =>
  ({ path }) => ({ raw: `${method} ${path} HTTP/1.1\r\nhost: gateway\r\n${rest}` });

const noHttp = "The request is not valid HTTP/1.1.";
const invalidUrl = (method: string, end = ""): ((operation: Operation) => string) => {
  return ({ path }) => `Invalid URL (${method} ${path}${end})`;
};
const notAllowed = (method: string): ((operation: Operation) => string) => {
  return ({ path }) => `Not allowed to ${method} on ${path}.`;
};
const method = { code: "method_not_supported", headers: { allow: "POST, OPTIONS" } };

const transport: readonly Malformed[] = [
  row("words that are no HTTP", { raw: "Hello?\r\n\r\n" }, 400, noHttp),
  row("a method that HTTP does not know", raw("\r\n", "SAY"), 400, noHttp),
  row("a path without its slash", { raw: "POST v1 HTTP/1.1\r\nhost: gateway\r\n\r\n" }, 400, noHttp),
  row("a header without a colon", raw("hello\r\n\r\n"), 400, noHttp),
  row("a length that is no number", raw("content-length: many\r\n\r\n{}"), 400, noHttp),
  row("two lengths", raw("content-length: 2\r\ncontent-length: 3\r\n\r\n{}"), 400, noHttp),
  row("a length and chunks", raw("content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}"), 400, noHttp),
  row("a chunk whose size is no number", raw("transfer-encoding: chunked\r\n\r\nzz\r\n{}"), 400, noHttp),
  row(
    "headers of twenty kilobytes",
    raw(`x-large: ${"x".repeat(20_000)}\r\n\r\n`),
    431,
    "The request's headers are larger than 16 KB.",
  ),
  row(
    "no host",
    ({ path }) => ({ raw: `POST ${path} HTTP/1.1\r\nconnection: close\r\n\r\n` }),
    400,
    "The request names no host: HTTP/1.1 asks for a 'host' header.",
  ),
  row(
    "two hosts",
    raw("Host: other\r\nconnection: close\r\n\r\n"),
    400,
    "The request has more than one 'host' header.",
  ),
  ...["a b", "a/b", "me@a", "[::1", "a:b"].map((host) =>
    row(
      `a host that is none: ${host}`,
      ({ path }) => ({ raw: `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n` }),
      400,
      "The request's 'host' header holds no host.",
    ),
  ),
  row(
    "an expectation that nobody knows",
    raw("expect: a-miracle\r\nconnection: close\r\n\r\n"),
    417,
    "Unsupported expectation: 'a-miracle'. The one that is known is '100-continue'.",
  ),
  ...["ftp://gateway", "http://gateway:99999"].map((origin) =>
    row(
      `an address that is none: ${origin}`,
      ({ path }) => ({ raw: `POST ${origin}${path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n` }),
      400,
      "The request's path or host could not be read.",
    ),
  ),
  row(
    "a tunnel",
    { raw: "CONNECT api.openai.com:443 HTTP/1.1\r\nhost: api.openai.com:443\r\n\r\n" },
    405,
    "Not allowed to CONNECT: this is an API, and no proxy.",
    { code: "method_not_supported", headers: { allow: "GET, HEAD, POST, DELETE, OPTIONS" } },
  ),
  row(
    "a path and a host that are no address",
    ({ path }) => ({ raw: `POST ${path}\\ HTTP/1.1\r\nhost: a:99999\r\nconnection: close\r\n\r\n` }),
    400,
    "The request's path or host could not be read.",
  ),
  row("a path that goes on", ({ path }) => ({ path: `${path}/more` }), 404, invalidUrl("POST", "/more")),
  row(
    "a path in capitals",
    ({ path }) => ({ path: path.toUpperCase() }),
    404,
    ({ path }) => {
      return `Invalid URL (POST ${path.toUpperCase()}). Did you mean POST ${path}?`;
    },
  ),
  row(
    "a path that cannot be decoded",
    ({ path }) => ({ path: `${path}/%zz` }),
    400,
    ({ path }) => `Invalid URL (POST ${path}/%zz): a '%' in a path is followed by two hex digits of UTF-8.`,
  ),
  row("GET", { method: "GET", body: undefined }, 405, notAllowed("GET"), method),
  row("PUT", { method: "PUT" }, 405, notAllowed("PUT"), method),
  row("DELETE", { method: "DELETE", body: undefined }, 405, notAllowed("DELETE"), method),
];

// --- the door ---

const keys = 'keys: [{ name: alice, key: "${KEY}" }]';
const challenge = { "www-authenticate": "Bearer" };
const noKey =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
const without = { routes: keys, headers: challenge };
const wrong = { routes: keys, code: "invalid_api_key", headers: challenge };
const wrongKey = "Incorrect API key provided: sk-****7890.";
const bearer = (key: string): Ask => ({ headers: { authorization: `Bearer ${key}` } });
const other = "sk-wrong-key-1234567890";

const strange = (origin: string): string =>
  `Web pages of the origin '${origin}' may not call this gateway: it asks for no keys, and 'server.cors.origins' in routes.yaml does not list this origin.`;
const page = { code: "origin_not_allowed" };
const from = (origin: string): Ask => ({ headers: { origin, "content-type": "text/plain" } });

const door: readonly Malformed[] = [
  row("no key", { headers: { authorization: undefined } }, 401, noKey, without),
  row("an empty key", { headers: { authorization: "Bearer " } }, 401, noKey, without),
  row("a key under another scheme", { headers: { authorization: `Basic ${secrets.key}` } }, 401, noKey, without),
  row("a wrong key", bearer(other), 401, wrongKey, wrong),
  row("a wrong key as Azure's", { headers: { authorization: undefined, "api-key": other } }, 401, wrongKey, wrong),
  row(
    "a wrong key as Anthropic's",
    { headers: { authorization: undefined, "x-api-key": other } },
    401,
    wrongKey,
    wrong,
  ),
  row("a short wrong key", bearer("hunter2"), 401, "Incorrect API key provided: ****.", wrong),
  row("a wrong key, and no JSON", { ...bearer(other), body: "{" }, 401, wrongKey, wrong),
  row("a wrong key, and an unknown model", { ...bearer(other), body: { model: "nobody" } }, 401, wrongKey, wrong),
  row("a wrong key, and too much", { ...bearer(other), body: "x".repeat(5000) }, 401, wrongKey, {
    ...wrong,
    routes: `${keys}\nserver: { max_body: 1KB }`,
  }),
  row(
    "no key, and a body of a strange type",
    { headers: { authorization: "", "content-type": "a/b" } },
    401,
    noKey,
    without,
  ),
  row(
    "a strange web page, where there are no keys",
    from("https://evil.example"),
    403,
    strange("https://evil.example"),
    page,
  ),
  row("a page in a sandbox, where there are no keys", from("null"), 403, strange("null"), page),
  row("a page on another port of this machine", from("http://localhost:1"), 403, strange("http://localhost:1"), page),
  row(
    "a strange page, and no JSON",
    { ...from("http://a.example"), body: "{" },
    403,
    strange("http://a.example"),
    page,
  ),
];

// --- the body's wrapping ---

const badType = (type: string, accepted = "'application/json'"): string =>
  `Unsupported content type: '${type}'. This API method only accepts ${accepted} requests, but you specified the header 'Content-Type: ${type}'. Please try again with a supported content type.`;
const typed = (type: string, accepted?: string): Malformed =>
  row(`a body of type ${type}`, { headers: { "content-type": type } }, 400, badType(type, accepted), {
    code: "unsupported_content_type",
  });

const badEncoding = (name: string): string =>
  `Unsupported content encoding: '${name}'. A body may be encoded as 'gzip', 'deflate', 'br' or 'zstd'.`;
const media = { code: "unsupported_media_type", headers: { "accept-encoding": "gzip, deflate, br, zstd" } };
const encoded = (encoding: string, body: Ask["body"]): Ask => ({
  headers: { "content-encoding": encoding },
  ...(body === undefined ? {} : { body }),
});
const broken = (encoding: string): string =>
  `We could not decode the body of your request: it is not complete and valid '${encoding}', as its content-encoding says.`;

const bytesOf = ({ minimal }: Operation): Buffer<ArrayBuffer> => Buffer.from(JSON.stringify(minimal));
const cut = (bytes: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(bytes.subarray(0, bytes.length - 3));
const small = { routes: "server: { max_body: 64KB }", code: "request_too_large" };
const tooLarge = "The request body is larger than 65536 bytes.";
const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000, " ")));
const bombInBomb = new Uint8Array(gzipSync(bomb));

const wrapping: readonly Malformed[] = [
  typed("application/x-www-form-urlencoded"),
  typed("multipart/form-data; boundary=x"),
  typed("text/html"),
  typed("application/xml"),
  typed("json"),
  typed("application/json; charset=utf-16", "UTF-8"),
  typed('text/plain; charset="ISO-8859-1"', "UTF-8"),
  row("an encoding nobody knows", encoded("lzma", "x"), 415, badEncoding("lzma"), media),
  row("an encoding nobody knows among others", encoded("gzip, compress", "x"), 415, badEncoding("compress"), media),
  row(
    "five encodings",
    encoded("gzip, gzip, gzip, gzip, gzip", "x"),
    415,
    "More than 4 content encodings are not accepted.",
    media,
  ),
  row("gzip that is none", encoded("gzip", "{}"), 400, broken("gzip")),
  row("gzip of nothing", encoded("gzip", ""), 400, broken("gzip")),
  row("gzip that ends early", (to) => encoded("gzip", cut(gzipSync(bytesOf(to)))), 400, broken("gzip")),
  row("deflate that is none", encoded("deflate", "hello hello"), 400, broken("deflate")),
  row("deflate that ends early", (to) => encoded("deflate", cut(deflateSync(bytesOf(to)))), 400, broken("deflate")),
  row("brotli that is none", encoded("br", "hello hello"), 400, broken("br")),
  row("brotli that ends early", (to) => encoded("br", cut(brotliCompressSync(bytesOf(to)))), 400, broken("br")),
  row("zstd that is none", encoded("zstd", "hello hello"), 400, broken("zstd")),
  row("zstd that ends early", (to) => encoded("zstd", cut(zstdCompressSync(bytesOf(to)))), 400, broken("zstd")),
  row("JSON that is broken under its gzip", encoded("gzip", new Uint8Array(gzipSync("{"))), 400, () => notJson),
  row("a body that is too large", { body: "x".repeat(65_537) }, 413, tooLarge, small),
  row("a body that is too large once unpacked", encoded("gzip", bomb), 413, tooLarge, small),
  row("a body that is too large twice packed", encoded("gzip, gzip", bombInBomb), 413, tooLarge, small),
];

// --- JSON ---

const hinted = (hint: string): string => `We could not parse the JSON body of your request. (HINT: ${hint})`;
const notJson = hinted(
  "This likely means you aren't using your HTTP library correctly. The request body should be valid JSON.",
);
const notUtf8 = hinted("The request body should be UTF-8, and holds bytes that are not.");
const tooDeep = hinted("The request body should be nested no deeper than 128 levels.");
const unreadable = (name: string, body: string): Malformed => row(name, { body }, 400, notJson);
const noObject = (name: string, body: string): Malformed =>
  row(name, { body }, 400, "Invalid body: expected a JSON object.", { code: "invalid_type" });
const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
/** The minimal body with one more member, given as text. */
const withText =
  (name: string, text: string) =>
  ({ minimal }: Operation): Ask => ({
    body: `${JSON.stringify(minimal).slice(0, -1)},"${name}":${text}}`,
  });

const json: readonly Malformed[] = [
  unreadable("nothing", ""),
  unreadable("blanks", " \r\n\t"),
  unreadable("half of an object", '{"model": "test-model", "messages": ['),
  unreadable("half of an object with an unknown model", '{"model": "nobody", '),
  unreadable("a form", "model=test-model"),
  unreadable("two objects", "{}{}"),
  unreadable("a comma too many", '{"model": "test-model",}'),
  unreadable("single quotes", "{'model': 'test-model'}"),
  unreadable("a comment", '{"model": "test-model"} // really'),
  unreadable("a number that is none", '{"model": NaN}'),
  unreadable("a name without quotes", '{model: "test-model"}'),
  unreadable("a line break in a text", '{"model": "test\nmodel"}'),
  unreadable("an escape that is none", '{"model": "\\x41"}'),
  unreadable("a byte order mark and nothing", "\ufeff"),
  unreadable("two byte order marks", '\ufeff\ufeff{"model": "test-model"}'),
  row("bytes that are no UTF-8", { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400, notUtf8),
  row("half a character", { body: new Uint8Array([...Buffer.from('{"a":"ü')].slice(0, -1)) }, 400, notUtf8),
  row("UTF-16", { body: new Uint8Array(Buffer.from('\ufeff{"a":1}', "utf16le")) }, 400, notUtf8),
  row("JSON of 129 levels", withText("odd", nested(128)), 400, tooDeep),
  row("JSON of a hundred thousand levels", withText("odd", nested(100_000)), 400, tooDeep),
  row("two megabytes of brackets", { body: "[".repeat(2_000_000) }, 400, tooDeep),
  noObject("a list", "[]"),
  noObject("a text", '"hi"'),
  noObject("a number", "42"),
  noObject("a word", "true"),
  noObject("null", "null"),
];

// --- the model ---

const noModel = "you must provide a model parameter";
const oddModel = (got: string): string => `Invalid type for 'model': expected a string, but got ${got} instead.`;
const unknown = (name: string, near = ""): string =>
  `The model \`${name}\` does not exist or you do not have access to it.${near} Models here: test-model.`;
const near = " Did you mean `test-model`?";
const model = (name: string, value: unknown, status: number, said: string, more?: More): Malformed =>
  row(name, ({ minimal }) => ({ body: { ...minimal, model: value } }), status, said, more);
const odd = { param: "model", code: "invalid_type" };
const notFound = { code: "model_not_found" };

const models: readonly Malformed[] = [
  model("no model", undefined, 400, noModel),
  model("null for a model", null, 400, noModel),
  model("an empty model", "", 400, noModel),
  row("an empty object", { body: {} }, 400, noModel),
  model("a number for a model", 5, 400, oddModel("an integer"), odd),
  model("a list for a model", ["test-model"], 400, oddModel("an array"), odd),
  model("an object for a model", { name: "test-model" }, 400, oddModel("an object"), odd),
  model("a word for a model", true, 400, oddModel("a boolean"), odd),
  model("a model nobody serves", "gpt-nobody", 404, unknown("gpt-nobody"), notFound),
  model("a model in capitals", "TEST-MODEL", 404, unknown("TEST-MODEL", near), notFound),
  model("a model with a blank", "test-model ", 404, unknown("test-model ", near), notFound),
  model("a model named like a trap", "__proto__", 404, unknown("__proto__"), notFound),
  model("a model named like another", "constructor", 404, unknown("constructor"), notFound),
  row(
    "a model nobody serves, and nothing right besides",
    { body: { model: "x", stream: "y" } },
    404,
    unknown("x"),
    notFound,
  ),
  row(
    "of two models the last",
    ({ minimal }) => ({ body: `{"model":"test-model",${JSON.stringify({ ...minimal, model: "last" }).slice(1)}` }),
    404,
    unknown("last"),
    notFound,
  ),
];

/** What is wrong whatever the operation: all that is looked at before its schema, in the order in which it is. */
export const anywhere: readonly Malformed[] = [...transport, ...door, ...wrapping, ...json, ...models];
