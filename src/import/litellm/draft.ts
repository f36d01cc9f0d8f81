import type { Path } from "../../config/mistakes.ts";
import type { Entry } from "../../config/tree.ts";
import type { To } from "./notes.ts";

/** An entry under `providers`, before it has its name. */
export interface ProviderDraft {
  /** Its name where it is the only one of its kind. */
  readonly kind: string;
  /** What tells it from others of its kind: a region, a host. */
  readonly hint: string;
  /** As they are written, `type` first. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Given when all are known. */
  name: string;
}

/** An entry under `deployments`: one of `model_list`. */
export interface DeploymentDraft {
  /** The entry of `model_list`. */
  readonly entry: Entry;
  readonly index: number;
  readonly modelName: string;
  readonly provider: ProviderDraft;
  upstreamModel: string;
  /** The entry that names the upstream model. */
  readonly modelEntry: Entry;
  readonly members: Readonly<Record<string, unknown>>;
  /** What shares of requests are reckoned by, as LiteLLM does. */
  readonly shares: Readonly<Partial<Record<ShareName, Entry>>>;
  readonly order: Entry | undefined;
  readonly timeout: Entry | undefined;
  readonly dropParams: Entry | undefined;
  /** Where it stands in the new file; undefined until it does. */
  place: Path | undefined;
}

/** In the order in which LiteLLM looks for them. */
export const shareNames = ["weight", "rpm", "tpm"] as const;
export type ShareName = (typeof shareNames)[number];

/** A member of a deployment in the new file. */
export function placeIn(draft: () => DeploymentDraft | undefined, ...steps: readonly (string | number)[]): To {
  return () => {
    const place = draft()?.place;
    return place === undefined ? undefined : [...place, ...steps];
  };
}

/** Gives every provider a name: its kind, and what tells it from others of that kind. */
export function nameProviders(providers: readonly ProviderDraft[]): void {
  const taken = new Set<string>();
  for (const provider of providers) {
    const alone = providers.filter(({ kind }) => kind === provider.kind).length === 1;
    const wanted = slug(alone || provider.hint === "" ? provider.kind : `${provider.kind}-${provider.hint}`) || "host";
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
    taken.add(name);
    provider.name = name;
  }
}

/** Letters, digits and hyphens. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/** Providers, each once: what is set up alike is shared. */
export interface Providers {
  readonly add: (kind: string, hint: string, members: Readonly<Record<string, unknown>>) => ProviderDraft;
}

export function createProviders(): Providers {
  const known = new Map<string, ProviderDraft>();
  return {
    add(kind, hint, members) {
      const key = JSON.stringify([kind, members]);
      const draft = known.get(key) ?? { kind, hint, members, name: "" };
      known.set(key, draft);
      return draft;
    },
  };
}

/** A name of a model, and where it was said. */
export interface Named {
  readonly entry: Entry;
  readonly name: string;
}

/** A model, and those that are asked when it fails. */
export interface Fallback extends Named {
  readonly targets: readonly Named[];
}

/** What holds for all models. */
export interface Settings {
  /** Sections of the new file, as far as no model is named in them. */
  readonly sections: Record<string, Record<string, unknown> | readonly unknown[]>;
  readonly fallbacks: Fallback[];
  readonly defaultFallbacks: Named[];
  readonly aliases: (Named & { readonly target: string })[];
  /** The models that new keys may ask for. */
  readonly newKeyModels: Named[];
  defaultModel: Named | undefined;
  dropParams: Entry | undefined;
  /** Which of a deployment's figures LiteLLM keeps to; else they are shares alone. */
  readonly keptLimits: Set<ShareName>;
}
