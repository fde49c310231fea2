import { describe, expect, it } from 'vitest';
import { parseCSeq } from '../../src/sip/cseq.js';

describe('parseCSeq (RFC 3261 20.16)', () => {
  it('reads number and method', () => {
    expect(parseCSeq('0009 INVITE')).toEqual({ number: 9, method: 'INVITE' });
    expect(parseCSeq('4294967295\t  x')).toEqual({ number: 4294967295, method: 'x' });
  });

  it.each([
    '',
    '1',
    '1 ',
    'INVITE',
    '1INVITE',
    '4294967296 A',
    '36893488147419103232 A',
    '-1 A',
    '1.5 A',
    '1 A B',
    '1 A, 2 B',
    '0x1 A',
    '1 RE<GISTER',
  ])('refuses %j (P14)', (value) => {
    expect(parseCSeq(value)).toBeUndefined();
  });
});
