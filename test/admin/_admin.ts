import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import type { ErrorName } from "../../src/errors.ts";
import type { SqlPlace } from "../../src/store/sql/open.ts";
import { secret, secretIn } from "../_canary.ts";
import { type Answered, startGateway, type TestGateway } from "../_setup.ts";
import { postgresDatabase, sqliteDatabase, type TestDatabase } from "../store/sql/_databases.ts";

/** The key of the admin API in these tests. */
export const masterKey: string = secret("sk-master-key");

export const databases: readonly TestDatabase[] = [sqliteDatabase(), postgresDatabase()];

/** A gateway with an admin API, and a client of it. */
export interface AdminGateway extends TestGateway {
  /** Asks the admin API with a key, the master key unless told. A body is sent as JSON, a text as it is. */
  readonly ask: (line: string, body?: object | string, options?: AskOptions) => Promise<Answered<Json>>;
}

export interface AskOptions {
  /** Null sends none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of another server. */
  readonly url?: string;
}

/** JSON as it came, which tests compare with what it should be: test/admin/spec.test.ts holds it beside the spec. */
export type Json = ReturnType<typeof JSON.parse>;

export interface AdminOptions {
  readonly routes?: string;
  /** Members of `server`. */
  readonly server?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly database?: TestDatabase;
  readonly planned?: readonly ErrorName[];
  readonly script?: string;
}

/** Starts a gateway with a master key, on a database of its own. */
export async function startAdmin(options: AdminOptions = {}): Promise<AdminGateway> {
  const { routes = "", server = "", env = {}, database = sqliteDatabase(), planned = [], script } = options;
  const url = urlOf(await database.fresh());
  onTestFinished(() => database.drop());
  const gateway = await startGateway({
    routes: `
server: { master_key: "\${MASTER}", secret: "\${SEAL}"${server === "" ? "" : `, ${server}`} }
database: { url: "\${DATABASE}" }
${routes}`,
    env: { MASTER: masterKey, SEAL: secret("a-secret-that-seals"), DATABASE: url, ...env },
    planned,
    ...(script !== undefined && { script }),
  });
  return { ...gateway, ask: createAsk(gateway.url) };
}

function urlOf(place: SqlPlace): string {
  return place.kind === "sqlite" ? `sqlite:${place.file}` : place.url.reveal();
}

function createAsk(own: string): AdminGateway["ask"] {
  return async (line, body, { key = masterKey, headers = {}, url = own } = {}) => {
    const [method = "GET", path = "/"] = line.split(" ");
    const type: Record<string, string> = typeof body === "object" ? { "content-type": "application/json" } : {};
    const response = await fetch(url + path, {
      method,
      headers: { connection: "close", ...type, ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const shown = secretIn(text + JSON.stringify([...response.headers]));
    if (shown !== undefined) throw new Error(`${line} shows a secret: ${shown}`);
    const isJson = response.headers.get("content-type") === "application/json" && text !== "";
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
}

export const digestOf = (key: string): string => createHash("sha256").update(key).digest("hex");

/** A route of the admin API as it stands in its spec, with what `{key}` is. */
export const pathOf = (path: string): string => path.replace("{key}", "key_000000000000000000000000");
