import type { ProviderType } from "../../config/config.ts";
import { type Entry, type MapEntry, memberOf } from "../../config/tree.ts";
import { slug } from "./draft.ts";
import type { Located } from "./hosts.ts";
import type { Notes, To } from "./notes.ts";
import { isEmpty, textAt, textOf } from "./source.ts";
import { type Purpose, plain, referenceIn, type Variables } from "./variables.ts";
/** What a provider is made of, and what its models are called there. */
export interface Setup {
  /** Its name, where the host is not the vendor's own. */
  readonly kind?: string | undefined;
  readonly hint: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly model: string;
  /** Members of the deployment. */
  readonly deployment?: Readonly<Record<string, unknown>>;
}

/** What a provider is read from. */
export interface Params {
  readonly map: MapEntry;
  readonly located: Located;
  readonly notes: Notes;
  readonly variables: Variables;
  /** Where a member of the provider stands in the new file. */
  readonly at: (...steps: readonly (string | number)[]) => To;
  /** The same of the deployment. */
  readonly atDeployment: (...steps: readonly (string | number)[]) => To;
}

/** `auth` with the entry's key, or with the variable that LiteLLM reads where there is none. */
export function readKey(
  params: Params,
  kind: "api_key" | "bearer",
  wanted: string = params.located.host.key,
): Readonly<Record<string, unknown>> {
  const { map, located, notes, variables, at } = params;
  const { host } = located;
  const entry = memberOf(map, "api_key");
  const said = textOf(entry)?.toLowerCase() ?? "";
  if (entry === undefined || isEmpty(entry)) {
    if (host.keyless === true) return {};
    notes.changed(map, `LiteLLM reads ${host.key} for \`api_key\`; so does the new file`, at("auth"));
    return { auth: { [kind]: variables.named(host.key, "secret") } };
  }
  if (
    (host.keyless === true || has(map, "api_base")) &&
    /^(?:none|null|empty|dummy|fake|fake-key|not-needed)$/.test(said)
  ) {
    notes.carried(entry, at(), "the server asks for no key, so none is sent");
    return {};
  }
  const value = variables.hidden(entry, wanted);
  tellSecret(params, entry, value, at("auth", kind));
  return { auth: { [kind]: value } };
}

/** Says of a secret where it went, without saying it. */
export function tellSecret({ notes }: Pick<Params, "notes">, entry: Entry, value: string, to: To): void {
  if (referenceIn(entry) !== undefined) notes.carried(entry, to);
  else notes.changed(entry, `the value stays out of the file: put it into ${value.slice(2, -1)}`, to);
}

/** Why an entry cannot have credentials of its own, where a library reads one variable for all providers. */
export function otherAccount(
  { map, variables }: Params,
  names: Iterable<readonly [name: string, variable: string]>,
): string | undefined {
  for (const [name, variable] of names) {
    const entry = memberOf(map, name);
    if (entry === undefined || isEmpty(entry) || variables.agrees(variable, entry)) continue;
    return `${variable} is one for all providers, and another entry has another \`${name}\`; run a gateway for each`;
  }
  return undefined;
}

/** What stands in for a base URL must look like the host's own. */
const purposes: Readonly<Partial<Record<ProviderType, Purpose>>> = { azure: "azure" };

/** The base URL of an entry, without what a base URL of Specgate's may not have. */
export function readBase(params: Params, mend: (url: string) => string): string | undefined {
  const { map, notes, variables, at } = params;
  const entry = [memberOf(map, "api_base"), memberOf(map, "base_url")].find((one) => !isEmpty(one));
  if (entry === undefined) return undefined;
  const reference = referenceIn(entry);
  if (reference !== undefined) {
    // What LiteLLM would append cannot be seen in a variable.
    const said = `${variables.said(entry, purposes[params.located.host.type] ?? "url")}${params.located.host.below ?? ""}`;
    notes.carried(entry, at("base_url"));
    return said;
  }
  const written = textOf(entry) ?? "";
  const url = URL.parse(written);
  const bare = written.replace(/[?#].*$/s, "").replace(/^(\w+:\/\/)[^/@]*@/, "$1");
  const mended = plain(mend(bare.replace(/\/+$/, "")));
  if (url !== null && bare !== written) {
    notes.changed(entry, "a base URL holds no user, password or `?`; those are left out", at("base_url"));
  } else if (mended !== written.replace(/\/+$/, "")) {
    notes.changed(entry, "the base URL begins and ends where Specgate's does", at("base_url"));
  } else notes.carried(entry, at("base_url"));
  return mended;
}

/** What tells hosts of one kind apart. */
export function hintOf(url: string | undefined): string {
  if (url === undefined) return "";
  if (url.startsWith("$")) return slug(url.replaceAll(/API|BASE|URL|ENDPOINT|AZURE|OPENAI/g, ""));
  const { hostname = "", port = "" } = URL.parse(url) ?? {};
  const label = /^[\d.]+$|^\[/.test(hostname) ? hostname : (hostname.split(".")[0] ?? "");
  return slug(port === "" ? label : `${label}-${port}`).replace(/^(?:azure|openai)-(?=.)/, "");
}

/** Whether a text of the entry is there. */
export function has(map: MapEntry, name: string): boolean {
  return textAt(map, name) !== undefined && !isEmpty(memberOf(map, name));
}
