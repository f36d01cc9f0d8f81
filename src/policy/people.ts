import type { Config } from "../config/config.ts";
import { fromConfig, type Terms } from "./terms.ts";

/** The users and teams of routes.yaml. */
export interface People {
  readonly find: (kind: "user" | "team", name: string) => Terms | undefined;
}

export function createPeople({ users, teams }: Pick<Config, "users" | "teams">): People {
  const known = {
    user: new Map(users.map((user) => [user.name, fromConfig("user", user.name, user)])),
    team: new Map(teams.map((team) => [team.name, fromConfig("team", team.name, team)])),
  };
  return { find: (kind, name) => known[kind].get(name) };
}
