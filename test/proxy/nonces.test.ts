import { describe, expect, it } from 'vitest';
import { Nonces } from '../../src/proxy/nonces.js';
import { VirtualClock } from '../../src/util/clock.js';

function noncesOf(lifetime = 300) {
  const clock = new VirtualClock();
  return { clock, nonces: new Nonces(clock, lifetime) };
}

/** A nonce that was issued just now, as it is read from credentials. */
function issued(nonces: Nonces) {
  const read = nonces.read(nonces.issue());
  if (read === undefined) throw new Error('a new nonce can not be read');
  return read;
}

describe('a nonce', () => {
  it('is read while it lives, and not a second longer', () => {
    const { clock, nonces } = noncesOf(10);
    const nonce = nonces.issue();
    clock.advance(9_000);
    expect(nonces.read(nonce)).toBeDefined();
    clock.advance(2_000);
    expect(nonces.read(nonce)).toBeUndefined();
  });

  it('is another one each time', () => {
    const { nonces } = noncesOf();
    expect(new Set(Array.from({ length: 100 }, () => nonces.issue())).size).toBe(100);
  });

  it.each([
    ['another character', (nonce: string) => (nonce.startsWith('A') ? 'B' : 'A') + nonce.slice(1)],
    ['another end', (nonce: string) => nonce.slice(0, -1) + (nonce.endsWith('A') ? 'B' : 'A')],
    ['a longer text', (nonce: string) => `${nonce}A`],
    ['a shorter one', (nonce: string) => nonce.slice(0, -1)],
    ['nothing', () => ''],
    ['the nonce of another run', () => noncesOf().nonces.issue()],
  ])('is not read from %s', (_what, forged) => {
    const { nonces } = noncesOf();
    expect(nonces.read(forged(nonces.issue()))).toBeUndefined();
  });
});

describe('a nonce count', () => {
  it('is good once, in any order that UDP may make of 32 (RFC 7616 3.4.5)', () => {
    const { nonces } = noncesOf();
    const nonce = issued(nonces);
    for (const count of [33, 2, 32, 3]) expect(nonces.use(nonce, count)).toBe(true);
    for (const count of [33, 2, 32, 3, 1]) expect(nonces.use(nonce, count)).toBe(false);
  });

  it('may leave any number out', () => {
    const { nonces } = noncesOf();
    const nonce = issued(nonces);
    for (const count of [1, 1000, 0xffff_ffff, 0xffff_fffe]) expect(nonces.use(nonce, count)).toBe(true);
    for (const count of [1000, 0xffff_ffff]) expect(nonces.use(nonce, count)).toBe(false);
  });

  it('belongs to one nonce', () => {
    const { nonces } = noncesOf();
    const [first, second] = [issued(nonces), issued(nonces)];
    expect([nonces.use(first, 1), nonces.use(second, 1), nonces.use(first, 1)]).toEqual([true, true, false]);
  });
});
