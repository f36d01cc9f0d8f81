/** A text in which no secret of this run may show, and the forms a secret is known by. */
export interface Canary {
  /** The marker every secret of this run bears, and how it reads in other letters and encodings. */
  readonly forms: readonly string[];
  /** Which secret a text shows, by its name and form; undefined where it shows none. */
  readonly find: (text: string) => string | undefined;
  /** The text with what shows of secrets blotted out. */
  readonly blot: (text: string) => string;
}

/** The marker of a run. Letters and digits alone: no escaping changes it. */
export const markerOf = (run: string): string => `canary${run}`;

/** Makes the means to find secrets again. `run`: hex digits, other ones each time, so that nothing can be tuned to them. */
export function createCanary(run: string): Canary {
  const marker = markerOf(run);
  const forms = [marker, marker.toUpperCase(), Buffer.from(marker).toString("hex"), ...toBase64(marker)];
  const named = new RegExp(`([\\w-]{0,40})${marker}`, "i");
  return {
    forms,
    find(text) {
      if (!forms.some((form) => text.includes(form))) return undefined;
      return named.exec(text)?.[1]?.replace(/-$/, "") ?? "an encoded one";
    },
    blot: (text) => forms.reduce((rest, form) => rest.replaceAll(form, "[secret]"), text),
  };
}

/** The characters that stand for a text in base64, wherever in the encoded bytes it begins. */
function toBase64(text: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from("\0".repeat(before) + text).toString("base64");
    return encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + text.length) * 4) / 3));
  });
}
