/** One line of an answer of /metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const sampleLine = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-z_]+)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus' text format.
 * Fails: throws for a line that is none, a sample before its type, and a series that is there twice.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function parseMetrics(text: string): readonly Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const types = new Map<string, string>();
  const seen = new Set<string>();
  return text.split("\n").flatMap((line) => {
    const [, typed, type] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) types.set(typed, type);
    if (line === "" || line.startsWith("# ")) return [];
    const sample = toSample(line);
    const { name } = sample;
    if (!types.has(name) && types.get(name.replace(/_(bucket|sum|count)$/, "")) !== "histogram") {
      throw new Error(`of no type: ${line}`);
    }
    const series = line.slice(0, line.lastIndexOf(" "));
    if (seen.has(series)) throw new Error(`twice: ${series}`);
    seen.add(series);
    return [sample];
  });
}

function toSample(line: string): Sample {
  const [, name = "", labels = "", text = ""] = sampleLine.exec(line) ?? [];
  if (name === "") throw new Error(`not a sample: ${line}`);
  // prom-client writes `Nan`; Prometheus reads it in any letters.
  const value = Number(text.replace("Inf", "Infinity"));
  if (Number.isNaN(value) && !/^nan$/i.test(text)) throw new Error(`not a number: ${line}`);
  return { name, labels: toLabels(labels), value };
}

function toLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name = "", value = ""] = label.exec(text) ?? [];
    if (name === "") throw new Error(`not labels: ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
  }
  return labels;
}

/** The value of a series by its name and all its labels; undefined where it is not there. */
export function valueAt(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  return samples.find((one) => one.name === name && JSON.stringify(Object.entries(one.labels).sort()) === wanted)
    ?.value;
}
