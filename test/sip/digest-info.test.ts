import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DIGEST_ALGORITHMS, formatAuthenticationInfo, storedAlgorithmOf } from '../../src/sip/digest.js';

const NODE_NAMES = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };
const CREDENTIALS = {
  username: 'bob',
  realm: 'biloxi.test',
  nonce: 'abc',
  uri: 'sip:biloxi.test',
  response: '00',
  algorithm: undefined,
  cnonce: '0a\\"4f',
  qop: 'auth',
  nc: '0000000a',
  opaque: undefined,
};

describe.each(DIGEST_ALGORITHMS)('Authentication-Info with %s (RFC 7616 3.5)', (algorithm) => {
  const hash = (text: string) => createHash(NODE_NAMES[algorithm]).update(text).digest('hex');
  const info = { credentials: CREDENTIALS, algorithm, ha1: hash('x'), nextnonce: 'next', body: '' };

  it('proves the password with an A2 without method, and repeats qop, cnonce and nc as they came', () => {
    const rspauth = hash(`${hash('x')}:abc:0000000a:0a\\"4f:auth:${hash(':sip:biloxi.test')}`);
    expect(formatAuthenticationInfo(info)).toBe(
      `nextnonce="next", qop=auth, rspauth="${rspauth}", cnonce="0a\\"4f", nc=0000000a`,
    );
  });

  it('covers the body of the response with auth-int', () => {
    const a2 = hash(`:sip:biloxi.test:${hash('octets')}`);
    const rspauth = hash(`${hash('x')}:abc:0000000a:0a\\"4f:auth-int:${a2}`);
    const credentials = { ...CREDENTIALS, qop: 'auth-int' };
    expect(formatAuthenticationInfo({ ...info, credentials, body: 'octets' })).toContain(`rspauth="${rspauth}"`);
  });

  it('has the next nonce only where there was no qop', () => {
    const credentials = { ...CREDENTIALS, qop: undefined, nc: undefined, cnonce: undefined };
    expect(formatAuthenticationInfo({ ...info, credentials })).toBe('nextnonce="next"');
  });
});

describe('the algorithm of a stored hash', () => {
  it('is told by its length, as kamctl leaves it', () => {
    expect(storedAlgorithmOf('a'.repeat(32))).toBe('MD5');
    expect(storedAlgorithmOf('a'.repeat(64))).toBe('SHA-256');
    for (const length of [0, 31, 40, 128]) expect(storedAlgorithmOf('a'.repeat(length))).toBeUndefined();
  });
});
