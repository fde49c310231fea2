import { describe, expect, it } from 'vitest';
import { Offer, type Qop } from '../../src/proxy/digest/offer.js';
import type { DigestAlgorithm } from '../../src/sip/digest.js';

const everybody = { everyoneHas: () => true };
const nobody = { everyoneHas: () => false };

function offerOf(algorithms: readonly DigestAlgorithm[], qop: readonly Qop[] = ['auth'], have = everybody): Offer {
  return new Offer({ algorithms, qop }, have);
}

/** Credentials as far as an offer looks at them. */
function credentials(algorithm: string | undefined, qop: string | undefined = 'auth') {
  const parts = { username: 'a', realm: 'r', nonce: 'n', uri: 'u', response: '0', cnonce: 'c', nc: '00000001' };
  return { ...parts, algorithm, qop, opaque: undefined };
}

describe('an offer', () => {
  it('takes what is in it, in any case, and no algorithm for MD5', () => {
    const offer = offerOf(['SHA-256', 'MD5'], ['auth', 'auth-int', 'auth']);
    expect(offer.qop).toBe('auth,auth-int');
    expect(offer.algorithmOf(credentials('sha-256', 'AUTH-INT'))).toBe('SHA-256');
    expect(offer.algorithmOf(credentials(undefined))).toBe('MD5');
    expect(offer.algorithmOf({ ...credentials(undefined), qop: undefined })).toBe('MD5');
  });

  it.each([
    ['SHA-256', ['MD5', 'SHA-512-256']],
    ['MD5', ['SHA-256', 'SHA-512-256']],
    ['SHA-256,MD5', ['SHA-512-256']],
  ] as const)('of %s takes none of %j, even though everybody has the hashes', (list, others) => {
    const offer = offerOf(list.split(',') as DigestAlgorithm[]);
    for (const algorithm of others) {
      expect(offer.algorithmOf(credentials(algorithm))).toBeUndefined();
      expect(offer.withholds(credentials(algorithm))).toBe(false);
    }
  });

  it('keeps the weakest of its algorithms, whoever lacks the others', () => {
    const offer = offerOf(['MD5', 'SHA-256', 'SHA-512-256'], ['auth'], nobody);
    expect(offer.algorithms()).toEqual(['MD5']);
    expect(offer.algorithmOf(credentials('SHA-256'))).toBeUndefined();
    expect(offer.withholds(credentials('SHA-256'))).toBe(true);
    expect(offer.withholds(credentials('MD5'))).toBe(false);
    expect(offerOf(['SHA-512-256', 'SHA-256'], ['auth'], nobody).algorithms()).toEqual(['SHA-256']);
  });
});
