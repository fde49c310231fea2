import type { Nonces } from '../nonces.js';
import type { ProxyRequest } from '../request.js';

/** About the requests of two seconds at the rate that one core can answer; the time in which copies of one arrive. */
const MOST = 10_000;

/**
 * The nonces that were given to the latest requests. A challenge is sent without a transaction, and a copy of the request
 * must get the same answer (RFC 3261 8.2.7): a phone that has answered the first challenge would take another nonce for a
 * refusal of its password.
 */
export class RecentNonces {
  readonly #nonces = new Map<string, string>();

  /** The nonce that this request was challenged with before, while it may be answered, or a new one. */
  nonceFor({ message, source }: ProxyRequest, nonces: Nonces): string {
    const key = `${message.topVia?.branch} ${message.callId} ${message.cseq?.number} ${source.address} ${source.port}`;
    const known = this.#nonces.get(key);
    if (known !== undefined && nonces.read(known) !== undefined) return known;
    const nonce = nonces.issue();
    if (this.#nonces.size >= MOST) this.#forgetOldest();
    this.#nonces.set(key, nonce);
    return nonce;
  }

  #forgetOldest(): void {
    for (const key of this.#nonces.keys()) {
      this.#nonces.delete(key);
      return;
    }
  }
}
