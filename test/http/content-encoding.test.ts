import { once } from "node:events";
import {
  brotliCompressSync,
  constants,
  createZstdCompress,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import { decode, encodingsOf } from "../../src/http/content-encoding.ts";
import fc from "../_fc.ts";

type Pack = (bytes: Uint8Array) => Buffer;

const packs: readonly (readonly [string, Pack])[] = [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ["zstd", zstdCompressSync],
];

describe.each(packs)("%s", (name, pack) => {
  const encodings = encodingsOf(name);

  test("gives back what was put in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        expect(await decode(pack(bytes), encodings, 5000)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 30 },
    );
  });

  test("cut anywhere is refused, never taken for a shorter text", async () => {
    const packed = pack(Buffer.from(JSON.stringify({ text: "Once upon a time. ".repeat(20) })));
    for (let length = 0; length < packed.length; length++) {
      await expect(decode(packed.subarray(0, length), encodings, 5000)).rejects.toThrow("it is not complete and valid");
    }
  });

  test("may give as many bytes as it may, and not one more", async () => {
    const packed = pack(Buffer.alloc(1000, "x"));
    expect(await decode(packed, encodings, 1000)).toHaveLength(1000);
    await expect(decode(packed, encodings, 999)).rejects.toThrow("The request body is larger than 999 bytes.");
  });

  test("of a hundred megabytes is given up on early, and never in memory", async () => {
    const packed = pack(Buffer.alloc(100_000_000));
    const before = process.memoryUsage.rss();
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 1);
    await expect(decode(packed, encodings, 64 * 1024)).rejects.toThrow("larger than 65536 bytes");
    clearInterval(watch);
    expect(peak - before).toBeLessThan(50_000_000);
  });
});

test("several encodings are undone from the last to the first", async () => {
  const packed = zstdCompressSync(brotliCompressSync(gzipSync("{}")));
  expect((await decode(packed, encodingsOf("gzip, br, zstd"), 100)).toString()).toBe("{}");
  await expect(decode(packed, encodingsOf("zstd, br, gzip"), 100)).rejects.toThrow("valid 'gzip'");
});

test("zstd that asks for more memory than the web allows is refused", async () => {
  const wide = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 27 } });
  const chunks: Buffer[] = [];
  wide.on("data", (chunk: Buffer) => chunks.push(chunk));
  wide.write("{}");
  wide.flush();
  wide.end("   ");
  await once(wide, "end");
  await expect(decode(Buffer.concat(chunks), encodingsOf("zstd"), 1000)).rejects.toThrow("valid 'zstd'");
});
