import {
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  type DigestCredentials,
  digestAlgorithmOf,
} from '../../sip/digest.js';
import type { Credentials } from './credentials.js';

export type Qop = 'auth' | 'auth-int';

/** What may be offered. */
export interface DigestOffer {
  readonly algorithms: readonly DigestAlgorithm[];
  readonly qop: readonly Qop[];
}

/**
 * What a challenge offers, and so what credentials may have: nothing else, or a man in the middle could choose (security
 * D7). Of the algorithms the weakest is always offered; a stronger one only while every user has a hash for it, since
 * who is challenged is not known yet, and a phone takes the first challenge that it can answer (RFC 8760 2.4).
 */
export class Offer {
  /** The parameter of the challenge, such as `auth,auth-int`. */
  readonly qop: string;
  readonly #credentials: Pick<Credentials, 'everyoneHas'>;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #weakest: DigestAlgorithm | undefined;
  readonly #qop: readonly string[];

  constructor(offer: DigestOffer, credentials: Pick<Credentials, 'everyoneHas'>) {
    this.#credentials = credentials;
    this.#algorithms = DIGEST_ALGORITHMS.filter((algorithm) => offer.algorithms.includes(algorithm));
    this.#weakest = this.#algorithms.at(-1);
    this.#qop = offer.qop;
    this.qop = [...new Set(offer.qop)].join(',');
  }

  /** Strongest first, as a client is to prefer them (RFC 8760 2.3). */
  algorithms(): readonly DigestAlgorithm[] {
    return this.#algorithms.filter((algorithm) => this.#isOffered(algorithm));
  }

  /** The algorithm that credentials are made with; undefined when they are of a kind that is not offered. */
  algorithmOf({ algorithm: name, qop }: DigestCredentials): DigestAlgorithm | undefined {
    const algorithm = digestAlgorithmOf(name);
    if (algorithm === undefined || !this.#isOffered(algorithm)) return undefined;
    if (qop !== undefined) return this.#qop.includes(qop.toLowerCase()) ? algorithm : undefined;
    // Clients of RFC 2069 know no qop, and no algorithm but this one.
    return algorithm === 'MD5' && this.#qop.includes('auth') ? algorithm : undefined;
  }

  /**
   * True for credentials that would do if some user did not lack the hash: the challenge that they answer is older than
   * that, so the phone is to answer the new one by itself.
   */
  withholds({ algorithm: name }: DigestCredentials): boolean {
    const algorithm = digestAlgorithmOf(name);
    return algorithm !== undefined && this.#algorithms.includes(algorithm) && !this.#isOffered(algorithm);
  }

  #isOffered(algorithm: DigestAlgorithm): boolean {
    if (algorithm === this.#weakest) return true;
    return this.#algorithms.includes(algorithm) && this.#credentials.everyoneHas(algorithm);
  }
}
