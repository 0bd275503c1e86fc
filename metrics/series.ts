/** What tells one series of a metric from the others, in the order of its names. */
type Labels = readonly (string | number)[];

/** So many series of one metric there may be; what comes beyond them counts together, as `other`. */
const MOST_SERIES = 1000;

/** Upper bounds of seconds that something took. */
export const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];
/** Upper bounds of sizes. */
export const SIZES = [100, 1e3, 1e4, 1e5, 1e6];

/** A name for people, and for a machine. */
export interface MetricName {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** What all metrics have in common: a number, or several, for each set of labels. */
abstract class Metric<Value> {
  protected readonly named: MetricName;
  #series = new Map<string, Value>();
  #type: string;

  constructor(named: MetricName, type: string) {
    this.named = named;
    this.#type = type;
  }

  protected abstract fresh(): Value;
  protected abstract lines(name: string, labels: string, value: Value): string;

  /** The series with these labels; beyond the bound one for all others. */
  protected at(labels: Labels): Value {
    const key = this.#key(labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    return this.#series.size < MOST_SERIES
      ? this.keep(key, this.fresh())
      : this.#rest(labels.map(() => "other"));
  }

  protected keep(key: string, value: Value): Value {
    this.#series.set(key, value);
    return value;
  }

  toString(): string {
    const { name, help } = this.named;
    const head = `# HELP ${name} ${help}\n# TYPE ${name} ${this.#type}\n`;
    const series = [...this.#series].map(([labels, value]) =>
      this.lines(name, labels, value)
    );
    return head + series.join("");
  }

  #rest(labels: Labels): Value {
    const key = this.#key(labels);
    return this.#series.get(key) ?? this.keep(key, this.fresh());
  }

  #key(values: Labels): string {
    const { labels = [] } = this.named;
    return labels.map((name, at) => `${name}="${escaped(values[at])}"`).join();
  }
}

/** A number that grows; as a gauge it may fall too. */
export class Counter extends Metric<{ total: number }> {
  constructor(named: MetricName, type: "counter" | "gauge" = "counter") {
    super(named, type);
  }

  /** Adds to the series with these labels, which never falls below 0. */
  add(amount: number, ...labels: Labels): void {
    const series = this.at(labels);
    series.total = Math.max(0, series.total + amount);
  }

  protected fresh(): { total: number } {
    return { total: 0 };
  }

  protected lines(name: string, labels: string, { total }: { total: number }) {
    return `${name}${inBraces(labels)} ${total}\n`;
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** How often a value was at most as large as each of some bounds. */
export class Histogram extends Metric<Distribution> {
  #bounds: readonly number[];

  constructor(named: MetricName, bounds: readonly number[] = SECONDS) {
    super(named, "histogram");
    this.#bounds = bounds;
  }

  /** Counts `value` in the series with these labels. */
  observe(value: number, ...labels: Labels): void {
    const series = this.at(labels);
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket !== -1) series.counts[bucket]++;
    series.sum += value;
    series.count++;
  }

  protected fresh(): Distribution {
    return { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
  }

  protected lines(
    name: string,
    labels: string,
    { counts, sum, count }: Distribution,
  ): string {
    const before = labels === "" ? "" : `${labels},`;
    let below = 0;
    const buckets = counts.map((inside, at) =>
      `${name}_bucket{${before}le="${this.#bounds[at]}"} ${below += inside}\n`
    );
    const ends = inBraces(labels);
    return `${buckets.join("")}${name}_bucket{${before}le="+Inf"} ${count}\n` +
      `${name}_sum${ends} ${sum}\n${name}_count${ends} ${count}\n`;
  }
}

function inBraces(labels: string): string {
  return labels === "" ? "" : `{${labels}}`;
}

function escaped(value: string | number): string {
  return `${value}`.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
}
