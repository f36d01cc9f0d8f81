import { checkNotZero } from "./check-accounts.ts";
import { type Inspection, mistakeAt } from "./inspection.ts";
import { memberOf } from "./tree.ts";
import { parseDuration } from "./units.ts";

/** The longest that a row may wait, and be lost with the process. */
const longestWindowMs = 10_000;

/** How the ledger is kept, and who hears of budgets. */
export function checkLedger(inspection: Inspection): void {
  const { ledger, alerts } = inspection.routes;
  checkNotZero(inspection, ["ledger", "retention"], ledger?.retention);
  checkNotZero(inspection, ["ledger", "content", "retention"], ledger?.content?.retention);
  checkWindow(inspection);
  checkWanted(inspection);
  if (alerts?.webhook) checkWebhook(inspection, alerts.webhook);
}

function checkWindow(inspection: Inspection): void {
  const { window, durability } = inspection.routes.ledger ?? {};
  const path = ["ledger", "window"];
  if (window === undefined) return;
  checkNotZero(inspection, path, window);
  const parsed = parseDuration(window);
  if (durability !== "batched") {
    const message = "`window` belongs to `durability: batched` and does nothing here";
    mistakeAt(inspection, path, { message, at: "key" });
  } else if ("value" in parsed && parsed.value > longestWindowMs) {
    mistakeAt(inspection, path, { message: "`window` is at most 10s: it is what a crash may lose" });
  }
}

/** A key that wants to be listened to where nobody listens. */
function checkWanted(inspection: Inspection): void {
  // One with a mistake of its own is told already.
  if (memberOf(memberOf(inspection.tree, "ledger"), "content") !== undefined) return;
  for (const [index, { content }] of (inspection.routes.keys ?? []).entries()) {
    if (content !== true) continue;
    const message = "nothing is kept of what is said; add `ledger: { content: { retention: 30d } }`";
    mistakeAt(inspection, ["keys", index, "content"], { message, at: "key" });
  }
}

function checkWebhook(inspection: Inspection, url: string): void {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return;
  mistakeAt(inspection, ["alerts", "webhook"], {
    message: "`webhook` is a whole URL, as in https://alerts.example/hook",
  });
}
