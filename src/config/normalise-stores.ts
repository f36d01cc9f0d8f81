import { Secret } from "../secret.ts";
import type { Config, Routes } from "./config.ts";
import { absolutePath } from "./normalise-values.ts";

type Server = NonNullable<Routes["server"]>;

/** The path behind `sqlite:`, as it is written; undefined for any other address. */
export function sqlitePath(url: string): string | undefined {
  return /^sqlite:(?!\/\/)(.+)$/s.exec(url)?.[1];
}

/** The secrets that are there: variables may be empty. */
export function secretsIn(secret: Server["secret"]): readonly string[] {
  return [secret ?? []].flat().filter((one) => one !== "");
}

export function toSecrets(secret: Server["secret"]): readonly Secret[] {
  return secretsIn(secret).map((one) => new Secret(one));
}

/** Where state is kept beside memory. Addresses have been checked. */
export function toStores(routes: Routes, file: string): Pick<Config, "redis" | "database"> {
  const url = routes.redis?.url || undefined;
  const path = sqlitePath(routes.database?.url ?? "");
  return {
    redis: url === undefined ? undefined : { url: new Secret(url) },
    database: path === undefined ? undefined : { kind: "sqlite", file: absolutePath(path, file) },
  };
}
