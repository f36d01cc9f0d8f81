import { checkFile } from "./check-file.ts";
import { checkHeaderName, checkHeaderValue } from "./check-headers.ts";
import { checkWait } from "./check-timeouts.ts";
import type { Routes } from "./config.ts";
import { type Inspection, mistakeAt, wasRemoved } from "./inspection.ts";
import { listOf, type Path } from "./mistakes.ts";
import { parseDuration } from "./units.ts";

type Provider = Routes["providers"][string];
/** The map form of `auth`. */
export type AuthObject = Exclude<NonNullable<Provider["auth"]>, string>;

const kinds = ["service_account", "api_key", "bearer", "bearer_file", "header", "command"] as const;
const ofCommand = ["ttl", "refresh_margin", "timeout"] as const;

/** How long before its end a command's token is renewed, unless the file says so. */
export const refreshMarginDefault = "60s";

/** Exactly one kind of credential, in a form that can be sent. */
export function checkAuth(inspection: Inspection, path: Path, auth: AuthObject): void {
  const present = kinds.filter((kind) => auth[kind] !== undefined);
  const [first, second] = present;
  if (second !== undefined) {
    const message = `\`auth\` has ${listOf(present, "and")}; keep one of them`;
    mistakeAt(inspection, [...path, second], { message, at: "key" });
  }
  if (first === undefined && !kinds.some((kind) => wasRemoved(inspection, path, kind))) {
    mistakeAt(inspection, path, { message: `\`auth\` needs one of ${listOf(kinds, "or")}`, at: "key" });
  }
  for (const kind of ["api_key", "bearer"] as const) {
    if (auth[kind] !== undefined) checkHeaderValue(inspection, [...path, kind], auth[kind]);
  }
  if (auth.header !== undefined) {
    checkHeaderName(inspection, [...path, "header", "name"], auth.header.name, "value");
    checkHeaderValue(inspection, [...path, "header", "value"], auth.header.value);
  }
  for (const kind of ["service_account", "bearer_file"] as const) checkFile(inspection, [...path, kind], auth[kind]);
  checkCommand(inspection, path, auth, first !== undefined);
}

function checkCommand(inspection: Inspection, path: Path, auth: AuthObject, hasKind: boolean): void {
  for (const name of ofCommand) {
    if (auth[name] === undefined) continue;
    const place = [...path, name];
    const zero = name === "refresh_margin" ? "may be zero" : undefined;
    const message = `\`${name}\` belongs to \`command\` and does nothing here`;
    if (auth.command !== undefined) checkWait(inspection, place, auth[name], zero);
    else if (hasKind) mistakeAt(inspection, place, { message, at: "key" });
  }
  const [program] = auth.command ?? [];
  const isBlank = program?.trim() === "";
  if (isBlank) mistakeAt(inspection, [...path, "command", 0], { message: "`command` begins with a program" });
  if (auth.command !== undefined) checkMargin(inspection, path, auth);
}

function checkMargin(inspection: Inspection, path: Path, auth: AuthObject): void {
  const ttl = parseDuration(auth.ttl ?? "");
  const margin = parseDuration(auth.refresh_margin ?? refreshMarginDefault);
  if (!("value" in ttl) || !("value" in margin) || ttl.value === 0 || margin.value < ttl.value) return;
  const message = "`ttl` must be longer than `refresh_margin` (60s by default), or the command runs for every request";
  mistakeAt(inspection, [...path, "ttl"], { message });
}
