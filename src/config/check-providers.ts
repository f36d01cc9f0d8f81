import { checkAuth } from "./check-auth.ts";
import { checkHeaders } from "./check-headers.ts";
import { checkTimeouts } from "./check-timeouts.ts";
import { checkTls } from "./check-tls.ts";
import type { ProviderType, Routes } from "./config.ts";
import { type Inspection, mistakeAt, shownAt, wasRemoved } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { find, memberOf } from "./tree.ts";

type Provider = Routes["providers"][string];

type TypeCheck = (inspection: Inspection, path: Path, provider: Provider) => void;

/** What only one host type asks for. Types that are planned never get here. */
const typeChecks: Readonly<Partial<Record<ProviderType, TypeCheck>>> = { vertex: checkVertex };

/** Each provider can be reached, and its credential can be made. */
export function checkProviders(inspection: Inspection): void {
  const section = memberOf(inspection.tree, "providers");
  if (section?.kind === "map" && section.key !== undefined && section.members.size === 0) {
    mistakeAt(inspection, ["providers"], { message: "`providers` must not be empty: nothing could answer", at: "key" });
  }
  for (const [name, provider] of Object.entries(inspection.routes.providers)) {
    const path = ["providers", name];
    if (name === "" || name.includes("/")) {
      mistakeAt(inspection, path, { message: "a provider's name is not empty and holds no `/`", at: "key" });
    }
    typeChecks[provider.type]?.(inspection, path, provider);
    checkBaseUrl(inspection, [...path, "base_url"], provider.base_url);
    if (typeof provider.auth === "object") checkAuth(inspection, [...path, "auth"], provider.auth);
    checkHeaders(inspection, [...path, "headers"], provider.headers ?? {});
    checkTls(inspection, [...path, "tls"], provider.tls);
    checkTimeouts(inspection, [...path, "timeouts"], provider.timeouts);
  }
}

/** Project and location are part of Vertex AI's URL and host name, but for express mode and a base URL of one's own. */
function checkVertex(inspection: Inspection, path: Path, provider: Provider): void {
  checkName(inspection, [...path, "project"], /^[a-z0-9][a-z0-9.:-]*$/i, "as in my-project-123");
  checkName(inspection, [...path, "location"], /^[a-z0-9-]+$/, "as in us-central1 or global");
  const section = find(inspection.tree, path);
  // A member with a mistake of its own is not missing.
  const has = (name: string): boolean => memberOf(section, name) !== undefined;
  const express = typeof provider.auth === "object" && provider.auth.api_key !== undefined;
  if (has("base_url") || (!has("project") && (express || wasRemoved(inspection, path, "auth")))) return;
  const missing = (message: string): void => mistakeAt(inspection, path, { message, at: "key" });
  const name = `\`${path.at(-1)}\``;
  const without = "only `base_url` or an `api_key` can do without";
  if (!has("project")) missing(`${name} needs \`project\`, the Google Cloud project to call; ${without}`);
  if (!has("location")) missing(`${name} needs \`location\`, as in us-central1 or global`);
}

function checkName(inspection: Inspection, path: Path, shape: RegExp, example: string): void {
  const entry = find(inspection.tree, path);
  if (entry?.kind !== "scalar" || shape.test(String(entry.value))) return;
  const message = `\`${path.at(-1)}\` cannot be ${shownAt(inspection, path)}; write it ${example}`;
  mistakeAt(inspection, path, { message });
}

function checkBaseUrl(inspection: Inspection, path: Path, text: string | undefined): void {
  if (text === undefined) return;
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    mistakeAt(inspection, path, { message: "`base_url` is a whole URL, as in https://host.example/prefix" });
  } else if (url.username !== "" || url.password !== "") {
    mistakeAt(inspection, path, { message: "`base_url` holds no user or password; put the credential under `auth`" });
  } else if (url.search !== "" || url.hash !== "" || /[?#]/.test(text)) {
    mistakeAt(inspection, path, { message: "`base_url` ends before `?` and `#`; the API path is appended to it" });
  }
}
