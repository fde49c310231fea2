import type { Credentials, StoredHashes } from '../proxy/steps/digest.js';
import { latin1Of, utf8Of } from '../sip/text.js';
import type { Subscribers } from '../storage/storage.js';

/**
 * The password hashes of our users in memory, by user name as it stands in messages (latin1 octets). Before anybody is refused the database is asked, so that a change made
 * with SQL counts; what it says is kept.
 */
export class SubscriberTable implements Credentials {
  readonly #store: Subscribers;
  readonly #domain: string;
  readonly #failed: (error: unknown) => void;
  readonly #asking = new Map<string, Promise<StoredHashes | undefined>>();
  #hashes = new Map<string, StoredHashes>();

  /** `failed` is told when the database could not be asked; what is in memory then decides. */
  constructor(store: Subscribers, domain: string, failed: (error: unknown) => void) {
    this.#store = store;
    this.#domain = domain;
    this.#failed = failed;
  }

  get size(): number {
    return this.#hashes.size;
  }

  find(username: string): StoredHashes | undefined {
    return this.#hashes.get(username);
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
    this.#hashes = new Map(rows.map(({ username, ha1, ha1b }) => [latin1Of(username), { ha1, ha1b }]));
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

  #keep(username: string, found: StoredHashes | undefined): StoredHashes | undefined {
    if (found === undefined) this.#hashes.delete(username);
    else this.#hashes.set(username, { ha1: found.ha1, ha1b: found.ha1b });
    return found;
  }
}
