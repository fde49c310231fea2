/** Time as the rest of the program sees it, so that tests can drive the timers of RFC 3261 by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `fire` once after `delay` milliseconds. */
  after(delay: number, fire: () => void): Timer;
}

export interface Timer {
  /** Stops the timer; harmless when it has fired or was cancelled already. */
  cancel(): void;
}

class SystemTimer implements Timer {
  readonly #handle: NodeJS.Timeout;

  constructor(delay: number, fire: () => void) {
    this.#handle = setTimeout(fire, delay);
    // A pending SIP timer must not keep a server alive that has closed its sockets.
    this.#handle.unref();
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delay, fire) => new SystemTimer(delay, fire),
};

interface Pending extends Timer {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that stands still until `advance` is called. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(start = 1_700_000_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(delay: number, fire: () => void): Timer {
    const pending: Pending = {
      due: this.#now + Math.max(0, delay),
      order: this.#order++,
      fire,
      cancel: () => {
        this.#pending.delete(pending);
      },
    };
    this.#pending.add(pending);
    return pending;
  }

  /** How many timers are waiting: zero after everything has ended. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Lets `duration` milliseconds pass, firing what becomes due in order, timers set meanwhile included. */
  advance(duration: number): void {
    const end = this.#now + duration;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#pending.delete(next);
      this.#now = next.due;
      next.fire();
    }
    this.#now = end;
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.due > end) continue;
      if (
        first === undefined ||
        pending.due < first.due ||
        (pending.due === first.due && pending.order < first.order)
      ) {
        first = pending;
      }
    }
    return first;
  }
}
