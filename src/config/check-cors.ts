import { type Inspection, isInterpolated, mistakeAt } from "./inspection.ts";
import { hasKeys } from "./lets-in.ts";
import { isLoopback } from "./loopback.ts";
import type { Path } from "./mistakes.ts";
import type { Remark } from "./report.ts";
import { find } from "./tree.ts";

/** Any origin, and that of an app whose pages are files, which has no host. */
const words: ReadonlySet<string> = new Set(["*", "file://"]);

/** Origins as browsers send them, letter by letter: one that is written otherwise would never match. */
export function checkCors(inspection: Inspection): void {
  const path = ["server", "cors", "origins"];
  for (const [index, origin] of (inspection.routes.server?.cors?.origins ?? []).entries()) {
    const remark = words.has(origin) ? undefined : remarkOn(origin);
    const place = [...path, index];
    if (origin === "*") warnOfAnyPage(inspection, place);
    if (remark !== undefined) mistakeAt(inspection, place, shown(inspection, place, remark));
  }
}

/** What came from the environment is not repeated. */
function shown(inspection: Inspection, path: Path, { message, suggestion }: Remark): Remark {
  return { message, suggestion: isInterpolated(inspection, path) ? undefined : suggestion };
}

function remarkOn(origin: string): Remark | undefined {
  if (origin.trim() === "") return { message: "an origin must not be empty" };
  if (origin === "null") {
    return { message: '`null` is the origin of any page in a sandbox; write "*" if any page may call' };
  }
  if (origin.includes("*")) return { message: '`*` is no part of an origin; alone, "*" stands for any' };
  if (!origin.includes("://")) {
    const scheme = isLoopback(origin.replace(/:\d+.*$/, "")) ? "http" : "https";
    const meant = remarkOn(`${scheme}://${origin}`)?.suggestion ?? `${scheme}://${origin}`;
    return { message: "an origin begins with its scheme", suggestion: meant };
  }
  const [scheme = "", rest = ""] = origin.split("://", 2);
  const host = rest.split(/[/?#]/, 1)[0] ?? "";
  if (host === "" || /[\s@]/.test(host)) return { message: "an origin is a scheme, a host and perhaps a port" };
  if (rest !== host) {
    const message = "an origin ends with its host or port, without a slash or a path";
    return { message, suggestion: asSent(scheme, host) };
  }
  const sent = asSent(scheme, host);
  if (sent === undefined) return { message: "an origin is a scheme, a host and perhaps a port" };
  return sent === origin ? undefined : { message: "browsers send this origin in another form", suggestion: sent };
}

/** In lower case, without the port that goes without saying. Schemes of apps, as `app:`, are kept as they are. */
function asSent(scheme: string, host: string): string | undefined {
  const url = URL.parse(`${scheme}://${host}`);
  if (url === null) return undefined;
  return url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin;
}

function warnOfAnyPage({ tree, report, routes }: Inspection, path: Path): void {
  const entry = find(tree, path);
  const auth = routes.server?.auth;
  const asksForKeys = auth === "keys" || (auth === undefined && hasKeys(routes));
  if (entry === undefined || asksForKeys) return;
  const message = "no keys are asked for, so any web page can use the gateway through the browser of whoever opens it";
  report.warning(entry, { message });
}
