import { dirname, resolve } from "node:path";
import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt, wasRemoved } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { isPostgres, secretsIn, sqlitePath } from "./normalise-stores.ts";
import { find } from "./tree.ts";

/** A secret that is shorter can be guessed. */
const minSecret = 16;

/** Where state is kept, and that nobody can read it there. */
export function checkStores(inspection: Inspection): void {
  const { server, redis, database } = inspection.routes;
  checkLengths(inspection, server?.secret);
  if (redis?.url) checkRedis(inspection, redis.url);
  if (database?.url) checkDatabase(inspection, database.url);
  if (secretsIn(server?.secret).length > 0 || wasRemoved(inspection, ["server"], "secret")) return;
  const readable = whatIsReadable(inspection.routes);
  if (readable === undefined) return;
  const [path, what] = readable;
  mistakeAt(inspection, path, { message: `${what}; add \`server.secret\`, which encrypts it`, at: "key" });
}

/** The first place where what clients said could be read by others, and how it comes there. */
function whatIsReadable({ redis, database, ledger }: Routes): readonly [Path, string] | undefined {
  const keeps = "keeps what clients said for longer than the process lives";
  if (redis?.url) return [["redis"], `\`redis\` ${keeps}`];
  if (database?.url && sqlitePath(database.url) !== undefined) return [["database"], `\`database\` ${keeps}`];
  return ledger?.content && [["ledger", "content"], "`content` is what clients say and are told"];
}

function checkLengths(inspection: Inspection, secret: NonNullable<Routes["server"]>["secret"]): void {
  const remedy = "write a long random one, as `openssl rand -base64 32` prints";
  for (const [at, one] of [secret ?? []].flat().entries()) {
    if (one === "" || one.length >= minSecret) continue;
    const path = ["server", "secret", ...(typeof secret === "string" ? [] : [at])];
    mistakeAt(inspection, path, { message: `\`secret\` is shorter than ${minSecret} characters; ${remedy}` });
  }
}

function checkRedis(inspection: Inspection, url: string): void {
  const isAddress = /^rediss?:\/\//.test(url) && URL.canParse(url) && new URL(url).hostname !== "";
  if (isAddress) return;
  mistakeAt(inspection, ["redis", "url"], { message: "`url` must look like redis://USER:PASSWORD@HOST:PORT/DATABASE" });
}

function checkDatabase(inspection: Inspection, url: string): void {
  const path = sqlitePath(url);
  if (path !== undefined) checkFile(inspection, path);
  else if (isPostgres(url)) checkPostgres(inspection);
  else {
    const message = "`url` must look like sqlite:FILE, or postgres://USER:PASSWORD@HOST:PORT/DATABASE";
    mistakeAt(inspection, ["database", "url"], { message });
  }
}

function checkFile(inspection: Inspection, path: string): void {
  const folder = dirname(resolve(inspection.folder, path));
  if (inspection.fileExists?.(folder) === false) {
    mistakeAt(inspection, ["database", "url"], { message: "the folder of this file is not there; make it first" });
  }
  const isAsked = inspection.routes.database?.auto_migrate !== undefined;
  if (isAsked)
    warnAt(inspection, ["database", "auto_migrate"], "a file is always brought up to date; this does nothing");
}

/** What a database for replicas leaves open. */
function checkPostgres(inspection: Inspection): void {
  const { redis } = inspection.routes;
  if (redis?.url || wasRemoved(inspection, [], "redis")) return;
  const message =
    "without `redis` limits and what conversations need are kept in memory: no other replica sees them, and they end with the process";
  warnAt(inspection, ["database"], message);
}

function warnAt({ tree, report }: Inspection, path: Path, message: string): void {
  const entry = find(tree, path);
  if (entry !== undefined) report.warning(entry, { message, at: "key" });
}
