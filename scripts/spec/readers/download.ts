/** How long a download may take and how large it may be. */
export interface DownloadLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** An API description has a few megabytes. */
export const downloadLimits: DownloadLimits = { timeoutMs: 60_000, maxBytes: 50_000_000 };

/** Whether a description is at an address, and no file. */
export function isAddress(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/**
 * Fetches the text at an address.
 *
 * Fails: an address that is not http or https, an answer that is no success, too slow or too large.
 */
export async function download(address: string, limits: DownloadLimits = downloadLimits): Promise<string> {
  if (!/^https?:\/\//i.test(address)) throw new Error(`${address} is neither http nor https`);
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await fetch(address, { signal, headers: { accept: "application/json, application/yaml, */*" } });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return await textOf(response, limits.maxBytes);
  } catch (error) {
    throw new Error(`${address} cannot be read: ${reasonOf(error, limits)}`);
  }
}

async function textOf(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** fetch hides the reason in a cause. */
function reasonOf(error: unknown, { timeoutMs }: DownloadLimits): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no whole answer in ${timeoutMs} ms`;
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
