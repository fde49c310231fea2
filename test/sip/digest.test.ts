import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type DigestAlgorithm,
  digestAlgorithmOf,
  digestHash,
  digestResponse,
  formatChallenge,
  ha1,
  ha1b,
  hexEqual,
  isDigest,
  parseChallenge,
  parseDigest,
} from '../../src/sip/digest.js';
import { latin1Of } from '../../src/sip/text.js';

interface Vector {
  readonly id: string;
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  readonly qop?: string;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly response: string;
}

/** RFC 7616 3.9.1 and 3.9.2, the latter as corrected by erratum 4897. */
const RFC_7616 = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  password: 'Circle of Life',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  method: 'GET',
  uri: '/dir/index.html',
  qop: 'auth',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};
const VECTORS: readonly Vector[] = [
  { ...RFC_7616, id: 'RFC 7616 3.9.1', algorithm: 'MD5', response: '8ca523f5e9506fed4657c9700eebdbec' },
  {
    ...RFC_7616,
    id: 'RFC 7616 3.9.1',
    algorithm: 'SHA-256',
    response: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  },
  {
    id: 'RFC 7616 3.9.2',
    algorithm: 'SHA-512-256',
    username: 'J\u00e4s\u00f8n Doe',
    realm: 'api@example.org',
    password: 'Secret, or not?',
    nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
    method: 'GET',
    uri: '/doe.json',
    qop: 'auth',
    nc: '00000001',
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
    response: '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
  },
];

const responseTo = (v: Vector) => digestResponse({ ...v, ha1: ha1(v.algorithm, v.username, v.realm, v.password) });

describe('digest responses (RFC 7616 3.4)', () => {
  it.each(VECTORS)('are those of $id with $algorithm', (vector) => {
    expect(responseTo(vector)).toBe(vector.response);
  });

  const file = new URL('../../../shared/corpus/digest-vectors/vectors.json', import.meta.url);
  if (!existsSync(file)) console.warn('digest.test.ts: ../shared/corpus is absent, its digest vectors are not tried');
  const vectors = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vector[]) : [];
  it.skipIf(vectors.length === 0).each(vectors)('are those of real clients: $id', (vector) => {
    expect(responseTo(vector)).toBe(vector.response);
  });

  it('depend on the method (D6) and on the uri (D5)', () => {
    const [vector] = VECTORS as [Vector];
    expect(responseTo({ ...vector, method: 'PUT' })).not.toBe(vector.response);
    expect(responseTo({ ...vector, uri: '/other' })).not.toBe(vector.response);
  });

  it('include the hash of the body with auth-int, an empty body unless one is given', () => {
    const base = { ...RFC_7616, algorithm: 'MD5' as const, ha1: 'x', qop: 'auth-int' };
    const empty = digestResponse({ ...base, bodyHash: digestHash('MD5', '') });
    expect(digestHash('MD5', '')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(digestResponse(base)).toBe(empty);
    expect(digestResponse({ ...base, bodyHash: digestHash('MD5', 'v=0') })).not.toBe(empty);
  });

  it('hash text as UTF-8 and octets as they are', () => {
    expect(ha1('SHA-256', '\u0160', 'r', 'p')).toBe(digestHash('SHA-256', latin1Of('\u0160:r:p')));
  });

  it('have an ha1b for usernames with a domain', () => {
    expect(ha1b('MD5', 'a', 'd.test', 'p')).toBe(ha1('MD5', 'a@d.test', 'd.test', 'p'));
  });
});

describe('algorithm names', () => {
  it('are known without case, and absent means MD5', () => {
    expect(digestAlgorithmOf(undefined)).toBe('MD5');
    expect(digestAlgorithmOf('sha-512-256')).toBe('SHA-512-256');
    expect(digestAlgorithmOf('SHA-256')).toBe('SHA-256');
  });

  it.each(['', 'MD5-sess', 'SHA-512', 'SHA256', '__proto__'])('are refused when they are none of ours: %j', (name) => {
    expect(digestAlgorithmOf(name)).toBeUndefined();
  });
});

describe('hexEqual (D13)', () => {
  it('compares without case', () => {
    expect(hexEqual('abCDef01', 'ABcdEF01')).toBe(true);
    expect(hexEqual('abcdef01', 'abcdef02')).toBe(false);
  });

  it('is never true for an empty text or another length', () => {
    expect(hexEqual('', '')).toBe(false);
    expect(hexEqual('ab', 'abab')).toBe(false);
    expect(hexEqual('\u0161', 'a')).toBe(false);
  });
});

const CREDENTIALS = 'username="al", realm="h.test", nonce="MTIz==", uri="sip:h.test", response="00ff"';

describe('parseDigest', () => {
  it('reads credentials in any order, quoted or not, with any white space', () => {
    const value = `digest  uri=sip:h.test , REALM = "h.test",nonce=MTIz==, response=00ff, username="al",algorithm=MD5, qop="auth", nc=0000000A, cnonce="c", opaque="", auth-param="x"`;
    expect(parseDigest(value)).toEqual({
      username: 'al',
      realm: 'h.test',
      nonce: 'MTIz==',
      uri: 'sip:h.test',
      response: '00ff',
      algorithm: 'MD5',
      qop: 'auth',
      nc: '0000000A',
      cnonce: 'c',
      opaque: '',
    });
  });

  it('keeps what stands between quotes as it is, since that is hashed', () => {
    expect(parseDigest(`Digest ${CREDENTIALS.replace('"al"', '"a, \\"l\\\\"')}`)?.username).toBe('a, \\"l\\\\');
  });

  it.each(['username', 'realm', 'nonce', 'uri', 'response'])(
    'refuses credentials with %s missing or empty (D13)',
    (name) => {
      const parts = CREDENTIALS.split(', ');
      const rest = parts.filter((part) => !part.startsWith(name));
      expect(parseDigest(`Digest ${rest.join(', ')}`)).toBeUndefined();
      expect(parseDigest(`Digest ${[...rest, `${name}=""`].join(', ')}`)).toBeUndefined();
    },
  );

  it('refuses a backslash outside of quotes, which would end the quotes of Authentication-Info when put back', () => {
    expect(parseDigest(`Digest ${CREDENTIALS}, qop=auth, nc=00000001, cnonce="c\\\\"`)?.cnonce).toBe('c\\\\');
    expect(parseDigest(`Digest ${CREDENTIALS}, qop=auth, nc=00000001, cnonce=c\\`)).toBeUndefined();
  });

  it('wants cnonce and an nc of eight hex digits with qop (D13)', () => {
    const withQop = (rest: string) => parseDigest(`Digest ${CREDENTIALS}, qop=auth${rest}`);
    expect(withQop(', nc=00000001, cnonce="c"')).toBeDefined();
    for (const bad of [
      '',
      ', nc=00000001',
      ', cnonce="c"',
      ', nc=1, cnonce="c"',
      ', nc=000000001, cnonce="c"',
      ', nc=0000000g, cnonce="c"',
      ', nc=00000001, cnonce=""',
    ]) {
      expect(withQop(bad)).toBeUndefined();
    }
  });

  it.each([
    '',
    'Digest',
    'Digest ',
    'Basic YTpi',
    `NoOneKnowsThisScheme ${CREDENTIALS}`,
    `Digest ${CREDENTIALS},`,
    `Digest ,${CREDENTIALS}`,
    `Digest ${CREDENTIALS} x=y`,
    `Digest ${CREDENTIALS}, x`,
    `Digest ${CREDENTIALS}, x=`,
    `Digest ${CREDENTIALS}, x="y`,
    `Digest ${CREDENTIALS}, x="y\\"`,
    `Digest${CREDENTIALS}`,
    'Digest a a="",real',
    `Digest ${CREDENTIALS}, username="eve"`,
    `Digest ${CREDENTIALS}, Realm="other"`,
  ])('refuses %j (P7, D13, D14)', (value) => {
    expect(parseDigest(value)).toBeUndefined();
  });

  it('tells another scheme from a malformed Digest', () => {
    expect([isDigest('DIGEST x'), isDigest('Digest'), isDigest('Basic x'), isDigest('')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('takes parameters called like members of objects for unknown ones (P15)', () => {
    expect(parseDigest(`Digest ${CREDENTIALS}, __proto__=x, constructor=y`)?.username).toBe('al');
  });
});

describe('challenges (RFC 7616 3.3)', () => {
  it('are written in the order of Kamailio', () => {
    expect(formatChallenge({ realm: 'h', nonce: 'n' })).toBe('Digest realm="h", nonce="n"');
    expect(
      formatChallenge({ realm: 'h', nonce: 'n', qop: 'auth', stale: true, algorithm: 'SHA-256', opaque: 'o' }),
    ).toBe('Digest realm="h", nonce="n", qop="auth", stale=true, algorithm=SHA-256, opaque="o"');
    expect(formatChallenge({ realm: 'h', nonce: 'n', stale: false })).not.toContain('stale');
  });

  it('cannot be left by a realm with quotes', () => {
    expect(formatChallenge({ realm: 'a", nonce="x\\', nonce: 'n' })).toBe(
      'Digest realm="a\\", nonce=\\"x\\\\", nonce="n"',
    );
  });

  it('are read', () => {
    const challenge = 'Digest realm="h", nonce="n", qop="auth,auth-int", stale=TRUE, algorithm=MD5, domain="sip:h"';
    expect(parseChallenge(challenge)).toEqual({
      realm: 'h',
      nonce: 'n',
      qop: 'auth,auth-int',
      stale: true,
      algorithm: 'MD5',
      opaque: undefined,
    });
    expect(parseChallenge('Digest realm="h", nonce="n"')?.stale).toBe(false);
  });

  it.each(['Basic realm="h"', 'Digest realm="h"', 'Digest nonce="n"', 'Digest realm="h, nonce="n"'])(
    'are refused: %s',
    (value) => {
      expect(parseChallenge(value)).toBeUndefined();
    },
  );
});
