import type { Alteration } from "./alteration.ts";

/** Every how many-th line of a table is altered: enough to meet every section, few enough to wait for. */
const step = 9;

/** Alters lines of a fate table: some are taken out, some say another kind, some name another place. */
export function entryAlterations(file: string, source: string): readonly Alteration[] {
  const lines = source.split("\n").filter((line) => /^ {2}(?:"[^"]+"|\w+): .+,$/.test(line));
  return lines.flatMap((line, i) => (i % step === 0 ? [alter(file, line, (i / step) % 3)] : []));
}

function alter(file: string, line: string, way: number): Alteration {
  const key =
    /^ {2}(?:"([^"]+)"|(\w+)): /
      .exec(line)
      ?.slice(1)
      .find((one) => one !== undefined) ?? line;
  const place = `\n${line}\n`;
  if (way === 0) return { name: `${key}: line taken out`, file, text: place, becomes: "\n" };
  const [name = ""] = line.split(": ");
  const ignoredNow =
    /: ignored\(/.test(line) || /: (?:caching|thoughts|guess|notAsked|inRequests|noBlock),$/.test(line);
  const becomes = ignoredNow ? 'mapped("contents[].role")' : way === 1 ? 'ignored("?")' : 'mapped("labels.x")';
  return { name: `${key}: ${becomes}`, file, text: place, becomes: `\n${name}: ${becomes},\n` };
}
