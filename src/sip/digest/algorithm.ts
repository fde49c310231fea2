/** The algorithms of RFC 8760; the `-sess` variants are not used by SIP clients and need the clear password. */
export type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256';

/** Strongest first: the order in which they are offered. */
export const DIGEST_ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-512-256', 'SHA-256', 'MD5'];

const MD5_DIGITS = 32;
const SHA_256_DIGITS = 64;

/** The algorithm of a parameter as received, without case; an absent one means MD5. Undefined when it is none of ours. */
export function digestAlgorithmOf(name: string | undefined): DigestAlgorithm | undefined {
  const upper = name === undefined ? 'MD5' : name.toUpperCase();
  return upper === 'MD5' || upper === 'SHA-256' || upper === 'SHA-512-256' ? upper : undefined;
}

/** The algorithm of Kamailio's columns ha1 and ha1b: MD5, or SHA-256 where kamctl ran with CMDHASH=sha256sum. */
export function storedAlgorithmOf(hash: string): DigestAlgorithm | undefined {
  if (hash.length === MD5_DIGITS) return 'MD5';
  return hash.length === SHA_256_DIGITS ? 'SHA-256' : undefined;
}
