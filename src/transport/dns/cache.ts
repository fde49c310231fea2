import type { Clock } from '../../util/clock.js';
import type { Found } from './records.js';

/** Seconds that an answer is used again, whatever its own time to live says. */
const SHORTEST = 1;
const LONGEST = 3600;
/** Seconds that nothing is used again: no such name, no server, no answer in time. */
const NEGATIVE = 10;
const MAX_REMEMBERED = 1000;
/** Names that strangers can make us wait for at once, for each type of record. */
const MAX_WAITING = 128;

export interface CacheNeeds<R> {
  readonly clock: Clock;
  /** Milliseconds that an answer may take. */
  readonly limit: number;
  /** A rejection is an answer without records. */
  query(name: string): Promise<Found<R>>;
}

interface Answer<R> {
  readonly records: readonly R[];
  readonly until: number;
}

/** Records of one type by name, kept as long as they live. Asks once for all who wait for the same name. */
export class RecordCache<R> {
  readonly #need: CacheNeeds<R>;
  readonly #answers = new Map<string, Answer<R>>();
  readonly #waiting = new Map<string, Promise<readonly R[]>>();

  constructor(need: CacheNeeds<R>) {
    this.#need = need;
  }

  /** The records if they are known, which includes that there are none. */
  known(name: string): readonly R[] | undefined {
    const answer = this.#answers.get(name);
    return answer !== undefined && answer.until > this.#need.clock.now() ? answer.records : undefined;
  }

  /** Never rejects: without an answer in time there are no records. */
  ask(name: string): Promise<readonly R[]> {
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) return waiting;
    if (this.#waiting.size >= MAX_WAITING) return Promise.resolve([]);
    const asked = this.#askInTime(name).finally(() => this.#waiting.delete(name));
    this.#waiting.set(name, asked);
    return asked;
  }

  #askInTime(name: string): Promise<readonly R[]> {
    const { clock, limit, query } = this.#need;
    return new Promise((resolve) => {
      const answer = ({ records, ttl }: Found<R>) => {
        timer.cancel();
        this.#remember(name, records, records.length === 0 ? NEGATIVE : Math.min(Math.max(ttl, SHORTEST), LONGEST));
        resolve(records);
      };
      // No such name, or no name server: unreachable either way, and not asked again for a while.
      const nothing = () => answer({ records: [], ttl: NEGATIVE });
      const timer = clock.after(limit, nothing);
      // What comes late is for those who ask next.
      query(name).then(answer, nothing);
    });
  }

  #remember(name: string, records: readonly R[], ttl: number): void {
    this.#answers.delete(name);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size >= MAX_REMEMBERED && oldest !== undefined) this.#answers.delete(oldest);
    this.#answers.set(name, { records, until: this.#need.clock.now() + ttl * 1000 });
  }
}
