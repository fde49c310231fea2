import {
  type DigestAlgorithm,
  type DigestCredentials,
  digestHash,
  digestResponse,
  hexEqual,
  parseDigest,
} from '../../sip/digest.js';
import { Header } from '../../sip/header.js';
import type { SipRequest } from '../../sip/message.js';
import { hostKey, parseUri, type SipUri, unescapeUser } from '../../sip/uri.js';
import type { Local } from '../local.js';
import type { HashPair, StoredHashes } from './credentials.js';

/** What is hashed when there is no such user or no such hash, so that it takes as long as for one that there is (D11). */
const NOBODY: Readonly<Record<DigestAlgorithm, HashPair>> = {
  MD5: nobody(32),
  'SHA-256': nobody(64),
  'SHA-512-256': nobody(64),
};

function nobody(digits: number): HashPair {
  return { ha1: '0'.repeat(digits), ha1b: '0'.repeat(digits) };
}

/** Credentials of a kind that was offered. */
export interface Answer {
  readonly credentials: DigestCredentials;
  readonly algorithm: DigestAlgorithm;
}

/** The credentials for our realm; those of other realms are for somebody else (RFC 3261 22.3). */
export function credentialsFor(message: SipRequest, realm: string): DigestCredentials | 'ambiguous' | undefined {
  let found: DigestCredentials | undefined;
  const id = message.method === 'REGISTER' ? Header.Authorization : Header.ProxyAuthorization;
  for (const value of message.all(id)) {
    const credentials = parseDigest(value);
    if (credentials?.realm.toLowerCase() !== realm.toLowerCase()) continue;
    if (found !== undefined) return 'ambiguous';
    found = credentials;
  }
  return found;
}

/** RFC 7616 3.4.6: a response made for one URI must not open another. Parameters may differ, user and host not. */
export function isForThisUri(credentials: DigestCredentials, requestUri: string): boolean {
  if (credentials.uri === requestUri) return true;
  const uri = parseUri(credentials.uri);
  const asked = parseUri(requestUri);
  if (uri === undefined || asked === undefined) return false;
  return unescapeUser(uri.user) === unescapeUser(asked.user) && hostKey(uri.host) === hostKey(asked.host);
}

/** `user`, `user@domain` or `sip:user@domain` as phones write it; undefined for a user of another domain. */
export function userOf(written: string, local: Local): string | undefined {
  const at = written.indexOf('@');
  if (at === -1) return written;
  const domain = written.slice(at + 1);
  if (domain.toLowerCase() !== local.domain.toLowerCase()) return undefined;
  return written.slice(written.indexOf(':') < at ? written.indexOf(':') + 1 : 0, at);
}

/** The hash that proves the user to know his password; undefined when he does not, which takes as long to find out. */
export function provenHa1(answer: Answer, stored: StoredHashes | undefined, message: SipRequest): string | undefined {
  const { credentials, algorithm } = answer;
  const known = stored?.[algorithm];
  const { ha1, ha1b } = known ?? NOBODY[algorithm];
  const used = credentials.username.includes('@') ? ha1b : ha1;
  const expected = digestResponse({
    algorithm,
    ha1: used,
    nonce: credentials.nonce,
    method: message.method,
    uri: credentials.uri,
    qop: credentials.qop,
    nc: credentials.nc,
    cnonce: credentials.cnonce,
    bodyHash: bodyHashOf(answer, message),
  });
  return hexEqual(expected, credentials.response) && known !== undefined ? used : undefined;
}

function bodyHashOf({ credentials, algorithm }: Answer, message: SipRequest): string | undefined {
  return credentials.qop?.toLowerCase() === 'auth-int' ? digestHash(algorithm, message.body) : undefined;
}

/** RFC 3261 22.1, Kamailio's auth_check flag 1: credentials of one user do not speak for another. */
export function claimsToBe(message: SipRequest, username: string, local: Local): boolean {
  const { fromUri, toUri } = message;
  return isUser(fromUri, username, local) && (message.method !== 'REGISTER' || isUser(toUri, username, local));
}

function isUser(uri: SipUri | undefined, username: string, local: Local): boolean {
  return uri !== undefined && local.isOurUser(uri) && unescapeUser(uri.user) === username;
}
