import type { Credentials, HashPair, StoredHashes } from '../proxy/digest/credentials.js';
import { DIGEST_ALGORITHMS, type DigestAlgorithm, storedAlgorithmOf } from '../sip/digest.js';
import { latin1Of, utf8Of } from '../sip/text.js';
import type { Subscriber } from '../storage/rows.js';
import type { Subscribers } from '../storage/storage.js';

/**
 * The password hashes of our users in memory, by user name as it stands in messages (latin1 octets). Before anybody is
 * refused the database is asked, so that a change made with SQL counts; what it says is kept.
 */
export class SubscriberTable implements Credentials {
  /** Those of which hashes are kept, strongest first. */
  readonly algorithms: readonly DigestAlgorithm[];
  readonly #store: Subscribers;
  readonly #domain: string;
  readonly #failed: (error: unknown) => void;
  readonly #asking = new Map<string, Promise<StoredHashes | undefined>>();
  #hashes = new Map<string, StoredHashes>();
  #lacking = new Map<DigestAlgorithm, number>();

  /** `failed` is told when the database could not be asked; what is in memory then decides. */
  constructor(
    store: Subscribers,
    domain: string,
    algorithms: readonly DigestAlgorithm[],
    failed: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#domain = domain;
    this.algorithms = DIGEST_ALGORITHMS.filter((algorithm) => algorithms.includes(algorithm));
    this.#failed = failed;
  }

  get size(): number {
    return this.#hashes.size;
  }

  find(username: string): StoredHashes | undefined {
    return this.#hashes.get(username);
  }

  everyoneHas(algorithm: DigestAlgorithm): boolean {
    return this.lacking(algorithm) === 0;
  }

  /** How many users have a hash for a weaker algorithm only. */
  lacking(algorithm: DigestAlgorithm): number {
    return this.#lacking.get(algorithm) ?? 0;
  }

  /** Asks the database; many who ask for one user at a time share one query. */
  fetch(username: string): Promise<StoredHashes | undefined> {
    const asking = this.#asking.get(username) ?? this.#ask(username);
    this.#asking.set(username, asking);
    return asking;
  }

  /** Loads all users again; memory changes only when all could be read. */
  async reload(): Promise<void> {
    const rows = await this.#store.list({ domain: this.#domain });
    this.#hashes = new Map(rows.map((row) => [latin1Of(row.username), this.#hashesOf(row)]));
    this.#lacking = new Map();
    for (const hashes of this.#hashes.values()) this.#count(hashes, 1);
  }

  /** Loads one user again, named as in messages; false when there is none any more. */
  async reloadUser(username: string): Promise<boolean> {
    return this.#keep(username, await this.#store.find(utf8Of(username), this.#domain)) !== undefined;
  }

  async #ask(username: string): Promise<StoredHashes | undefined> {
    try {
      return this.#keep(username, await this.#store.find(utf8Of(username), this.#domain));
    } catch (error) {
      this.#failed(error);
      return this.#hashes.get(username);
    } finally {
      this.#asking.delete(username);
    }
  }

  #keep(username: string, row: Subscriber | undefined): StoredHashes | undefined {
    const before = this.#hashes.get(username);
    if (before !== undefined) this.#count(before, -1);
    if (row === undefined) {
      this.#hashes.delete(username);
      return undefined;
    }
    const hashes = this.#hashesOf(row);
    this.#hashes.set(username, hashes);
    this.#count(hashes, 1);
    return hashes;
  }

  #hashesOf({ ha1, ha1b, hashes }: Subscriber): StoredHashes {
    const found: Partial<Record<DigestAlgorithm, HashPair>> = {};
    for (const algorithm of this.algorithms) {
      const own = storedAlgorithmOf(ha1) === algorithm ? { ha1, ha1b } : undefined;
      const pair = own ?? hashes.find((hash) => hash.algorithm === algorithm);
      if (pair !== undefined) found[algorithm] = { ha1: pair.ha1, ha1b: pair.ha1b };
    }
    return found;
  }

  /** Adds a user to those who lack an algorithm, or takes him away; one with no hash at all can not be locked out. */
  #count(hashes: StoredHashes, by: 1 | -1): void {
    let hasWeaker = false;
    for (const algorithm of this.algorithms.toReversed()) {
      if (hashes[algorithm] !== undefined) hasWeaker = true;
      else if (hasWeaker) this.#lacking.set(algorithm, this.lacking(algorithm) + by);
    }
  }
}
