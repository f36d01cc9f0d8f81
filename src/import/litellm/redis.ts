import { type Entry, memberOf } from "../../config/tree.ts";
import type { Settings } from "./draft.ts";
import type { Notes } from "./notes.ts";
import { flagOf, isEmpty, textOf } from "./source.ts";
import { referenceIn, type Variables } from "./variables.ts";

/** Where LiteLLM's router says which Redis replicas share. */
export const redisNames: readonly string[] = [
  ...["redis_url", "redis_host", "redis_port", "redis_password", "redis_username", "redis_db", "redis_ssl"],
];

interface Context {
  readonly settings: Settings;
  readonly notes: Notes;
  readonly variables: Variables;
}

/** Puts the parts of an address together. What Redis keeps is encrypted here, by a secret that LiteLLM has none of. */
export function readRedis(section: Entry, { settings, notes, variables }: Context): void {
  const present = redisNames.flatMap((name) => {
    const entry = memberOf(section, name);
    return entry === undefined ? [] : [entry];
  });
  const url = memberOf(section, "redis_url");
  const host = memberOf(section, "redis_host");
  const server = isEmpty(url) ? (isHost(host) ? host : undefined) : url;
  if (server === undefined) {
    for (const entry of present) notes.left(entry, "without a host there is no Redis");
    return;
  }
  const to = (): readonly string[] => ["redis", "url"];
  const secret = variables.fresh("SPECGATE_SECRET", "secret");
  settings.sections["redis"] = { url: server === url ? addressOf(url, variables) : joined(section, variables) };
  settings.sections["server"] = { ...settings.sections["server"], secret };
  for (const entry of present) {
    const text =
      entry === server ? `it is kept encrypted: put a long random text into ${secret.slice(2, -1)}` : undefined;
    if (text !== undefined) notes.changed(entry, text, to);
    else if (entry === memberOf(section, "redis_password") && server !== url) {
      notes.changed(entry, "it is part of an address: letters other than a-z and digits are written as %XX", to);
    } else if (server === url) notes.left(entry, "`redis_url` says it");
    else notes.carried(entry, to);
  }
}

/** A name or an address, and nothing beside it that may be a password. */
function isHost(entry: Entry | undefined): boolean {
  return referenceIn(entry) !== undefined || /^[\w.:[\]-]+$/.test(textOf(entry) ?? "");
}

/** A whole address may hold a password. */
function addressOf(url: Entry, variables: Variables): string {
  return variables.hidden(url, "REDIS_URL", "redis");
}

function joined(section: Entry, variables: Variables): string {
  const part = (name: string): Entry | undefined => {
    const entry = memberOf(section, name);
    return isEmpty(entry) ? undefined : entry;
  };
  const said = (entry: Entry | undefined, purpose: "text" | "number"): string =>
    entry === undefined ? "" : variables.said(entry, purpose);
  const [host, port, database] = [part("redis_host"), part("redis_port"), part("redis_db")];
  const password = part("redis_password");
  const user = said(part("redis_username"), "text");
  const secret = password === undefined ? "" : `:${variables.hidden(password, "REDIS_PASSWORD")}`;
  const login = user === "" && secret === "" ? "" : `${user}${secret}@`;
  const scheme = flagOf(part("redis_ssl")) === true ? "rediss" : "redis";
  const behind = `${port === undefined ? "" : `:${said(port, "number")}`}${database === undefined ? "" : `/${said(database, "number")}`}`;
  return `${scheme}://${login}${said(host, "text")}${behind}`;
}
