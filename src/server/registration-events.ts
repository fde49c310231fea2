import type { Binding } from '../registrar/binding.js';
import type { BindingEvent } from '../registrar/locations.js';
import type { Clock, Timer } from '../util/clock.js';

/** What happened to a registration. `sequence` rises by one with each, from 1 at the start of the server. */
export interface RegistrationEvent {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: BindingEvent | 'rejected';
  readonly aor: string;
  /** Undefined for `rejected`. */
  readonly binding: Binding | undefined;
  /** Why it was rejected: the status, and the words of P-Registrar-Error. */
  readonly reason: string | undefined;
}

/** How many events are kept for those who ask late. */
const KEPT = 10_000;

/** The last registration events (RFC 3680 5.1), for whoever asks for those after a sequence number, and waits for them. */
export class RegistrationEvents {
  readonly #clock: Clock;
  /** A ring: the event with sequence number n stands at n modulo its size. */
  readonly #ring: RegistrationEvent[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #size: number;
  #last = 0;

  constructor(clock: Clock, size = KEPT) {
    this.#clock = clock;
    this.#size = size;
  }

  /** The sequence number of the newest event; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  readonly happened = (event: BindingEvent, binding: Binding): void => {
    this.#add(event, binding.aor, binding, undefined);
  };

  readonly rejected = (aor: string, reason: string): void => {
    this.#add('rejected', aor, undefined, reason);
  };

  /** The events after a sequence number that are still kept, at most `limit`, oldest first. */
  since(sequence: number, limit: number): RegistrationEvent[] {
    const first = Math.max(sequence, this.#last - this.#size, 0) + 1;
    const events: RegistrationEvent[] = [];
    for (let n = first; n <= this.#last && events.length < limit; n++) {
      const event = this.#ring[n % this.#size];
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** Resolves when there is an event after `sequence`, at the latest after `milliseconds`. */
  wait(sequence: number, milliseconds: number): Promise<void> {
    if (this.#last > sequence || milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      let patience: Timer | undefined;
      const done = () => {
        this.#waiting.delete(done);
        patience?.cancel();
        resolve();
      };
      patience = this.#clock.after(milliseconds, done);
      this.#waiting.add(done);
    });
  }

  #add(event: RegistrationEvent['event'], aor: string, binding: Binding | undefined, reason: string | undefined): void {
    this.#last += 1;
    this.#ring[this.#last % this.#size] = { sequence: this.#last, at: this.#clock.now(), event, aor, binding, reason };
    for (const done of this.#waiting) done();
  }
}
