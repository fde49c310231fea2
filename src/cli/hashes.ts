import { DIGEST_ALGORITHMS, ha1, ha1b } from '../sip/digest.js';
import type { StoredPassword } from '../storage/storage.js';
import type { Account } from './tools.js';

/** What is stored of a password: MD5 in the columns where Kamailio looks for it, the stronger ones beside (RFC 8760). */
export function hashedPassword({ username, domain }: Account, password: string): StoredPassword {
  const pair = (algorithm: (typeof DIGEST_ALGORITHMS)[number]) => ({
    ha1: ha1(algorithm, username, domain, password),
    ha1b: ha1b(algorithm, username, domain, password),
  });
  const stronger = DIGEST_ALGORITHMS.filter((algorithm) => algorithm !== 'MD5');
  return {
    password: '',
    ...pair('MD5'),
    hashes: stronger.map((algorithm) => ({ algorithm, ...pair(algorithm) })),
  };
}
