import { type CommandDef, defineCommand } from "citty";
import type { Environment } from "../config/config.ts";
import { loadRoutes } from "../config/load.ts";
import { formatMistakes } from "../config/mistakes.ts";
import { migrate } from "../store/sql/open.ts";
import { StoreError } from "../store/store-error.ts";
import type { Output } from "./check.ts";
import { CommandFailure, failing } from "./failure.ts";

const args = {
  config: { type: "string", description: "The routes.yaml whose database it is.", default: "routes.yaml" },
} as const;

/**
 * `specgate migrate [--config FILE]`: brings the tables of PostgreSQL to this version, all of it or nothing.
 * Exit code: 0 they are at this version; 1 they are not, or there is no database; 2 wrong usage.
 */
export function createMigrateCommand(
  env: Environment,
  out: Output = process.stdout,
  errors: Output = process.stderr,
): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "migrate", description: "Bring the tables of PostgreSQL up to date." },
    args,
    run: ({ args: { config: file } }) =>
      failing(errors, async () => {
        const loaded = await loadRoutes(file, env);
        if (!("config" in loaded)) throw new CommandFailure(formatMistakes(loaded.mistakes, file));
        const { database } = loaded.config;
        if (database === undefined) throw new CommandFailure(`${file} names no database`);
        if (database.kind === "sqlite") {
          out.write("SQLite's tables are brought up to date when the gateway starts; there is nothing to do\n");
          return;
        }
        const versions = await migrate(database.url).catch((thrown: unknown) => {
          throw thrown instanceof StoreError ? new CommandFailure(thrown.message) : thrown;
        });
        out.write(versions.length === 0 ? "the tables are up to date\n" : `applied version ${versions.join(", ")}\n`);
      }),
  });
}
