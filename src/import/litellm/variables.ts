import { type Entry, everyEntry, toData } from "../../config/tree.ts";
import { textOf } from "./source.ts";

/** What a variable is for: decides what stands in for its value while the new file is checked. */
export type Purpose =
  | "secret"
  | "url"
  | "azure"
  | "project"
  | "location"
  | "region"
  | "file"
  | "number"
  | "version"
  | "redis"
  | "postgres"
  | "text";

const standIns: Readonly<Record<Purpose, string>> = {
  secret: "stands-in-for-a-secret-of-32-letters",
  url: "https://host.example",
  azure: "https://resource.openai.azure.com",
  project: "project",
  location: "us-central1",
  region: "us-east-1",
  file: "file.json",
  number: "6379",
  version: "2024-10-21",
  redis: "redis://127.0.0.1:6379",
  postgres: "postgres://127.0.0.1:5432/specgate",
  text: "text",
};

/** A variable that the new file reads. */
export interface Variable {
  readonly name: string;
  /** Where the value stood that is to be put into it; undefined for one that no value of the source belongs in. */
  readonly from: Entry | undefined;
  /** LiteLLM knows nothing of it. */
  readonly isNew: boolean;
}

/** The variables of the new file. Values of the source are compared here, and kept nowhere else. */
export interface Variables {
  /** A variable by its name, as routes.yaml writes it. */
  readonly named: (name: string, purpose: Purpose, fallback?: string) => string;
  /** A text of the source: a reference becomes one, anything else stays as it is. */
  readonly said: (entry: Entry, purpose: Purpose) => string;
  /** The same for a secret: what stands in the source becomes a variable with a name like the wanted one. */
  readonly hidden: (entry: Entry, wanted: string, purpose?: Purpose) => string;
  /** A variable that LiteLLM does not know. */
  readonly fresh: (name: string, purpose: Purpose) => string;
  /** A variable that a library reads by itself, and what is to be put into it. */
  readonly outside: (name: string, from: Entry) => void;
  /** Whether a variable that a library reads has one value, whoever names it: the first entry's counts. */
  readonly agrees: (name: string, entry: Entry) => boolean;
  /** Names that mean something else already. */
  readonly reserve: (name: string) => void;
  readonly all: () => readonly Variable[];
  /** Something for each of them, so that the new file can be checked. */
  readonly standIns: () => Readonly<Record<string, string>>;
}

const prefix = "os.environ/";

/** The variable that a text of LiteLLM's refers to. */
export function referenceIn(entry: Entry | undefined): string | undefined {
  const text = textOf(entry);
  if (text?.startsWith(prefix) !== true) return undefined;
  const name = text.slice(prefix.length).trim();
  return /^[A-Za-z_]\w*$/.test(name) ? name : undefined;
}

/** A text as routes.yaml writes it, where `${` has a meaning. */
export function plain(text: string): string {
  return text.replaceAll("${", "$${");
}

export function createVariables(root: Entry): Variables {
  const taken = new Set<string>();
  const used = new Map<string, { readonly purpose: Purpose; readonly from: Entry | undefined }>();
  const hidden = new Map<string, string>();
  const isNew = new Set<string>();
  const settled = new Map<string, string>();
  for (const entry of everyEntry(root)) taken.add(referenceIn(entry) ?? "");

  function named(name: string, purpose: Purpose, fallback?: string): string {
    if (!used.has(name)) used.set(name, { purpose, from: undefined });
    taken.add(name);
    return fallback === undefined ? `\${${name}}` : `\${${name}:-${fallback}}`;
  }

  return {
    named,
    said(entry, purpose) {
      const name = referenceIn(entry);
      return name === undefined ? plain(textOf(entry) ?? "") : named(name, purpose);
    },
    hidden(entry, wanted, purpose = "secret") {
      const reference = referenceIn(entry);
      if (reference !== undefined) return named(reference, purpose);
      const value = JSON.stringify(toData(entry));
      const name = hidden.get(value) ?? freeName(wanted, taken);
      hidden.set(value, name);
      taken.add(name);
      if (!used.has(name)) used.set(name, { purpose, from: entry });
      return `\${${name}}`;
    },
    fresh(name, purpose) {
      const free = used.has(name) ? name : freeName(name, taken);
      isNew.add(free);
      return named(free, purpose);
    },
    outside(name, from) {
      if (!used.has(name)) used.set(name, { purpose: "secret", from });
      taken.add(name);
    },
    agrees(name, entry) {
      const value = JSON.stringify(toData(entry));
      const first = settled.get(name) ?? value;
      settled.set(name, first);
      return first === value;
    },
    reserve: (name) => taken.add(name),
    all: () => [...used].map(([name, { from }]) => ({ name, from, isNew: isNew.has(name) })),
    standIns: () => Object.fromEntries([...used].map(([name, { purpose }]) => [name, standIns[purpose]])),
  };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (!taken.has(name)) return name;
  }
}
