import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  DIGEST_ALGORITHMS,
  type DigestCredentials,
  digestAlgorithmOf,
  digestResponse,
  formatAuthenticationInfo,
  formatChallenge,
  hexEqual,
  isDigest,
  parseChallenge,
  parseDigest,
} from '../../../../src/sip/digest.js';
import { unquote } from '../../../../src/sip/params.js';
import { headerValue, noLineEnd } from '../checks/text.js';

const HA1 = '0'.repeat(32);

/** The value of Authorization or WWW-Authenticate; also a realm, as a client can make one with the host of its From. */
export function fuzz(data: Buffer): void {
  const value = headerValue(data);
  const credentials = parseDigest(value);
  if (credentials !== undefined) credentialsHold(value, credentials);
  const challenge = parseChallenge(value);
  if (challenge !== undefined) {
    ok(isDigest(value));
    deepEqual(parseChallenge(written(challenge)), challenge);
  }
  realmStaysInItsQuotes(value);
}

function credentialsHold(value: string, credentials: DigestCredentials): void {
  ok(isDigest(value));
  for (const part of Object.values(credentials)) ok(part === undefined || value.includes(part));
  for (const name of ['username', 'realm', 'nonce', 'uri', 'response'] as const) ok(credentials[name] !== '');
  deepEqual(parseDigest(written(credentials)), credentials, 'written again they are the same credentials');
  const { qop, response } = credentials;
  const algorithm = digestAlgorithmOf(credentials.algorithm);
  if (algorithm === undefined) return;
  const expected = digestResponse({ ...credentials, algorithm, ha1: HA1, method: 'INVITE' });
  equal(hexEqual(response, expected), response.toLowerCase() === expected);
  if (qop === undefined || /^auth(-int)?$/i.test(qop)) infoHolds(credentials);
}

/** What the client chose comes back in Authentication-Info and must stay inside its own quotes. */
function infoHolds(credentials: DigestCredentials): void {
  const [algorithm = 'MD5'] = DIGEST_ALGORITHMS;
  const info = formatAuthenticationInfo({ credentials, algorithm, ha1: HA1, nextnonce: 'next', body: '' });
  noLineEnd(info);
  const rest = 'username="u", realm="r", nonce="n", uri="sip:h", response="0"';
  const again = parseDigest(`Digest ${rest}, ${info}`);
  ok(again !== undefined, 'Authentication-Info can be read');
  equal(again.qop, credentials.qop);
  equal(again.cnonce, credentials.qop === undefined ? undefined : credentials.cnonce);
}

function written(parts: object): string {
  const params = Object.entries(parts).filter(([, value]) => value !== undefined);
  // A value that came without quotes may end in what inside of quotes would be an escape.
  const text = params.map(([name, value]) => (/^[\w.=-]+$/.test(value) ? `${name}=${value}` : `${name}="${value}"`));
  return `Digest ${text.join(', ')}`;
}

function realmStaysInItsQuotes(realm: string): void {
  const challenge = formatChallenge({ realm, nonce: 'n', qop: 'auth', algorithm: 'SHA-256', stale: true });
  const again = parseChallenge(challenge);
  ok(again !== undefined);
  equal(unquote(`"${again.realm}"`), realm);
  deepEqual({ ...again, realm: '' }, parseChallenge(challenge.replace(/realm="(?:\\.|[^"\\])*"/s, 'realm=""')));
}
