import type { Binding } from '../registrar/binding.js';
import type { BindingEvent, Locations } from '../registrar/locations.js';
import type { Clock, Timer } from '../util/clock.js';

export interface NatPingNeeds {
  readonly clock: Clock;
  readonly locations: Pick<Locations, 'users' | 'entries' | 'change' | 'lookup'>;
  /** Seconds in which every phone behind a NAT is pinged once. */
  readonly interval: number;
  /** Unanswered pings in a row after which a binding is removed. */
  readonly misses: number;
  /** Sends one ping. `undefined`: it was of a kind that is not answered; else whether there was an answer. */
  ping(binding: Binding): Promise<boolean | undefined>;
  /** Told when a binding could not be removed. */
  readonly failed: (error: unknown) => void;
}

/** What is known of one binding from its pings. */
export interface Keepalive {
  /** The last answer, milliseconds since the epoch; 0 before the first. */
  readonly last: number;
  /** Milliseconds that it took. */
  readonly roundtrip: number;
}

interface Health {
  last: number;
  roundtrip: number;
  missed: number;
  isWaiting: boolean;
}

const SECOND = 1000;

/**
 * Pings that keep the way through a NAT open to the phones behind it, spread over the interval, and removes the bindings
 * of those that answer no more (Kamailio's nathelper and usrloc `ka_mode`).
 */
export class NatPings {
  readonly #need: NatPingNeeds;
  readonly #health = new Map<string, Health>();
  #round: Iterator<[string, readonly Binding[]]> | undefined;
  #roundBegan = 0;
  #portion = 0;
  #timer: Timer | undefined;

  constructor(need: NatPingNeeds) {
    this.#need = need;
  }

  start(): void {
    this.#timer = this.#need.clock.after(SECOND, () => {
      this.#pingPortion();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** A phone that registers again is there; of a binding that is gone nothing is kept. */
  happened(event: BindingEvent, { ruid }: Binding): void {
    const health = this.#health.get(ruid);
    if (health === undefined) return;
    if (event === 'refreshed') health.missed = 0;
    else this.#health.delete(ruid);
  }

  /** Undefined for a binding that was never pinged. */
  keepaliveOf(binding: Binding): Keepalive | undefined {
    return this.#health.get(binding.ruid);
  }

  /** Pings what is due in this second. A round that is through early waits for the end of its interval. */
  #pingPortion(): void {
    this.#round ??= this.#beginRound();
    for (let i = 0; this.#round !== undefined && i < this.#portion; i++) {
      const next = this.#round.next();
      if (next.done === true) this.#round = undefined;
      else for (const binding of next.value[1]) if (isNatted(binding)) void this.#ping(binding);
    }
  }

  #beginRound(): Iterator<[string, readonly Binding[]]> | undefined {
    const { clock, locations, interval } = this.#need;
    if (clock.now() - this.#roundBegan < interval * SECOND) return undefined;
    this.#roundBegan = clock.now();
    this.#portion = Math.ceil((locations.users + 1) / interval);
    return locations.entries();
  }

  async #ping(binding: Binding): Promise<void> {
    const health = this.#healthOf(binding);
    if (health.isWaiting) return;
    health.isWaiting = true;
    const sent = this.#need.clock.now();
    const answered = await this.#need.ping(binding).catch(() => false);
    health.isWaiting = false;
    if (answered === undefined) return;
    if (answered) {
      health.last = this.#need.clock.now();
      health.roundtrip = health.last - sent;
      health.missed = 0;
    } else {
      health.missed += 1;
      if (health.missed >= this.#need.misses) await this.#remove(binding);
    }
  }

  #healthOf({ ruid }: Binding): Health {
    const known = this.#health.get(ruid);
    if (known !== undefined) return known;
    const health = { last: 0, roundtrip: 0, missed: 0, isWaiting: false };
    this.#health.set(ruid, health);
    return health;
  }

  async #remove({ aor, ruid }: Binding): Promise<void> {
    const { locations, failed } = this.#need;
    const current = locations.lookup(aor).find((binding) => binding.ruid === ruid);
    if (current === undefined) return;
    await locations.change(aor, { upserts: [], deletes: [current] }, 'deactivated').catch(failed);
  }
}

/** Behind an edge proxy it is for that proxy to keep the way open. */
function isNatted({ received, path }: Binding): boolean {
  return received !== undefined && path.length === 0;
}
