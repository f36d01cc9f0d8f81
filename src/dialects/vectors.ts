const bytesPerFloat = 4;

/** Numbers as OpenAI packs them: floats of 32 bits, the lowest byte first, in base64. */
export function packVector(values: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(values.length * bytesPerFloat);
  for (const [at, value] of values.entries()) bytes.writeFloatLE(value, at * bytesPerFloat);
  return bytes.toString("base64");
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The numbers of a packed vector; undefined for a text that is none. */
export function unpackVector(text: string): number[] | undefined {
  if (text.length % 4 !== 0 || !base64.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0 || bytes.length % bytesPerFloat !== 0) return undefined;
  return Array.from({ length: bytes.length / bytesPerFloat }, (_, at) => bytes.readFloatLE(at * bytesPerFloat));
}

/** How far from 1 a length may be and still count as it: floats of 32 bits know no better. */
const tolerance = 1e-6;

/** A vector of the same direction and the length one. One that has it, or has no direction, stays as it is. */
export function toUnitLength(values: readonly number[]): readonly number[] {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  if (length === 0 || !Number.isFinite(length) || Math.abs(length - 1) <= tolerance) return values;
  return values.map((value) => value / length);
}
