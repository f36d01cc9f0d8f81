import { rawClient } from "../_raw.ts";
import { secrets, type TestGateway } from "../_setup.ts";

/** A request as a row of a table says it: what it leaves out is a POST of JSON with the right key. */
export interface Ask {
  readonly method?: string;
  readonly path?: string;
  /** Over `authorization` and `content-type`; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** An object is sent as JSON, anything else as it is. */
  readonly body?: object | string | Uint8Array<ArrayBuffer> | undefined;
  /** Bytes for the socket, in place of all the rest; for what no client library would send. */
  readonly raw?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON, where it says that it is. */
  readonly body: unknown;
}

/** Sends a request and reads its answer to the end. */
export async function ask(gateway: TestGateway, { method = "POST", path = "/", ...rest }: Ask): Promise<Reply> {
  if (rest.raw !== undefined) return askRaw(gateway.url, rest.raw);
  const all = { authorization: `Bearer ${secrets.key}`, "content-type": "application/json", ...rest.headers };
  const headers = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const body = rest.body instanceof Uint8Array || typeof rest.body !== "object" ? rest.body : JSON.stringify(rest.body);
  const init = { method, headers: Object.fromEntries(headers), redirect: "error" } as const;
  const response = await gateway.fetch(path, body === undefined ? init : { ...init, body });
  return toReply(response.status, response.headers, await response.text());
}

async function askRaw(url: string, bytes: string): Promise<Reply> {
  const client = await rawClient(url);
  client.socket.write(bytes, "latin1");
  await client.closed;
  const [head = "", ...parts] = client.text().split("\r\n\r\n");
  const [line = "", ...lines] = head.split("\r\n");
  const headers = new Headers(
    lines.map((one): [string, string] => [one.split(": ")[0] ?? "", one.split(": ")[1] ?? ""]),
  );
  return toReply(Number(line.split(" ")[1]), headers, parts.join("\r\n\r\n"));
}

function toReply(status: number, headers: Headers, text: string): Reply {
  const isJson = headers.get("content-type") === "application/json" && text !== "";
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return { status, headers, text, body };
}
