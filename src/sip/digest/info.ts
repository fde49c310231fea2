import type { DigestAlgorithm } from './algorithm.js';
import type { DigestCredentials } from './credentials.js';
import { digestHash, digestResponse } from './hash.js';

/** What Authentication-Info tells a client whose credentials were right. */
export interface AuthenticationInfo {
  readonly credentials: DigestCredentials;
  readonly algorithm: DigestAlgorithm;
  readonly ha1: string;
  /** To be answered in the next request instead of the nonce of these credentials. */
  readonly nextnonce: string;
  /** Octets of the response's body. */
  readonly body: string;
}

/**
 * The value of Authentication-Info (RFC 7616 3.5): the next nonce, and `rspauth`, by which the server proves to know the
 * password too; its A2 has no method. Credentials without qop get the next nonce only (RFC 2069 had no more).
 */
export function formatAuthenticationInfo(info: AuthenticationInfo): string {
  const { nonce, uri, qop, nc, cnonce } = info.credentials;
  const next = `nextnonce="${info.nextnonce}"`;
  if (qop === undefined) return next;
  const { algorithm, ha1 } = info;
  const bodyHash = digestHash(algorithm, info.body);
  const rspauth = digestResponse({ algorithm, ha1, nonce, method: '', uri, qop, nc, cnonce, bodyHash });
  return `${next}, qop=${qop}, rspauth="${rspauth}", cnonce="${cnonce ?? ''}", nc=${nc ?? ''}`;
}
