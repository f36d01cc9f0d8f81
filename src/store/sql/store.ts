import { createAccountStore } from "./account-store.ts";
import { createAccounting } from "./accounting.ts";
import { createAuditLog } from "./audit-store.ts";
import { createChange } from "./changes.ts";
import { createCompiler } from "./compiler.ts";
import { createContentStore } from "./content-store.ts";
import type { Database } from "./database.ts";
import { createKeyStore } from "./key-store.ts";
import { createLedger } from "./ledger-store.ts";
import type { SqlStore } from "./port.ts";

/** The port over a database. */
export function createSqlStore(database: Database): SqlStore {
  const compiler = createCompiler(database.dialect);
  const change = createChange(database, compiler);
  return {
    accounting: createAccounting(database, compiler),
    keys: createKeyStore(database, compiler, change),
    accounts: createAccountStore(database, compiler, change),
    ledger: createLedger(database, compiler),
    contents: createContentStore(database, compiler),
    audit: createAuditLog(database, compiler),
    close: database.close,
  };
}
