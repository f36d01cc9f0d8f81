import { checkAccounts } from "./check-accounts.ts";
import { checkAliases } from "./check-aliases.ts";
import { checkKeys } from "./check-keys.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkModels } from "./check-models.ts";
import { checkNeedsDatabase } from "./check-needs-database.ts";
import { checkProviders } from "./check-providers.ts";
import { checkServer } from "./check-server.ts";
import { checkStores } from "./check-stores.ts";
import { checkTimeouts } from "./check-timeouts.ts";
import type { Inspection } from "./inspection.ts";

/** Reports what has the right shape and still makes no sense, as a deployment on a provider that is not there. */
export function checkMeaning(inspection: Inspection): void {
  checkServer(inspection);
  checkStores(inspection);
  checkNeedsDatabase(inspection);
  checkKeys(inspection);
  checkAccounts(inspection);
  checkLedger(inspection);
  checkTimeouts(inspection, ["timeouts"], inspection.routes.timeouts);
  checkProviders(inspection);
  checkModels(inspection);
  checkAliases(inspection);
}
