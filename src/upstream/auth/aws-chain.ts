import type { Dispatcher } from "undici";
import { Secret } from "../../secret.ts";
import { toAwsAuthError } from "./aws-errors.ts";
import { createAwsHandler } from "./aws-network.ts";
import type { Grant } from "./refreshing.ts";

/** Gets keys: `accessKeyId`, `secretAccessKey` and, of a role, `sessionToken`, each sealed. */
export type AwsSource = () => Promise<Grant>;

/** What a source of AWS's keys needs from outside. */
export interface AwsSourceDeps {
  /** The way to the services that hand out keys. Throws where it cannot be opened. */
  readonly dispatcher: () => Dispatcher;
  /** Where roles are asked for. */
  readonly region: string;
  /** The longest that all requests for keys may take. */
  readonly timeoutMs: number;
}

type Library = typeof import("@aws-sdk/credential-providers");

let loading: Promise<Library> | undefined;

function loadLibrary(): Promise<Library> {
  loading ??= import("@aws-sdk/credential-providers");
  return loading;
}

/**
 * A source of AWS's keys, in the order of AWS's own clients: the environment (unless AWS_PROFILE is set), the profile in
 * the shared files with its roles, its SSO login and its program, a web identity, the container, the machine's role.
 *
 * Each call starts from the files again, so that replaced keys are found. The library reads its own environment.
 * Fails: rejects with `upstream_auth_error`.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 * @see reference: upstream-auth §4
 */
export function createAwsSource({ dispatcher, region, timeoutMs }: AwsSourceDeps): AwsSource {
  return async () => {
    const trail: string[] = [];
    try {
      const { fromNodeProviderChain } = await loadLibrary();
      const requestHandler = createAwsHandler(dispatcher(), AbortSignal.timeout(timeoutMs));
      const find = fromNodeProviderChain({
        // No region here: that of an SSO login stands in its profile, and this one would win over it.
        clientConfig: { requestHandler },
        // Files are read once in a process unless told.
        ignoreCache: true,
        logger: listener(trail),
      });
      return toGrant(await within(timeoutMs, find({ callerClientConfig: { region: async () => region } })));
    } catch (thrown) {
      throw toAwsAuthError(thrown, trail);
    }
  };
}

interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

function toGrant({ accessKeyId, secretAccessKey, sessionToken, expiration }: Identity): Grant {
  const keys = { accessKeyId: new Secret(accessKeyId), secretAccessKey: new Secret(secretAccessKey) };
  return {
    headers: sessionToken === undefined ? keys : { ...keys, sessionToken: new Secret(sessionToken) },
    // Keys of a user have no end of their own.
    expiresAtMs: expiration?.getTime() ?? Number.POSITIVE_INFINITY,
  };
}

/** Hears why the ways before the last one led to nothing; and keeps the library from writing to the terminal. */
function listener(trail: string[]) {
  const ignore = (): void => undefined;
  const note = (...words: readonly unknown[]): void => {
    const [, why] = /^@smithy\/property-provider \S+ (.+)$/s.exec(words.map(String).join(" ")) ?? [];
    if (why !== undefined) trail.push(why);
  };
  return { debug: note, trace: ignore, info: ignore, warn: ignore, error: ignore };
}

/** A program of a profile has no end of its own; nobody waits for it longer than for the rest. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DOMException("no keys in time", "TimeoutError")), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
