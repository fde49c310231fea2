import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../util/clock.js';

/** Layout of a nonce: end of life in seconds (4 octets), serial number (6), what proves that we made it (14). */
const EXPIRY = 4;
const SERIAL = 6;
const PROOF = 14;
const OCTETS = EXPIRY + SERIAL + PROOF;

/** How far a nonce count may lag behind the highest one seen: UDP reorders requests. */
const WINDOW = 32;

/** Nonces whose counts are remembered; older ones are answered with a new challenge. */
const MOST_REMEMBERED = 200_000;

/** A nonce that has proved to be ours: its number, and the second in which it ends. */
export interface ReadNonce {
  readonly serial: number;
  readonly expires: number;
}

interface Use {
  readonly expires: number;
  /** The highest nonce count accepted. */
  highest: number;
  /** Bit n is set when the count `highest - n` was accepted. */
  seen: number;
}

/**
 * Nonces that nobody else can make, that expire, and of which each count is accepted once (RFC 7616 3.3, 3.4; the
 * replay that Kamailio allows for 300 seconds by default).
 */
export class Nonces {
  readonly #clock: Clock;
  readonly #lifetime: number;
  readonly #secret = randomBytes(32);
  readonly #uses = new Map<number, Use>();
  #serial = 0;
  /** Nonces up to this serial number are stale unless remembered: their counts may have been forgotten. */
  #forgotten = 0;

  /** `lifetime` in seconds. */
  constructor(clock: Clock, lifetime: number) {
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  /** A new nonce, 32 characters of base64url. */
  issue(): string {
    const octets = Buffer.allocUnsafe(OCTETS);
    octets.writeUInt32BE(Math.floor(this.#clock.now() / 1000) + this.#lifetime, 0);
    octets.writeUIntBE(++this.#serial, EXPIRY, SERIAL);
    this.#prove(octets).copy(octets, EXPIRY + SERIAL, 0, PROOF);
    return octets.toString('base64url');
  }

  /**
   * A nonce of ours that may be answered still. Undefined for one of an earlier run, which is stale like one that has
   * expired.
   */
  read(nonce: string): ReadNonce | undefined {
    const octets = Buffer.from(nonce, 'base64url');
    if (octets.length !== OCTETS || nonce.length !== 32) return undefined;
    const expires = octets.readUInt32BE(0);
    if (expires * 1000 < this.#clock.now()) return undefined;
    const proof = this.#prove(octets).subarray(0, PROOF);
    if (!timingSafeEqual(proof, octets.subarray(EXPIRY + SERIAL))) return undefined;
    return { serial: octets.readUIntBE(EXPIRY, SERIAL), expires };
  }

  /**
   * Marks a count of a nonce as used, after the response has proved to be right. False for a replay, whichever
   * algorithm it is made with. `count` is the number in `nc`; without qop a nonce is good for one request.
   */
  use({ serial, expires }: ReadNonce, count: number): boolean {
    const use = this.#uses.get(serial);
    if (use !== undefined) return accept(use, count);
    if (serial <= this.#forgotten) return false;
    this.#remember(serial, { expires, highest: count, seen: 1 });
    return true;
  }

  #remember(serial: number, use: Use): void {
    this.#uses.set(serial, use);
    const now = this.#clock.now() / 1000;
    for (const [oldest, { expires }] of this.#uses) {
      if (expires >= now && this.#uses.size <= MOST_REMEMBERED) return;
      this.#uses.delete(oldest);
      if (expires >= now) this.#forgotten = Math.max(this.#forgotten, oldest);
    }
  }

  #prove(octets: Buffer): Buffer {
    return createHmac('sha256', this.#secret)
      .update(octets.subarray(0, EXPIRY + SERIAL))
      .digest();
  }
}

function accept(use: Use, count: number): boolean {
  const ahead = count - use.highest;
  if (ahead > 0) {
    use.seen = ahead >= WINDOW ? 1 : ((use.seen << ahead) | 1) >>> 0;
    use.highest = count;
    return true;
  }
  if (-ahead >= WINDOW) return false;
  const bit = (1 << -ahead) >>> 0;
  if ((use.seen & bit) !== 0) return false;
  use.seen = (use.seen | bit) >>> 0;
  return true;
}
