import { dirname, resolve } from "node:path";
import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt, wasRemoved } from "./inspection.ts";
import { secretsIn, sqlitePath } from "./normalise-stores.ts";
import { memberOf } from "./tree.ts";

/** A secret that is shorter can be guessed. */
const minSecret = 16;

/** Where state is kept, and that nobody can read it there. */
export function checkStores(inspection: Inspection): void {
  const { server, redis, database } = inspection.routes;
  const secrets = secretsIn(server?.secret);
  checkLengths(inspection, server?.secret);
  if (redis?.url) checkRedis(inspection, redis.url);
  if (database?.url) checkDatabase(inspection, database.url);
  if (redis?.url && database?.url) warnOfUnused(inspection);
  if (secrets.length > 0 || wasRemoved(inspection, ["server"], "secret")) return;
  for (const [name, section] of Object.entries({ redis, database })) {
    if (!section?.url) continue;
    const message = `\`${name}\` keeps what clients said for longer than the process lives; add \`server.secret\`, which encrypts it`;
    mistakeAt(inspection, [name], { message, at: "key" });
    return;
  }
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
  if (path !== undefined) {
    const folder = dirname(resolve(inspection.folder, path));
    if (inspection.fileExists?.(folder) !== false) return;
    mistakeAt(inspection, ["database", "url"], { message: "the folder of this file is not there; make it first" });
  } else if (/^postgres(?:ql)?:/.test(url)) {
    const message = "PostgreSQL is part of the format, but this version does not act on it yet; write `sqlite:FILE`";
    mistakeAt(inspection, ["database", "url"], { message });
  } else mistakeAt(inspection, ["database", "url"], { message: "`url` must look like sqlite:FILE" });
}

function warnOfUnused({ tree, report }: Inspection): void {
  const database = memberOf(tree, "database");
  if (database === undefined) return;
  report.warning(database, { message: "`database` is not used: `redis` keeps what it would, for all replicas" });
}
