import type { DigestAlgorithm } from '../../sip/digest.js';

/** A password hashed: columns ha1 (`user:domain:password`) and ha1b (`user@domain:domain:password`). */
export interface HashPair {
  readonly ha1: string;
  readonly ha1b: string;
}

/** The stored hashes of a subscriber, by algorithm. */
export type StoredHashes = Readonly<Partial<Record<DigestAlgorithm, HashPair>>>;

/** The users of our domain, by name as it stands in messages (latin1 octets). */
export interface Credentials {
  /** From memory. */
  find(username: string): StoredHashes | undefined;
  /** From the database, so that a password changed with SQL counts before anybody is refused. */
  fetch(username: string): Promise<StoredHashes | undefined>;
  /** False while some user has a weaker hash only: a phone that answers the stronger challenge would be locked out. */
  everyoneHas(algorithm: DigestAlgorithm): boolean;
}
