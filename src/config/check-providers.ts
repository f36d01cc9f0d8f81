import { checkAnthropic } from "./check-anthropic.ts";
import { checkAuth } from "./check-auth.ts";
import { checkAzure } from "./check-azure.ts";
import { checkBedrock, checkSigning } from "./check-bedrock.ts";
import { checkGemini, checkVertex } from "./check-google.ts";
import { checkHeaders } from "./check-headers.ts";
import { checkOpenAI } from "./check-openai.ts";
import { checkTimeouts } from "./check-timeouts.ts";
import { checkTls } from "./check-tls.ts";
import type { ProviderType, Routes } from "./config.ts";
import { type Inspection, mistakeAt } from "./inspection.ts";
import type { Path } from "./mistakes.ts";
import { memberOf } from "./tree.ts";

type Provider = Routes["providers"][string];

type TypeCheck = (inspection: Inspection, path: Path, provider: Provider) => void;

/** What only one host type asks for. Types that are planned never get here. */
const typeChecks: Readonly<Partial<Record<ProviderType, TypeCheck>>> = {
  vertex: checkVertex,
  gemini: checkGemini,
  anthropic: checkAnthropic,
  azure: checkAzure,
  openai: checkOpenAI,
  bedrock: checkBedrock,
};

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
    checkSigning(inspection, path, provider);
    checkBaseUrl(inspection, [...path, "base_url"], provider.base_url);
    if (typeof provider.auth === "object") checkAuth(inspection, [...path, "auth"], provider.auth);
    checkHeaders(inspection, [...path, "headers"], provider.headers ?? {});
    checkTls(inspection, [...path, "tls"], provider.tls);
    checkTimeouts(inspection, [...path, "timeouts"], provider.timeouts);
  }
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
