/** Counters and gauges of a running server, named `group:name` as Kamailio names them. */
export class Statistics {
  readonly #counts = new Map<string, number>();
  readonly #gauges = new Map<string, () => number>();

  /** Adds one. */
  count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Declares counters, so that they are listed while still 0. */
  declare(names: readonly string[]): void {
    for (const name of names) this.#counts.set(name, this.#counts.get(name) ?? 0);
  }

  /** A value that is read when asked for. */
  gauge(name: string, read: () => number): void {
    this.#gauges.set(name, read);
  }

  /** A counter; 0 when nothing was ever counted under that name. */
  value(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** The values asked for, by name: all of them for no names or `all`, a group for `group:`, else single ones. */
  select(names: readonly string[]): [name: string, value: number][] {
    const all = this.#all();
    if (names.length === 0 || names.includes('all')) return all;
    return all.filter(([name]) => names.some((wanted) => isWanted(name, wanted)));
  }

  #all(): [string, number][] {
    const gauges = [...this.#gauges].map(([name, read]): [string, number] => [name, read()]);
    return [...this.#counts, ...gauges].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function isWanted(name: string, wanted: string): boolean {
  if (wanted.endsWith(':')) return name.startsWith(wanted);
  return name === wanted || name.slice(name.indexOf(':') + 1) === wanted;
}
