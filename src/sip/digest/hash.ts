import { createHash, timingSafeEqual } from 'node:crypto';
import type { DigestAlgorithm } from './algorithm.js';

/** Names of node's crypto. */
const HASH_OF: Record<DigestAlgorithm, string> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };

/** Lower-case hex hash of octets (latin1 text), such as the body for qop=auth-int. */
export function digestHash(algorithm: DigestAlgorithm, octets: string): string {
  return createHash(HASH_OF[algorithm]).update(octets, 'latin1').digest('hex');
}

/** H(username ":" realm ":" password) in lower-case hex (RFC 7616 3.4.2). The arguments are text, hashed as UTF-8. */
export function ha1(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return createHash(HASH_OF[algorithm]).update(`${username}:${realm}:${password}`, 'utf8').digest('hex');
}

/** Kamailio's column `ha1b`: for clients that put `user@domain` into the username. */
export function ha1b(algorithm: DigestAlgorithm, username: string, domain: string, password: string): string {
  return ha1(algorithm, `${username}@${domain}`, domain, password);
}

/** What goes into a response, each as it stands in the message (latin1 text). */
export interface DigestResponseInput {
  readonly algorithm: DigestAlgorithm;
  readonly ha1: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  /** Absent: the form of RFC 2069 without nc and cnonce. */
  readonly qop?: string | undefined;
  readonly nc?: string | undefined;
  readonly cnonce?: string | undefined;
  /** H(body), for qop=auth-int only. */
  readonly bodyHash?: string | undefined;
}

/** The response of RFC 7616 3.4.1 in lower-case hex. */
export function digestResponse(p: DigestResponseInput): string {
  const integrity = p.qop?.toLowerCase() === 'auth-int' ? `:${p.bodyHash ?? digestHash(p.algorithm, '')}` : '';
  const ha2 = digestHash(p.algorithm, `${p.method}:${p.uri}${integrity}`);
  const count = p.qop === undefined ? '' : `${p.nc ?? ''}:${p.cnonce ?? ''}:${p.qop}:`;
  return digestHash(p.algorithm, `${p.ha1}:${p.nonce}:${count}${ha2}`);
}

/** Compares two hex texts in time that depends on their length only, letters without case (security: D13). */
export function hexEqual(a: string, b: string): boolean {
  const left = Buffer.from(a.toLowerCase(), 'utf8');
  const right = Buffer.from(b.toLowerCase(), 'utf8');
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}
