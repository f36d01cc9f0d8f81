import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import type { ProviderConfig } from "../config/config.ts";
import { GatewayError } from "../errors.ts";

/** The files a provider's TLS is made of. */
export type TlsFiles = Partial<Pick<ProviderConfig, "caFile" | "certFile" | "keyFile">>;

/** The part of TLS options that says whom to trust and what to show. */
export interface TlsOptions {
  readonly secureContext?: SecureContext;
}

/**
 * TLS options that trust a CA file beside Node's own certificates (`NODE_EXTRA_CA_CERTS` included), and show a client
 * certificate where there is one.
 *
 * The files are read here and not again. One context for all sockets: parsing a few hundred certificates for each
 * would cost milliseconds. Fails: throws `upstream_unreachable` when a file cannot be read or used.
 */
export function toTlsOptions({ caFile, certFile, keyFile }: TlsFiles): TlsOptions {
  if (caFile === undefined && certFile === undefined) return {};
  const ca = caFile === undefined ? {} : readCa(caFile);
  if (certFile === undefined || keyFile === undefined) return { secureContext: createSecureContext(ca) };
  return orRefuse("The client certificate for the upstream, or its key, cannot be read.", () => {
    const pair = { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
    return { secureContext: createSecureContext({ ...ca, ...pair }) };
  });
}

function readCa(file: string): { readonly ca: string[] } {
  return orRefuse("The CA file for the upstream cannot be read.", () => {
    const text = readFileSync(file, "utf8");
    // Throws where there is no certificate; a context would take any text, and trust nobody by it.
    new X509Certificate(text);
    return { ca: [...getCACertificates("default"), text] };
  });
}

function orRefuse<T>(message: string, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    throw new GatewayError("upstream_unreachable", message, { cause: thrown });
  }
}
