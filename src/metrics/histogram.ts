/**
 * Observations that share all labels. prom-client's own histogram makes a text of the labels for every observation,
 * which costs more than all else that is measured of a request.
 */
export class Distribution {
  readonly #bounds: readonly number[];
  /** How many fell into each bucket; the last one is beyond all bounds. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds`: the buckets' upper ends, rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = [...bounds, 0].fill(0);
  }

  /** Counts a value; one that is no finite number is left out. */
  observe(value: number): void {
    if (!Number.isFinite(value)) return;
    const counts = this.#counts;
    let at = 0;
    for (const bound of this.#bounds) {
      if (value <= bound) break;
      at++;
    }
    counts[at] = (counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  /** Lines of Prometheus' text format; nothing where nothing was observed. `labels` are as {@link toLabels} makes them. */
  toLines(name: string, labels: string): readonly string[] {
    const count = this.#counts.reduce((sum, one) => sum + one, 0);
    if (count === 0) return [];
    let below = 0;
    const buckets = this.#bounds.map((bound, at) => {
      below += this.#counts[at] ?? 0;
      return `${name}_bucket{le="${bound}",${labels}} ${below}`;
    });
    return [
      ...buckets,
      `${name}_bucket{le="+Inf",${labels}} ${count}`,
      `${name}_sum{${labels}} ${this.#sum}`,
      `${name}_count{${labels}} ${count}`,
    ];
  }
}

/** A histogram's head, and its series below it. */
export function toHistogram(name: string, help: string, lines: readonly string[]): string {
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines].join("\n")}\n`;
}

/**
 * Labels as they stand between braces.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function toLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`))}"`)
    .join(",");
}
