import { expect, it } from 'vitest';
import { lowerAscii } from '../../src/util/ascii.js';

it('lower case changes A to Z only, so that the octets of UTF-8 stay what they are', () => {
  const octets = Buffer.from('JÜRGEN@Example.ORG', 'utf8').toString('latin1');
  expect(Buffer.from(lowerAscii(octets), 'latin1').toString('utf8')).toBe('jÜrgen@example.org');
});
