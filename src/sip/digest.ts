/** Digest access authentication of RFC 7616, RFC 3261 section 22 and RFC 8760, as one import. */
export {
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  digestAlgorithmOf,
  storedAlgorithmOf,
} from './digest/algorithm.js';
export { type DigestChallenge, formatChallenge, parseChallenge } from './digest/challenge.js';
export { type DigestCredentials, isDigest, parseDigest } from './digest/credentials.js';
export { digestHash, digestResponse, ha1, ha1b, hexEqual } from './digest/hash.js';
export { type AuthenticationInfo, formatAuthenticationInfo } from './digest/info.js';
