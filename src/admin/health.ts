import type { AdminDeps } from "./deps.ts";
import { toIso } from "./durations.ts";
import type { HealthDetail, ProviderHealth } from "./types.ts";

/** What the last calls said of providers. */
export interface ProviderWatch {
  readonly onSuccess: (provider: string) => void;
  readonly onFailure: (provider: string) => void;
  readonly states: () => readonly ProviderHealth[];
}

interface Seen {
  successAt: number | undefined;
  failureAt: number | undefined;
}

/** Remembers when each provider last answered, and when it last failed. */
export function createProviderWatch(
  providers: readonly { readonly name: string }[],
  nowMs: () => number,
): ProviderWatch {
  const seen = new Map<string, Seen>(
    providers.map(({ name }) => [name, { successAt: undefined, failureAt: undefined }]),
  );
  return {
    onSuccess(provider) {
      const one = seen.get(provider);
      if (one !== undefined) one.successAt = nowMs();
    },
    onFailure(provider) {
      const one = seen.get(provider);
      if (one !== undefined) one.failureAt = nowMs();
    },
    states: () =>
      [...seen].map(([name, { successAt, failureAt }]) => ({
        name,
        healthy: isHealthy(successAt, failureAt),
        last_success: toIso(successAt),
        last_failure: toIso(failureAt),
      })),
  };
}

/** Null where nobody has asked it yet. */
function isHealthy(successAt: number | undefined, failureAt: number | undefined): boolean | null {
  if (successAt === undefined && failureAt === undefined) return null;
  return (successAt ?? 0) >= (failureAt ?? 0) && successAt !== undefined;
}

/** What the master key sees in /health besides. Fails: never; a store that does not answer is told of. */
export function createHealthDetail(
  { store, config }: Pick<AdminDeps, "store" | "config">,
  watch: ProviderWatch,
): () => Promise<HealthDetail> {
  return async () => {
    const providers = [...watch.states()];
    const reachable = await store.accounts.revision().then(
      () => true,
      () => false,
    );
    return {
      providers,
      healthy_count: providers.filter(({ healthy }) => healthy === true).length,
      unhealthy_count: providers.filter(({ healthy }) => healthy === false).length,
      store: { database: config.database?.kind ?? null, reachable },
      config: {
        models: config.models.length,
        providers: config.providers.length,
        keys: config.keys.length,
        warnings: config.warnings.length,
      },
    };
  };
}
