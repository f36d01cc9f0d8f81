/** How the client wants sound that comes as bare samples. */
export type AudioFormat = "wav" | "pcm16";

/** Sound of one part: its media type and its bytes in base64. */
export interface Sound {
  readonly mimeType: string;
  readonly data: string;
}

/** What OpenAI's `pcm16` is; it has no header to say so. */
const usualRate = 24_000;

/** Bare samples, and how they are to be read. */
interface Samples {
  readonly rate: number;
  readonly channels: number;
}

/** Samples of 16 bits, which Gemini writes in little-endian order; undefined for sound in a container. */
function samplesIn(mimeType: string): Samples | undefined {
  const [type = "", ...parameters] = mimeType.toLowerCase().split(";");
  if (!/^audio\/(l16|pcm)$/.test(type.trim())) return undefined;
  const numberOf = (name: string, usual: number): number => {
    const value = parameters.map((one) => one.trim()).find((one) => one.startsWith(`${name}=`));
    return Number(value?.slice(name.length + 1)) || usual;
  };
  return { rate: numberOf("rate", usualRate), channels: numberOf("channels", 1) };
}

/** Whether samples in the wanted format would be played as something else: `pcm16` has one rate and one channel. */
export function isMisread(mimeType: string, format: AudioFormat | undefined): boolean {
  const samples = samplesIn(mimeType);
  return format === "pcm16" && samples !== undefined && (samples.rate !== usualRate || samples.channels !== 1);
}

/**
 * The sound of a whole answer in base64. Bare samples get a WAV header, unless the client wants them bare; sound in a
 * container stays as it is.
 */
export function toAudioData(sounds: readonly Sound[], format: AudioFormat | undefined): string {
  const [first] = sounds;
  if (first === undefined) return "";
  const samples = format === "pcm16" ? undefined : samplesIn(first.mimeType);
  if (sounds.length === 1 && samples === undefined) return first.data;
  const bytes = Buffer.concat(sounds.map(({ data }) => Buffer.from(data, "base64")));
  return (samples === undefined ? bytes : Buffer.concat([wavHeader(samples, bytes.length), bytes])).toString("base64");
}

/** The sound of a streamed answer, in pieces that can be joined as base64 and cut into samples. */
export interface AudioStream {
  readonly push: (sound: Sound) => string;
  /** What was held back to the end. */
  readonly end: () => string;
}

/** Bytes that are whole groups of base64 and whole samples. */
const groupBytes = 6;

/**
 * OpenAI streams bare samples only. Whoever wants WAV gets its header first, with the sizes of a stream whose end is not
 * known: all ones, which players take for "to the end".
 */
export function createAudioStream(format: AudioFormat | undefined): AudioStream {
  let held: Buffer = Buffer.alloc(0);
  let began = false;
  return {
    push({ mimeType, data }) {
      const samples = began || format === "pcm16" ? undefined : samplesIn(mimeType);
      began = true;
      const header = samples === undefined ? [] : [wavHeader(samples, undefined)];
      const bytes = Buffer.concat([...header, held, Buffer.from(data, "base64")]);
      const whole = bytes.length - (bytes.length % groupBytes);
      held = bytes.subarray(whole);
      return bytes.toString("base64", 0, whole);
    },
    end() {
      const rest = held.toString("base64");
      held = Buffer.alloc(0);
      return rest;
    },
  };
}

/**
 * The header of a WAV file with 16-bit samples.
 *
 * @param size bytes of samples; undefined where they are not known yet
 */
function wavHeader({ rate, channels }: Samples, size: number | undefined): Buffer {
  const frame = channels * 2;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(size === undefined ? 0xffffffff : 36 + size, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * frame, 28);
  header.writeUInt16LE(frame, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(size ?? 0xffffffff, 40);
  return header;
}
