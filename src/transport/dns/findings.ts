import type { RecordCache } from './cache.js';
import type { Facts, NaptrRecord, SrvRecord } from './records.js';

export interface Caches {
  readonly naptr: RecordCache<NaptrRecord>;
  readonly srv: RecordCache<SrvRecord>;
  readonly a: RecordCache<string>;
  readonly aaaa: RecordCache<string>;
  readonly system: RecordCache<string>;
}

/**
 * What one search knows: at first what is remembered, and more after each `settle`. It asks for nothing twice, so that a
 * search ends also when answers live no longer than it takes.
 */
export class Findings implements Facts {
  readonly naptr: Facts['naptr'];
  readonly srv: Facts['srv'];
  readonly a: Facts['a'];
  readonly aaaa: Facts['aaaa'];
  readonly system: Facts['system'];
  #asked: Promise<void>[] = [];
  #isOver = false;
  #end: () => void = () => undefined;
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(caches: Caches) {
    this.naptr = this.#from(caches.naptr);
    this.srv = this.#from(caches.srv);
    this.a = this.#from(caches.a);
    this.aaaa = this.#from(caches.aaaa);
    this.system = this.#from(caches.system);
  }

  /** Waits for all that is being asked for, or for `end`. */
  settle(): Promise<unknown> {
    const asked = this.#asked;
    this.#asked = [];
    return Promise.race([Promise.all(asked), this.#ended]);
  }

  /** From now on nothing is asked for: what is not known is not there. */
  end(): void {
    this.#isOver = true;
    this.#end();
  }

  #from<R>(cache: RecordCache<R>): (name: string) => readonly R[] | undefined {
    const told = new Map<string, readonly R[]>();
    return (name) => {
      const known = told.get(name) ?? cache.known(name);
      if (known !== undefined) return known;
      if (this.#isOver) return [];
      this.#asked.push(cache.ask(name).then((records) => void told.set(name, records)));
      return undefined;
    };
  }
}
